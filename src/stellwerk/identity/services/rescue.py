"""A login whose mailbox is gone: withdrawing it, and the rescue identifier that leads back in (ID-077…087)."""

from __future__ import annotations

import secrets as standard
from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation import clock, events, notify
from stellwerk.foundation.errors import NotFound
from stellwerk.foundation.orm import insert
from stellwerk.identity.events import LoginWithdrawn
from stellwerk.identity.models import Account, WithdrawnLogin
from stellwerk.identity.queries.withdrawals import Withdrawal, ways_to_tell
from stellwerk.identity.rules import WITHDRAWN_DOMAIN, rescue_initials
from stellwerk.identity.services.logins import rescue_digest
from stellwerk.identity.services.sessions import end_sessions_of
from stellwerk.identity.services.sign_in_data.login import store_login
from stellwerk.identity.services.sign_in_data.pending import forget_resets_sent_to

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

_DIGITS = 8


@transaction.atomic
def withdraw_login(*, actor: Actor, account_id: int, reason: str) -> Withdrawal:
    """Take the login from an account and send its person a rescue identifier at once (ID-077…079, ID-087).

    System-only: the room that loses the mailbox, or the operator, decides who may. `reason` is mailbox_deleted,
    service_cancelled, mailbox_released or by_operator. Sessions end, reset codes on their way to the address are
    void, the address is free for others; everything else stays. A second call sends a new identifier in place of the
    first. Raises NotFound for a closed account. Publishes LoginWithdrawn, once.
    """
    account = Account.objects.select_for_update().filter(pk=account_id, is_active=True).first()
    if account is None:
        raise NotFound
    key = _unused_identifier(account)
    withdrawn = WithdrawnLogin.objects.filter(account_id=account_id).first()
    if withdrawn is not None:
        withdrawn.rescue_digest = rescue_digest(key)
        withdrawn.save(update_fields=["rescue_digest"])
        return _send(account, key)
    former = store_login(account, f"account-{account_id}@{WITHDRAWN_DOMAIN}")
    forget_resets_sent_to(account_id, former)
    row = WithdrawnLogin(
        account=account,
        former_login=former,
        rescue_digest=rescue_digest(key),
        reason=WithdrawnLogin.Reason(reason),
        withdrawn_at=clock.now(),
    )
    insert(row)
    end_sessions_of(account_id)
    events.publish(LoginWithdrawn(account_id=account_id, reason=reason), actor=actor)
    return _send(account, key)


def _unused_identifier(account: Account) -> str:
    initials = rescue_initials(account.first_name, account.last_name)
    while True:
        key = f"{initials}{standard.randbelow(10**_DIGITS):0{_DIGITS}}"
        if not WithdrawnLogin.objects.filter(rescue_digest=rescue_digest(key)).exists():
            return key


def _send(account: Account, key: str) -> Withdrawal:
    """The identifier goes by text message; only where none can be sent, the mail carries it (ID-078, ID-079)."""
    ways = ways_to_tell(account.pk)
    if ways.is_told_by_sms:
        notify.send_sms(
            "identity/sms/rescue",
            recipient=account.phone,
            language=account.language,
            context={"identifier": key},
            account_id=account.pk,
        )
    if ways.is_told_by_email:
        notify.send(
            "identity/email/login_withdrawn",
            recipient=account.recovery_email,
            language=account.language,
            context={"name": account.display_name, "identifier": "" if ways.is_told_by_sms else key},
            account_id=account.pk,
        )
    return ways
