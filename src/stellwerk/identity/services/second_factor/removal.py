"""Taking one factor away, whichever the method (SEC-006…008)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound, RuleBroken
from stellwerk.identity import policy, queries
from stellwerk.identity.events import SecondFactorRemoved
from stellwerk.identity.models import FACTORS, Account, ApprovalDevice
from stellwerk.identity.services import browsers
from stellwerk.identity.services.approve.push import tell_removed_device
from stellwerk.identity.services.second_factor.collection import lock_factors
from stellwerk.identity.services.second_factor.demands import demands_on
from stellwerk.identity.services.second_factor.recovery_codes import forget_set
from stellwerk.identity.services.sign_in import require_password

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor
    from stellwerk.identity.rules import Method


def remove(*, actor: Actor, account_id: int, method: Method, factor_id: int, current_password: str) -> bool:
    """Remove one factor; answers whether it was the last, which switches the second factor off (SEC-006…008).

    Every browser that skipped the second factor needs it again. Refusals in order: policy, NotFound for what is not
    there or another person's, TooManyAttempts, `password_incorrect`, `second_factor_demanded`. Publishes
    SecondFactorRemoved.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    if method not in FACTORS or not FACTORS[method].rows.filter(pk=factor_id, account_id=account_id).exists():
        raise NotFound
    require_password(Account.objects.get(pk=account_id), current_password)
    return _remove(actor, account_id, method, factor_id)


@transaction.atomic
def _remove(actor: Actor, account_id: int, method: Method, factor_id: int) -> bool:
    lock_factors(account_id=account_id)
    factor = FACTORS[method].rows.filter(pk=factor_id, account_id=account_id).first()
    if factor is None:
        raise NotFound
    is_last = len(queries.factor_rows(account_id)) == 1
    if is_last:
        _refuse_if_demanded(account_id)
    _withdraw(factor)
    if is_last:
        forget_set(account_id=account_id)
    browsers.forget_trust(account_id)
    news = SecondFactorRemoved(
        account_id=account_id, method=method, factor_id=factor_id, name=factor.name, is_last=is_last
    )
    events.publish(news, actor=actor)
    return is_last


def _withdraw(factor: Any) -> None:
    if not isinstance(factor, ApprovalDevice):
        factor.delete()
        return
    # The row stays, so that the device learns why it is refused (SEC-033).
    tell_removed_device(device=factor)
    factor.removed_at = clock.now()
    factor.sealed_subscription = ""
    factor.save(update_fields=["removed_at", "sealed_subscription"])


def _refuse_if_demanded(account_id: int) -> None:
    demands = demands_on(account_id)
    if demands:
        raise RuleBroken("second_factor_demanded", organisations=", ".join(demand.organisation for demand in demands))
