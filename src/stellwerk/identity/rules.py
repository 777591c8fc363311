"""Facts of the identity room that need no database."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

import phonenumbers
import pyotp
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

OLDEST_AGE = 120  # nobody is known to have lived much longer

TOKEN_PREFIX = "stw_pat"  # noqa: S105  the public head of every API token
APPLICATION_PASSWORD_PREFIX = "stw_app"  # noqa: S105  likewise
# The public heads of what the OAuth provider hands out (docs/api-tokens.md).
ACCESS_TOKEN_PREFIX = "stw_oat"  # noqa: S105
REFRESH_TOKEN_PREFIX = "stw_ort"  # noqa: S105
CODE_PREFIX = "stw_oac"
DEVICE_CODE_PREFIX = "stw_odc"
CLIENT_SECRET_PREFIX = "stw_ocs"  # noqa: S105

_OPENID = ("openid", "profile", "email", "phone")
_AREAS = (
    "user_info", "accounts", "users", "products", "billing", "partner", "calendar", "contacts", "links", "drive",
    "mail", "webhooks",
)  # fmt: skip
SCOPES: tuple[str, ...] = (*_OPENID, *(name for area in _AREAS for name in (area, f"{area}:read")))
# What they open belongs to the account itself, not to its organisations.
PERSONAL_SCOPES = frozenset({*_OPENID, "user_info"})

# What application passwords open (SEC-044): synchronisation, never the Manager, the interface or IMAP and SMTP.
SYNC_SCOPES = ("calendar", "contacts", "files", "mail")

IDLE_TOKEN_DAYS = 365  # API-007
# Stand-ins for a login that was withdrawn or closed (RFC 2606: nothing below `.invalid` ever receives mail).
WITHDRAWN_DOMAIN = "withdrawn.invalid"
CLOSED_DOMAIN = "closed.invalid"
IDLE_NOTICE_DAYS = 30  # how long before its end the owner of an idle token is told
USE_NOTED_EVERY_MINUTES = 60  # exact enough for a year's idleness, and no write per request
LANGUAGES = ("de", "fr", "it", "en", "es")
THEMES = ("automatic", "light", "dark")
LONGEST_NAME = 100
LOCK_CHOICES = (5, 8, 10, 15, 20)  # failures in a row before strangers are locked out (SEC-056)


class Method(StrEnum):
    """Ways to prove a sign-in a second time (SEC-003), in the order in which they are asked for without a choice.

    Recovery codes are a fall-back: an account that has nothing else has no second factor.
    """

    APPROVE = "approve"
    PASSKEY = "passkey"
    TOTP = "totp"
    SMS = "sms"
    RECOVERY_CODE = "recovery_code"

    @property
    def slug(self) -> str:
        """The method in addresses of pages."""
        return self.value.replace("_", "-")


class NameRefused(ValueError):
    """`rule` is required, max_length or characters."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class PhoneRefused(ValueError):
    """Not a number that can be called."""


def tidy_name(raw: str, *, longest: int = LONGEST_NAME) -> str:
    """A name in its composed form, every run of white space one space.

    A line break becomes a space, so that a name can never start a header of a mail. Raises NameRefused for an empty
    or too long name and for invisible characters, which would forge what a page or a letter shows.
    """
    name = " ".join(unicodedata.normalize("NFC", raw).split())
    if not name:
        raise NameRefused("required")
    if len(name) > longest:
        raise NameRefused("max_length")
    if any(unicodedata.category(character)[0] == "C" for character in name):
        raise NameRefused("characters")
    return name


def phone_number(raw: str, *, country: str = "") -> str:
    """The number in E.164 form, for example +41791234567 (ID-010).

    A number without country code is read as one of `country`. Raises PhoneRefused for what cannot be called.
    """
    try:
        number = phonenumbers.parse(raw[:40], country or None)
    except phonenumbers.NumberParseException as bad:
        raise PhoneRefused from bad
    if not phonenumbers.is_valid_number(number):
        raise PhoneRefused
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_mobile(phone: str) -> bool:
    """Whether a number in E.164 form can receive text messages, as far as its numbering plan tells."""
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return phonenumbers.number_type(phonenumbers.parse(phone)) in kinds


