"""What a scope lets a program do, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stellwerk.identity.rules import SCOPES, SYNC_SCOPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrPromise

_FACTS: dict[str, _StrPromise] = {
    "openid": _("Recognise you again by a number"),
    "profile": _("Your name, language and appearance"),
    "email": _("Your e-mail address"),
    "phone": _("Your telephone number"),
}
_AREAS: dict[str, _StrPromise] = {
    "user_info": _("Your profile, devices and access data"),
    "accounts": _("Your organisations"),
    "users": _("Users, teams and invitations"),
    "products": _("Products"),
    "billing": _("Orders, invoices and payments"),
    "partner": _("Partners and clients"),
    "calendar": _("Calendars"),
    "contacts": _("Contacts"),
    "links": _("Short links"),
    "drive": _("Files"),
    "mail": _("Mail"),
    "webhooks": _("Webhooks"),
}
_SYNC_AREAS = {**_AREAS, "files": _AREAS["drive"], "mail": _("Mail settings and rules, not IMAP or SMTP")}


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """A scope and its meaning in the active language. `changes` says whether more than reading is possible."""

    code: str
    words: str
    changes: bool


def scope_rows(codes: Iterable[str] = SCOPES) -> list[ScopeRow]:
    """The scopes of tokens and applications in the order of the interface."""
    wanted = set(codes)
    return [_row(code) for code in SCOPES if code in wanted]


def sync_scope_rows() -> list[ScopeRow]:
    """The scopes of application passwords."""
    return [ScopeRow(code, str(_SYNC_AREAS[code]), changes=True) for code in SYNC_SCOPES]


def _row(code: str) -> ScopeRow:
    area, _colon, only = code.partition(":")
    if area in _FACTS:
        return ScopeRow(code, str(_FACTS[area]), changes=False)
    pattern = gettext("%(area)s: read") if only else gettext("%(area)s: read and change")
    return ScopeRow(code, pattern % {"area": _AREAS[area]}, changes=not only)
