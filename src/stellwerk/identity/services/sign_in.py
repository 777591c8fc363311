"""Who knocks: the password check of every browser sign-in."""

from __future__ import annotations

from functools import lru_cache, partial

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from stellwerk.foundation import clock, events, lasting
from stellwerk.foundation.actor import Actor
from stellwerk.foundation.errors import RuleBroken
from stellwerk.identity.errors import CredentialsInvalid, PasswordIncorrect, password_required
from stellwerk.identity.events import SignedIn, SignInFailed
from stellwerk.identity.hashers import LONGEST
from stellwerk.identity.models import Account
from stellwerk.identity.services import guard, throttle
from stellwerk.identity.services.logins import knock


def sign_in(
    *, actor: Actor, login: str, password: str, known_accounts: frozenset[int] = frozenset(), device: str = ""
) -> Account:
    """The account behind login and password (ID-032). System-only: everybody may try.

    Every failure is the same CredentialsInvalid after the same work (ID-034): one look-up, one hash, one event.
    Refusals in order: TooManyAttempts per account, then per network address (SEC-059), CredentialsInvalid.
    Publishes SignInFailed; SignedIn follows when the session opens, after the second factor where there is one.
    Call it outside of a transaction: the failure must stay written.

    `known_accounts` are those whose browser this is: a lock does not keep them out (SEC-056, Q33), and strangers who
    guess do not close the door to them. With the right password in another browser, a locked account raises
    AccountLocked; in any, the former address of a withdrawn login raises `login_withdrawn` (ID-080). `device` is what
    the person's mails call the browser.
    """
    visitor = knock(login)
    email, account = visitor.key, visitor.account
    is_known = account is not None and account.pk in known_accounts
    key = f"{email} in a known browser" if is_known else email
    attempts = (throttle.SIGN_IN_PER_ACCOUNT, key), (throttle.SIGN_IN_PER_ADDRESS, actor.address or "")
    throttle.count_in_turn(*attempts)
    stored = account.password if account else hash_of_nobody()
    fits = check_password(password[:LONGEST], stored) and len(password) <= LONGEST
    if account is None or not fits:
        _note_failure(actor, account, device=device)
        raise CredentialsInvalid
    if not is_known:
        guard.refuse_strangers(account, actor)
    if visitor.is_withdrawn:  # said to whoever knows the password only (ID-080, Q34)
        raise RuleBroken("login_withdrawn")
    throttle.forgive_and_take_back(*attempts)
    return account


def note_sign_in(*, actor: Actor, account: Account, device: str = "", news: str = "") -> None:
    """Write down, in the caller's transaction, that the account signed in. Publishes SignedIn.

    System-only: a step of every sign-in. `news` is what was new about it: `browser`, `place` or nothing (ID-035).
    """
    Account.objects.filter(pk=account.pk).update(last_login=clock.now())
    guard.forgive(account)
    events.publish(SignedIn(account_id=account.pk, device=device, news=news), actor=account.acting(actor))


def require_password(account: Account, password: str) -> None:
    """Password re-entry inside a signed-in session. Raises TooManyAttempts, then PasswordIncorrect."""
    throttle.count(throttle.REENTRY_PER_ACCOUNT, str(account.pk))
    if len(password) > LONGEST or not check_password(password, account.password):
        lasting.write(partial(_count_failure, account))
        raise PasswordIncorrect(field_name="current_password")
    throttle.forgive(throttle.REENTRY_PER_ACCOUNT, str(account.pk))


@transaction.atomic
def _count_failure(account: Account) -> None:
    guard.count_failure(account, Actor())


@transaction.atomic
def _note_failure(actor: Actor, account: Account | None, *, device: str) -> None:
    if account is None:
        events.publish(SignInFailed(account_id=None), actor=actor)
        return
    guard.count_failure(account, actor, device=device)
    events.publish(SignInFailed(account_id=account.pk), actor=account.acting(actor))


def require_password_of(account_id: int, password: str | None) -> None:
    """Password re-entry where no session knows the account, for example by token.

    Raises AccessDenied `password_required` without one, then as `require_password`.
    """
    if not password:
        raise password_required()
    require_password(Account.objects.get(pk=account_id), password)


@lru_cache(maxsize=1)
def hash_of_nobody() -> str:
    """A hash of the current cost that no password opens: an unknown login costs what a known one costs."""
    return make_password("nobody has this account")
