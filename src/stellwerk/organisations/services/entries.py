"""The entries of an organisation, judged once for founding, editing and signing up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.identity.services.entries import LANGUAGES, checked_name, checked_phone
from stellwerk.organisations.models import Membership, Organisation
from stellwerk.organisations.rules.addresses import AddressRefused, postal_address
from stellwerk.organisations.rules.vat_numbers import Reason, VatNumberRefused, vat_number

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.utils.functional import _StrPromise

LONGEST_ORGANISATION_NAME = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrganisation:
    """The entries of the founding form. Address fields are structured, because QR-bills need them so (BIL-061)."""

    name: str
    kind: str
    street: str
    postal_code: str
    town: str
    country: str
    building_number: str = ""
    attention: str = ""
    phone: str = ""
    language: str = "en"
    vat_number: str = ""


def checked_organisation(entries: NewOrganisation) -> NewOrganisation:
    """The entries as they will be stored. System-only, writes nothing. Raises Invalid with every refused field.

    A VAT number is kept for every kind but private persons (ID-007, ORG-018), in the form of its country.
    """
    refused: list[FieldError] = []

    def checked(check: Callable[[], str]) -> str:
        try:
            return check()
        except Invalid as bad:
            refused.extend(bad.errors)
            return ""

    if entries.kind not in Organisation.Kind.values:
        kinds = tuple(Organisation.Kind.values)
        refused.append(FieldError("kind", "in", _("Choose one of the offered values."), kinds))
    attention = entries.attention.strip()
    tidy = _with_address(refused, entries)
    tidy = replace(
        tidy,
        name=checked(lambda: checked_name("name", entries.name, longest=LONGEST_ORGANISATION_NAME)),
        attention=checked(lambda: checked_name("attention", attention)) if attention else "",
        phone=checked(lambda: checked_phone(entries.phone, country=tidy.country)) if entries.phone.strip() else "",
        vat_number=_checked_vat_number(refused, tidy),
        language=entries.language if entries.language in LANGUAGES else "en",
    )
    if refused:
        raise Invalid(*refused)
    return tidy


def checked_role(raw_role: str) -> str:
    """A role's wire name. Raises Invalid for another word."""
    if raw_role not in Membership.Role.values:
        roles = tuple(Membership.Role.values)
        raise Invalid(FieldError("role", "in", _("Choose one of the offered values."), roles))
    return raw_role


def is_over(last_day: date | None) -> bool:
    """Whether a last day has passed. System-only: a check of entries."""
    return last_day is not None and last_day < clock.today()


def require_future(ends_on: date | None) -> None:
    """Raises Invalid for a last day that is over. System-only: a check of entries."""
    if is_over(ends_on):
        raise Invalid(FieldError("ends_on", "after", _("Choose today or a later day.")))


def _with_address(refused: list[FieldError], entries: NewOrganisation) -> NewOrganisation:
    try:
        address = postal_address(
            street=entries.street,
            building_number=entries.building_number,
            postal_code=entries.postal_code,
            town=entries.town,
            country=entries.country,
        )
    except AddressRefused as bad:
        refused.extend(FieldError(each.field, each.rule, TEXTS[each.rule]) for each in bad.problems)
        return replace(entries, country=entries.country.strip().upper())
    return replace(
        entries,
        street=address.street,
        building_number=address.building_number,
        postal_code=address.postal_code,
        town=address.town,
        country=address.country,
    )


def _checked_vat_number(refused: list[FieldError], entries: NewOrganisation) -> str:
    if not entries.vat_number.strip() or entries.kind == Organisation.Kind.INDIVIDUAL:
        return ""
    try:
        return vat_number(entries.vat_number, country=entries.country).number
    except VatNumberRefused as bad:
        text = str(_VAT_TEXTS[bad.reason]) % {"format": bad.expected_format}
        refused.append(FieldError("vat_number", bad.code, text))
        return ""


TEXTS: dict[str, _StrPromise] = {
    "required": _("Fill in this field."),
    "max_length": _("This is too long. Shorten it."),
    "characters": _("This contains invisible characters. Type it instead of pasting it."),
    "postal_code": _("This postal code does not belong to the chosen country."),
    "country": _("Choose a country from the list."),
}
_VAT_TEXTS: dict[Reason, _StrPromise] = {
    Reason.FORMAT: _("This VAT number is not complete or contains a wrong digit. It looks like %(format)s."),
    Reason.OTHER_COUNTRY: _("This VAT number belongs to another country than the address. Expected is %(format)s."),
    Reason.NORTHERN_IRELAND: _("Numbers that begin with XI are for goods only. Leave the field empty."),
    Reason.COUNTRY_WITHOUT_NUMBERS: _("No VAT number can be kept for this country. Leave the field empty."),
}