_RESCUE = re.compile(r"[A-Z]{2}\d{8}")
_CALLING_CODES = {"ch": "+41", "de": "+49", "fr": "+33", "it": "+39", "es": "+34", "at": "+43", "be": "+32"}
_PROVIDERS = ("gmail.com", "bluewin.ch", "gmx.ch", "outlook.com", "icloud.com", "hotmail.com", "gmx.net", "proton.me")


def is_withdrawn(login: str) -> bool:
    """Whether this is the stand-in of a login that must be replaced (ID-081)."""
    return login.endswith(f"@{WITHDRAWN_DOMAIN}")


def rescue_key(raw: str) -> str:
    """A rescue identifier as it is compared, "" for anything else: two letters and eight digits (ID-079, Q17)."""
    key = re.sub(r"[\s.-]", "", unicodedata.normalize("NFKC", raw[:40])).upper()
    return key if _RESCUE.fullmatch(key) else ""


def age_on(born: date, *, today: date) -> int:
    """Completed years of life. Whoever was born on 29 February completes one on 1 March of other years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def rescue_initials(first_name: str, last_name: str) -> str:
    """Two letters A…Z of a name; X where it has none that every keyboard can type."""

    def letter(name: str) -> str:
        plain = unicodedata.normalize("NFKD", name[:1].upper())[:1]
        return plain if "A" <= plain <= "Z" else "X"

    return letter(first_name) + letter(last_name)


def masked_email(email: str) -> str:
    """Enough to recognise one's own address, too little to write to it: a•••@e•••.ch."""
    local, _at, domain = email.rpartition("@")
    head, _dot, ending = domain.rpartition(".")
    return f"{local[:1]}•••@{head[:1]}•••.{ending}"


def masked_phone(phone: str) -> str:
    """The country and the last two digits: +41 ••• •• 67."""
    number = phonenumbers.parse(phone)
    return f"+{number.country_code} ••• •• {phone[-2:]}"


def plausible_values(login: str, seed: bytes) -> dict[str, str]:
    """Masked values as somebody with this login might have stored them (ID-070); `seed` is 32 keyed bytes of it.

    Half the people have a recovery address and most a proved number, so that neither its presence nor its absence
    says that the login exists.
    """
    values: dict[str, str] = {}
    if seed[0] % 2:
        letters = "aabcdefghijjklmmnoprssstuvwz"
        values["recovery_email"] = masked_email(
            f"{letters[seed[1] % len(letters)]}@{_PROVIDERS[seed[2] % len(_PROVIDERS)]}"
        )
    if seed[3] % 4:
        ending = login.rpartition(".")[2]
        codes = [*_CALLING_CODES.values()]
        code = _CALLING_CODES.get(ending) or codes[seed[4] % len(codes)]
        values["sms"] = f"{code} ••• •• {seed[5] % 100:02}"
    return values


