from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db import transaction

from stellwerk.foundation import clock, events
from stellwerk.foundation.orm import insert
from stellwerk.identity.events import AccountCreated
from stellwerk.identity.models import Account
from stellwerk.identity.services.entries import NewAccount, checked_account

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

__all__ = ["NewAccount", "create_account"]


@transaction.atomic
def create_account(*, actor: Actor, entries: NewAccount, is_confirmed: bool = False) -> Account:
    """Store an account with its hashed password (ID-015).

    `is_confirmed` says that the address was proved already (command line, code, accepted invitation). Raises Invalid
    for refused entries, RuleBroken `login_already_used` for a second account of one address. Publishes
    AccountCreated. System-only: the doors (sign-up, invitation, command line) decide who may.
    """
    entries = checked_account(entries)
    account = insert(
        Account(
            email=entries.email,
            first_name=entries.first_name,
            last_name=entries.last_name,
            phone=entries.phone,
            phone_verified_at=clock.now() if entries.phone and entries.is_phone_proved else None,
            language=entries.language,
            is_operator=entries.is_operator,
            password=entries.password_hash,
            created_at=clock.now(),
        )
    )
    EmailAddress.objects.create(user=account, email=account.email, primary=True, verified=is_confirmed)
    events.publish(AccountCreated(account_id=account.pk, email=account.email), actor=account.acting(actor))
    return account
