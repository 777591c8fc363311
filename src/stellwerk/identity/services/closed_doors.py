"""Closing every door of an account, and opening them again. Nothing of the account is lost meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation import events
from stellwerk.foundation.decisions import require
from stellwerk.identity import policy
from stellwerk.identity.events import AccountDisabled, AccountEnabled
from stellwerk.identity.models import Account
from stellwerk.identity.services.sessions import end_sessions_of

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


@transaction.atomic
def disable_account(*, actor: Actor, account_id: int) -> None:
    """Refuse sign-in, tokens and application passwords from now on, and end all sessions.

    For the operator only. A second call changes nothing. Publishes AccountDisabled.
    """
    require(policy.can_close_doors(actor))
    if Account.objects.filter(pk=account_id, is_active=True).update(is_active=False):
        end_sessions_of(account_id)
        events.publish(AccountDisabled(account_id=account_id), actor=actor)


@transaction.atomic
def enable_account(*, actor: Actor, account_id: int) -> None:
    """Let the account sign in again with the secrets it had. For the operator only. Publishes AccountEnabled."""
    require(policy.can_close_doors(actor))
    if Account.objects.filter(pk=account_id, is_active=False).update(is_active=True):
        events.publish(AccountEnabled(account_id=account_id), actor=actor)
