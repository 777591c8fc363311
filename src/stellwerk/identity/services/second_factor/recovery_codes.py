"""Recovery codes: ten ways back in without the second factor, each good once (SEC-029…032)."""

from __future__ import annotations

import secrets as standard
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import RuleBroken
from stellwerk.identity import policy, queries
from stellwerk.identity.errors import CodeInvalid
from stellwerk.identity.events import RecoveryCodesMade, RecoveryCodeUsed
from stellwerk.identity.hashers import code_hash
from stellwerk.identity.models import Account, RecoveryCode
from stellwerk.identity.rules import Method
from stellwerk.identity.services import throttle
from stellwerk.identity.services.second_factor.failures import note_failure
from stellwerk.identity.services.sign_in import require_password

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

SET_SIZE = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else on paper
_LENGTH = 10  # 49 random bits; guessing is throttled, and a stolen digest is slow and keyed
_SALT_BYTES = 16


def make_recovery_codes(*, actor: Actor, account_id: int, current_password: str) -> tuple[str, ...]:
    """A new set, shown once; the old one stops working (SEC-032).

    Refusals in order: policy, TooManyAttempts, `password_incorrect`, `second_factor_off`. Publishes RecoveryCodesMade.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    require_password(Account.objects.get(pk=account_id), current_password)
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account_id)
        if not queries.has_second_factor(account_id):
            raise RuleBroken("second_factor_off")
        events.publish(RecoveryCodesMade(account_id=account_id), actor=actor)
        return new_set(account_id=account_id)


@transaction.atomic
def new_set(*, account_id: int) -> tuple[str, ...]:
    """Replace the set in the caller's transaction. System-only: a step of use cases."""
    forget_set(account_id=account_id)
    codes = tuple(_new_code() for _ in range(SET_SIZE))
    salt, now = standard.token_hex(_SALT_BYTES), clock.now()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account_id=account_id, digest=_digest(account_id, code, salt=salt), salt=salt, created_at=now)
        for code in codes
    )
    return codes


@transaction.atomic
def forget_set(*, account_id: int) -> None:
    """No code opens any more, in the caller's transaction. System-only: a step of use cases."""
    RecoveryCode.objects.filter(account_id=account_id).delete()


def use_recovery_code(*, actor: Actor, account: Account, code: str) -> int:
    """Accept a code once instead of the second factor; answers how many remain. System-only: a sign-in waits for it.

    Call it outside of a transaction: attempts must stay counted. Refusals in order: TooManyAttempts per account and
    per network address (SEC-059), `code_already_used`, `code_invalid`. Publishes RecoveryCodeUsed.
    """
    throttle.count(throttle.RECOVERY_CODE_PER_ACCOUNT, str(account.pk))
    throttle.count(throttle.CODES_PER_ADDRESS, actor.address or "")
    salt = RecoveryCode.objects.filter(account=account).values_list("salt", flat=True).first() or ""
    digest = _digest(account.pk, code, salt=salt)
    with transaction.atomic():
        mine = RecoveryCode.objects.filter(account=account, digest=digest)
        # One statement decides between two uses at once.
        is_used_now = mine.filter(used_at=None).update(used_at=clock.now()) == 1
        if is_used_now:
            left = queries.factor_state(account.pk).recovery_codes_left
            events.publish(RecoveryCodeUsed(account_id=account.pk, left=left), actor=account.acting(actor))
    if not is_used_now:
        if mine.exists():
            raise RuleBroken(
                "code_already_used", field_name="code", text=_("This code was used before. Each one works once.")
            )
        note_failure(actor=actor, account=account, method=Method.RECOVERY_CODE)
        raise CodeInvalid(field_name="code", text=_("This is none of your recovery codes. Compare it with your list."))
    throttle.forgive_and_take_back(
        (throttle.RECOVERY_CODE_PER_ACCOUNT, str(account.pk)), (throttle.CODES_PER_ADDRESS, actor.address or "")
    )
    return left


def _new_code() -> str:
    letters = "".join(standard.choice(_ALPHABET) for _ in range(_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def _digest(account_id: int, code: str, *, salt: str) -> str:
    """Keyed, so that a stolen table cannot be searched; slow, so that not even with the key (ASVS 6.5.2).

    One salt for a set: an attempt costs one slow hash, not one for each code. Capitals, spaces and hyphens do not
    matter.
    """
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    stretched = code_hash(plain, salt=salt) if salt else plain
    return salted_hmac(f"recovery_code:{account_id}", stretched, algorithm="sha256").hexdigest()