def phone_country(phone: str) -> str:
    """The country of a number in E.164 form, two letters; empty for numbers that belong to none."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(phone, None)) or ""


def phone_as_read(phone: str) -> str:
    """+41791234567 as people write it: +41 79 123 45 67."""
    return phonenumbers.format_number(phonenumbers.parse(phone, None), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


_LOOPBACK = ("127.0.0.1", "::1")
_LONGEST_REDIRECT = 500


class RedirectRefused(ValueError):
    """An address that an application may not be led back to."""


def checked_redirect(raw: str, *, is_public: bool) -> str:
    """A redirect address as it may be registered (API-032; RFC 6749 3.1.2, RFC 8252 7, RFC 9700 2.1).

    https with a host, or http on a loopback address; a public (native) application may also have a scheme of its own
    with a dot in it, like `com.example.app:/done`. No fragment, no wildcard, no password, nothing invisible. Raises
    RedirectRefused.
    """
    if len(raw) > _LONGEST_REDIRECT or not raw.isascii() or not raw.isprintable() or set(raw) & set(' *#<>"\\'):
        raise RedirectRefused(raw)
    try:
        parts = urlsplit(raw)
        has_port_of_numbers = parts.port is None or parts.port > 0
    except ValueError as bad:
        raise RedirectRefused(raw) from bad
    if parts.username is not None or parts.password is not None or not has_port_of_numbers:
        raise RedirectRefused(raw)
    if parts.scheme == "https" and parts.hostname:
        return raw
    if _is_loopback(parts) or (is_public and "." in parts.scheme and not parts.netloc):
        return raw
    raise RedirectRefused(raw)


def redirect_matches(asked: str, registered: str, *, is_public: bool) -> bool:
    """Whether an application may be led back to `asked`: character by character what was registered (API-032).

    Only for a public application on a loopback address the port is free: the system gives it (RFC 8252 7.3).
    """
    if asked == registered:
        return True
    if not is_public:
        return False
    try:
        wanted, known = urlsplit(asked), urlsplit(registered)
        wanted_port = wanted.port
    except ValueError:
        return False
    if not (_is_loopback(wanted) and _is_loopback(known)) or wanted_port == 0 or "#" in asked:
        return False
    same = wanted._replace(netloc="") == known._replace(netloc="")
    return same and wanted.hostname == known.hostname and "@" not in wanted.netloc


def _is_loopback(parts: SplitResult) -> bool:
    return parts.scheme == "http" and parts.hostname in _LOOPBACK


# ── Approve: what a device signs and how long things last ────────────────────────────────────────────────────────────

LINK_PREFIX = "stw_link"
SIGNED_REQUEST_SECONDS = 60  # how far the time in a signed request may lie from ours
CODE_PERIOD_SECONDS = 30
CODE_DIGITS = 6
CODE_TOLERANCE_STEPS = 1  # SEC-027
MOST_WRONG_NUMBERS = 3
_APPROVE = "stellwerk-approve/1"
_RAW_SIGNATURE_BYTES = 64


class Decision(StrEnum):
    """What a person answers on the device."""

    APPROVED = "approved"
    REJECTED = "rejected"


class KeyRefused(ValueError):
    """Not a public key of the one kind that devices make: P-256, in base64url SubjectPublicKeyInfo."""


def link_text(*, challenge: str, public_key: str, name: str) -> str:
    """What a new key signs to join an account: nobody can link a key that he does not hold (SEC-063)."""
    return "\n".join((f"{_APPROVE} link", challenge, public_key, name))


def signed_request_text(*, method: str, path: str, time: int, body: bytes) -> str:
    """What a device signs with every call, so that nobody else can make it or change it on its way (SEC-064)."""
    return "\n".join((f"{_APPROVE} request", method, path, str(time), base64url(hashlib.sha256(body).digest())))


def decision_text(*, uuid: UUID, decision: Decision, number: int | None, expires_at: int) -> str:
    """What a device signs to answer (SEC-067). `number` is None for NO, `expires_at` in seconds since 1970 UTC."""
    shown = "" if number is None else str(number)
    return "\n".join((f"{_APPROVE} decision", str(uuid), decision.value, shown, str(expires_at)))


def checked_public_key(raw: str) -> str:
    """The key as it is stored. Raises KeyRefused."""
    _loaded_key(raw)
    return raw


def is_signed_by(public_key: str, *, text: str, signature: str) -> bool:
    """Whether `signature` (r and s side by side in base64url, as WebCrypto writes it) belongs to text and key."""
    try:
        raw = from_base64url(signature)
        if len(raw) != _RAW_SIGNATURE_BYTES:
            return False
        half = _RAW_SIGNATURE_BYTES // 2
        der = encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))
        _loaded_key(public_key).verify(der, text.encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def code_at(seed: str, *, step: int) -> str:
    """The code of a period (RFC 6238 with SHA-256): what the app shows without a network."""
    return str(pyotp.HOTP(seed, digits=CODE_DIGITS, digest=hashlib.sha256).at(step))


def matching_step(seed: str, code: str, *, seconds: int) -> int | None:
    """The period around `seconds` (since 1970) whose code this is, one earlier or later included (SEC-027)."""
    now = seconds // CODE_PERIOD_SECONDS
    for step in range(now - CODE_TOLERANCE_STEPS, now + CODE_TOLERANCE_STEPS + 1):
        if hmac.compare_digest(code_at(seed, step=step).encode(), code.encode()):
            return step
    return None


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def from_base64url(text: str) -> bytes:
    """Raises ValueError for anything that is not base64url without padding."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,1000}", text):
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _loaded_key(raw: str) -> ec.EllipticCurvePublicKey:
    try:
        key = serialization.load_der_public_key(from_base64url(raw))
    except (ValueError, UnsupportedAlgorithm) as bad:
        raise KeyRefused from bad
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyRefused
    return key
