"""Who knocks: the password check of every browser sign-in."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from stellwerk.foundation import clock, events
from stellwerk.identity.errors import CredentialsInvalid, PasswordIncorrect
from stellwerk.identity.events import SignedIn, SignInFailed
from stellwerk.identity.hashers import LONGEST
from stellwerk.identity.models import Account
from stellwerk.identity.services import throttle

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


def sign_in(*, actor: Actor, login: str, password: str) -> Account:
    """The account behind login and password (ID-032). System-only: everybody may try.

    Every failure is the same CredentialsInvalid after the same work (ID-034): one look-up, one hash, one event.
    Refusals in order: TooManyAttempts per account, then per network address (SEC-059), CredentialsInvalid.
    Publishes SignedIn or SignInFailed. Call it outside of a transaction: the failure must stay written.
    """
    email = unicodedata.normalize("NFKC", login[:320]).strip().lower()
    throttle.count(throttle.SIGN_IN_PER_ACCOUNT, email)
    throttle.count(throttle.SIGN_IN_PER_ADDRESS, actor.address or "")
    account = Account.objects.filter(email=email, is_active=True).first()
    stored = account.password if account else _hash_of_nobody()
    fits = check_password(password[:LONGEST], stored) and len(password) <= LONGEST
    if account is None or not fits:
        _note_failure(actor, account)
        raise CredentialsInvalid
    throttle.forgive(throttle.SIGN_IN_PER_ACCOUNT, email)
    throttle.take_back(throttle.SIGN_IN_PER_ADDRESS, actor.address or "")
    note_sign_in(actor=actor, account=account)
    return account


@transaction.atomic
def note_sign_in(*, actor: Actor, account: Account) -> None:
    """Write down that the account signed in. System-only. Publishes SignedIn."""
    Account.objects.filter(pk=account.pk).update(last_login=clock.now())
    events.publish(SignedIn(account_id=account.pk), actor=account.acting(actor))


def require_password(account: Account, password: str) -> None:
    """Password re-entry inside a signed-in session. Raises TooManyAttempts, then PasswordIncorrect."""
    throttle.count(throttle.REENTRY_PER_ACCOUNT, str(account.pk))
    if len(password) > LONGEST or not check_password(password, account.password):
        raise PasswordIncorrect(field_name="current_password")
    throttle.forgive(throttle.REENTRY_PER_ACCOUNT, str(account.pk))


@transaction.atomic
def _note_failure(actor: Actor, account: Account | None) -> None:
    events.publish(
        SignInFailed(account_id=account.pk if account else None), actor=account.acting(actor) if account else actor
    )


@lru_cache(maxsize=1)
def _hash_of_nobody() -> str:
    """A hash of the current cost that no password opens: an unknown login costs what a known one costs."""
    return make_password("nobody has this account")
