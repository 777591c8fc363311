"""What people enter about themselves, judged once for every door. Checks only, nothing is written."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.identity.models import Account
from stellwerk.identity.rules import (
    CLOSED_DOMAIN,
    LANGUAGES,
    LONGEST_NAME,
    OLDEST_AGE,
    WITHDRAWN_DOMAIN,
    NameRefused,
    PhoneRefused,
    age_on,
    is_mobile,
    phone_country,
    phone_number,
    tidy_name,
)

__all__ = [
    "LANGUAGES",
    "NewAccount",
    "checked_account",
    "checked_birth",
    "checked_end",
    "checked_mobile",
    "checked_name",
    "checked_phone",
    "hashed_password",
    "normalised_login",
]

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What sign-up asks for. `phone` may be empty for accounts made by the operator; `language` is one of the five.

    `is_phone_proved`: a code sent to the number came back.
    `password_hash` stands in for `password` where an earlier step has checked and hashed it (sign-up by code).
    """

    email: str
    password: str = ""
    first_name: str
    last_name: str
    phone: str = ""
    language: str = "en"
    is_operator: bool = False
    password_hash: str = ""
    is_phone_proved: bool = False


def checked_account(entries: NewAccount, *, country: str = "") -> NewAccount:
    """The entries as they will be stored, the password hashed and gone. System-only, writes nothing.

    A phone number without country code is read as one of `country`. Raises Invalid with every refused field.
    """
    refused: list[FieldError] = []

    def checked(check: Callable[[], str]) -> str:
        try:
            return check()
        except Invalid as bad:
            refused.extend(bad.errors)
            return ""

    tidy = replace(
        entries,
        first_name=checked(lambda: checked_name("first_name", entries.first_name)),
        last_name=checked(lambda: checked_name("last_name", entries.last_name)),
        email=checked(lambda: normalised_login(entries.email)),
        phone=checked(lambda: checked_phone(entries.phone, country=country)) if entries.phone.strip() else "",
        language=entries.language if entries.language in LANGUAGES else "en",
    )
    password_hash = tidy.password_hash or checked(lambda: hashed_password(tidy))
    if refused:
        raise Invalid(*refused)
    return replace(tidy, password="", password_hash=password_hash)


def normalised_login(raw: str) -> str:
    """The login as stored: NFKC, trimmed, lower case, the domain in its ASCII form.

    Look-alike spellings are therefore one login, or visibly another (`xn--…`). Raises Invalid for anything that is
    not an address.
    """
    email = unicodedata.normalize("NFKC", raw).strip().lower()
    local, _at, domain = email.rpartition("@")
    try:
        email = f"{local}@{domain.encode('idna').decode()}"
        validate_email(email)
        if email.endswith((f"@{WITHDRAWN_DOMAIN}", f"@{CLOSED_DOMAIN}")):
            raise ValidationError("a stand-in is nobody's address")
    except (ValidationError, UnicodeError) as bad:
        text = _("Enter an e-mail address, for example anna@example.ch.")
        raise Invalid(FieldError("email", "email", text)) from bad
    return email


def checked_name(field: str, raw: str, *, longest: int = LONGEST_NAME) -> str:
    """A name in its stored form. Raises Invalid for `field`."""
    try:
        return tidy_name(raw, longest=longest)
    except NameRefused as refused:
        raise Invalid(FieldError(field, refused.rule, _NAME_TEXTS[refused.rule])) from refused


def checked_end(field: str, moment: datetime | None) -> datetime | None:
    """When something ends, None for never. Raises Invalid for `field` when that moment has passed."""
    if moment is not None and moment <= clock.now():
        raise Invalid(FieldError(field, "after", _("Choose an end in the future.")))
    return moment


def checked_birth(field: str, day: date | None) -> date | None:
    """A day on which somebody living can have been born. Raises Invalid for `field`."""
    today = clock.today()
    if day is not None and day > today:
        raise Invalid(FieldError(field, "before", _("Enter a day in the past.")))
    if day is not None and age_on(day, today=today) > OLDEST_AGE:
        text = _("Enter the full year. A date of birth lies at most 120 years back.")
        raise Invalid(FieldError(field, "after", text))
    return day


def checked_phone(raw: str, *, country: str = "") -> str:
    """A number in its stored form (E.164). Raises Invalid for `phone`."""
    try:
        return phone_number(raw, country=country)
    except PhoneRefused as refused:
        text = _("Enter a telephone number with its country code, for example +41 79 123 45 67.")
        raise Invalid(FieldError("phone", "phone", text)) from refused


def checked_mobile(raw: str, *, country: str = "") -> tuple[str, str]:
    """A mobile number in its stored form, and the country it belongs to. Raises Invalid for `phone`."""
    phone = checked_phone(raw, country=country)
    if not is_mobile(phone):
        text = _("Enter a mobile number: the codes are sent as text messages.")
        raise Invalid(FieldError("phone", "mobile", text))
    return phone, phone_country(phone)


def hashed_password(entries: NewAccount, *, field: str = "password") -> str:
    """The slow salted hash of a good enough password. Raises Invalid for a weak one."""
    somebody = Account(email=entries.email, first_name=entries.first_name, last_name=entries.last_name)
    try:
        validate_password(entries.password, somebody)
    except ValidationError as weak:
        raise Invalid(FieldError(field, str(weak.error_list[0].code), " ".join(weak.messages))) from weak
    return make_password(entries.password)


_NAME_TEXTS: dict[str, _StrPromise] = {
    "required": _("Fill in this field."),
    "max_length": _("This is too long. Shorten it."),
    "characters": _("This contains invisible characters. Type it instead of pasting it."),
}
