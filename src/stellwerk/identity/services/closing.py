"""Closing the own account (ID-088…090). Rooms above register what stands in the way; this one knows only people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from allauth.account.models import EmailAddress
from django.db import transaction

from stellwerk.foundation import events, notify
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import RuleBroken
from stellwerk.identity import policy
from stellwerk.identity.events import AccountClosed
from stellwerk.identity.models import FACTORS, Account, Confirmation, HelpRequest, KnownBrowser, WithdrawnLogin
from stellwerk.identity.rules import CLOSED_DOMAIN
from stellwerk.identity.services.pictures import discard_picture
from stellwerk.identity.services.revocations import revoke_application_passwords, revoke_tokens
from stellwerk.identity.services.sessions import end_sessions_of
from stellwerk.identity.services.sign_in import require_password
from stellwerk.identity.services.sign_in_data.pending import locked, open_account

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that must be settled before the account can close, and the address where it is."""

    name: str
    url: str


class Asker(Protocol):
    """Answers the obstacles of an account; with `locks` inside a transaction that keeps the answer true."""

    def __call__(self, account_id: int, *, locks: bool) -> Iterable[Obstacle]: ...


_askers: list[Asker] = []


def register(asker: Asker) -> Asker:
    """Decorate a function that knows obstacles. System-only: called once per room while the rooms are loaded."""
    _askers.append(asker)
    return asker


def obstacles(account_id: int, *, locks: bool = False) -> tuple[Obstacle, ...]:
    """What stands in the way now (ID-090). System-only: a read for the page and the rule."""
    return tuple(obstacle for asker in _askers for obstacle in asker(account_id, locks=locks))


def close_account(*, actor: Actor, account_id: int, current_password: str) -> None:
    """End every access with this login at once and for good (ID-088).

    Sessions, tokens, application passwords and second factors go. The row stays without its person, so that invoices
    and the activity log stay readable; the login is free. Refusals in order: policy, TooManyAttempts,
    `password_incorrect`, `last_legal_representative` (ID-090). Publishes AccountClosed.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    account = open_account(account_id)
    require_password(account, current_password)
    with transaction.atomic():
        # Organisations first, then the account, like everybody who takes a membership away: no two wait for each other.
        if obstacles(account_id, locks=True):
            raise RuleBroken("last_legal_representative")
        account = locked(account)
        revoke_tokens(actor=actor, account_id=account_id)
        revoke_application_passwords(actor=actor, account_id=account_id)
        end_sessions_of(account_id)
        _say_farewell(account)
        events.publish(AccountClosed(account_id=account_id), actor=actor)
        _forget(account)


def _say_farewell(account: Account) -> None:
    withdrawn = WithdrawnLogin.objects.filter(account_id=account.pk).exists()
    for reader in sorted({"" if withdrawn else account.email, account.recovery_email} - {""}):
        notify.send(
            "identity/email/account_closed",
            recipient=reader,
            language=account.language,
            context={"name": account.display_name},
            account_id=account.pk,
        )


def _forget(account: Account) -> None:
    """Everything that says who it was or lets somebody in. Rows that others refer to keep the number only."""
    for rows in (Confirmation.objects, HelpRequest.objects, WithdrawnLogin.objects, KnownBrowser.objects):
        rows.filter(account_id=account.pk).delete()
    for factor in FACTORS.values():
        factor.rows.filter(account_id=account.pk).delete()
    EmailAddress.objects.filter(user=account).delete()
    account.email = f"account-{account.pk}@{CLOSED_DOMAIN}"
    account.first_name = account.last_name = account.phone = account.recovery_email = ""
    account.phone_verified_at = account.date_of_birth = account.data_checked_at = None
    discard_picture(account=account)
    account.is_active = account.is_operator = False
    account.set_unusable_password()
    account.save()
