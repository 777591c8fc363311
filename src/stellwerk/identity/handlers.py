"""What follows from the events of the room: security mails (ID-035, ID-036, ID-060, ID-071, SEC-055)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation import jobs
from stellwerk.foundation.events import subscribes
from stellwerk.identity import emails, queries
from stellwerk.identity.events import (
    AccountLockedForStrangers,
    AccountUnlocked,
    PasswordChanged,
    PasswordReset,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SecondFactorAdded,
    SecondFactorFailed,
    SecondFactorRemoved,
    SignedIn,
    SignInBlocked,
    SignInFailed,
    TokenDeactivated,
    TokenGoesIdle,
)
from stellwerk.identity.services import guard

if TYPE_CHECKING:
    from stellwerk.foundation.events import Meta


@subscribes(PasswordChanged)
def tell_of_the_new_password(event: PasswordChanged, meta: Meta) -> None:
    emails.password_changed(event.account_id, meta)


@subscribes(PasswordReset)
def tell_of_the_reset(event: PasswordReset, meta: Meta) -> None:
    emails.password_changed(event.account_id, meta)


@subscribes(SignedIn)
def tell_of_the_sign_in(event: SignedIn, meta: Meta) -> None:
    wanted = queries.guard_row(event.account_id).alerts
    if wanted == "every" or (wanted == "unusual" and event.news):
        emails.signed_in(event.account_id, device=event.device, news=event.news, meta=meta)


@subscribes(SignInFailed)
def tell_of_the_failure(event: SignInFailed, _meta: Meta) -> None:
    if event.account_id is not None:
        tell_of_failures(event.account_id)


@jobs.task("identity.tell_of_failures")
def tell_of_failures(account_id: int) -> None:
    """At once for the first one, then at most once an hour with their number: a flood of guesses is one mail."""
    if queries.guard_row(account_id).alerts == "none":
        return
    failures = guard.failures_to_tell(account_id)
    if failures is not None:
        emails.sign_ins_failed(account_id, failures)
        return
    at = guard.next_telling_at(account_id)
    if at is not None:
        key = f"tell_of_failures:{account_id}:{at.timestamp()}"
        jobs.enqueue(tell_of_failures, {"account_id": account_id}, run_at=at, unique_key=key)


@subscribes(AccountLockedForStrangers)
def tell_of_the_lock(event: AccountLockedForStrangers, meta: Meta) -> None:
    emails.account_locked(event.account_id, failures=event.failures, meta=meta)


@subscribes(SignInBlocked)
def tell_of_the_blocked_sign_in(event: SignInBlocked, meta: Meta) -> None:
    emails.sign_in_blocked(event.account_id, meta=meta)


@subscribes(AccountUnlocked)
def tell_of_the_unlocking(event: AccountUnlocked, meta: Meta) -> None:
    emails.account_unlocked(event.account_id, meta=meta)


@subscribes(TokenGoesIdle)
def tell_that_a_token_goes_idle(event: TokenGoesIdle, meta: Meta) -> None:
    emails.token_goes_idle(event, meta)


@subscribes(TokenDeactivated)
def tell_that_a_token_is_deactivated(event: TokenDeactivated, meta: Meta) -> None:
    emails.token_deactivated(event, meta)


@subscribes(SecondFactorAdded)
def tell_of_the_new_factor(event: SecondFactorAdded, meta: Meta) -> None:
    emails.second_factor_added(event.account_id, factor=event.name, is_first=event.is_first, meta=meta)


@subscribes(SecondFactorRemoved)
def tell_of_the_removed_factor(event: SecondFactorRemoved, meta: Meta) -> None:
    emails.second_factor_removed(event.account_id, factor=event.name, is_last=event.is_last, meta=meta)


@subscribes(SecondFactorFailed)
def tell_of_the_known_password(event: SecondFactorFailed, meta: Meta) -> None:
    if queries.guard_row(event.account_id).alerts != "none":
        emails.second_factor_failed(event.account_id, meta=meta)


@subscribes(RecoveryCodesMade)
def tell_of_new_codes(event: RecoveryCodesMade, meta: Meta) -> None:
    emails.recovery_codes_made(event.account_id, meta=meta)


@subscribes(RecoveryCodeUsed)
def tell_of_the_used_code(event: RecoveryCodeUsed, meta: Meta) -> None:
    emails.recovery_code_used(event.account_id, left=event.left, meta=meta)
