"""What a person has: adding, removing, choosing. Rules of every method stand here once (SEC-005…008)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.foundation.orm import insert
from stellwerk.identity import policy, queries
from stellwerk.identity.events import SecondFactorAdded
from stellwerk.identity.models import Account
from stellwerk.identity.services.second_factor.recovery_codes import new_set

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor
    from stellwerk.identity.rules import Method


@transaction.atomic
def add(*, actor: Actor, method: Method, factor: Any) -> tuple[str, ...]:
    """Store a row of the method's table that was proved just now.

    Answers the recovery codes to show once where it switched the second factor on, else nothing (SEC-029). Ask for
    the password before (SEC-006). Refusals in order: policy, a constraint of the table. Publishes SecondFactorAdded.
    """
    account_id: int = factor.account_id
    require(policy.can_manage_secrets_of(actor, account_id))
    lock_factors(account_id=account_id)
    is_first = not queries.has_second_factor(account_id)
    insert(factor)
    news = SecondFactorAdded(
        account_id=account_id, method=method, factor_id=factor.pk, name=factor.name, is_first=is_first
    )
    events.publish(news, actor=actor)
    return new_set(account_id=account_id) if is_first else ()


@transaction.atomic
def choose_default(*, actor: Actor, account_id: int, method: str) -> None:
    """What a sign-in asks for first (SEC-005). Raises Invalid for a method the person does not have."""
    require(policy.can_manage_secrets_of(actor, account_id))
    methods = queries.methods_of(account_id)
    if method not in methods:
        raise Invalid(FieldError("method", "in", _("Choose one of the offered values."), tuple(methods)))
    Account.objects.filter(pk=account_id).update(default_factor=method)


@transaction.atomic
def lock_factors(*, account_id: int) -> None:
    """Adding and removing take turns until the caller's transaction ends. System-only: a step of use cases."""
    Account.objects.select_for_update().get(pk=account_id)
