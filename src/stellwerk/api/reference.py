"""Facts of the world that clients need for their forms, without a login. Names come from CLDR."""

from __future__ import annotations

import unicodedata
import zlib
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global

from stellwerk.foundation import activity, clock
from stellwerk.foundation.edge.api import (
    LANGUAGE_IDS,
    LOCALES,
    ApiRequest,
    Listing,
    Output,
    Router,
    language,
    listed,
    success,
)
from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.http import HttpResponse

router = Router("Reference data")

# Countries that changed their ISO 3166 number: CLDR knows the old ones too.
_NUMBERS_OF_TODAY = {"DE": 276, "ET": 231, "FR": 250, "SD": 729, "YE": 887}
_NO_ZONE = "Etc/Unknown"
# Entries of CLDR that are no country: the EU, two pseudo-locales, the unknown region.
_NO_COUNTRIES = {"EU", "XA", "XB", "ZZ"}


class CountryOut(Output):
    """`id` is the numeric code of ISO 3166-1, `short_name` the two letters."""

    id: int
    name: str
    short_name: str
    is_enabled: bool


class LanguageOut(Output):
    id: int
    name: str
    short_name: str
    locale: str
    short_locale: str


class TimezoneOut(Output):
    """`gmt` is the distance from UTC today, `+02:00` for Zurich in summer."""

    id: int
    name: str
    gmt: str


class ActionOut(Output):
    """What an activity log may say. `code` is stable, `description` follows Accept-Language."""

    id: int
    code: str
    description: str


@router.get("countries", is_public=True, listing=Listing(order=("id", "name", "short_name")), answer=CountryOut)
def countries(request: ApiRequest) -> HttpResponse:
    """All countries, by name in the language of Accept-Language."""
    return listed(request, _countries())


@router.get("countries/{country_id}", is_public=True, answer=CountryOut)
def country(request: ApiRequest, country_id: int) -> HttpResponse:  # noqa: ARG001  every endpoint takes the request
    """One country by its ISO 3166-1 number."""
    return success(_row_of(_countries(), country_id))


@router.get("languages", is_public=True, listing=Listing(order=("id", "name", "short_name")), answer=LanguageOut)
def languages(request: ApiRequest) -> HttpResponse:
    """The languages of pages, messages and documents."""
    return listed(request, _languages())


@router.get("languages/{language_id}", is_public=True, answer=LanguageOut)
def one_language(request: ApiRequest, language_id: int) -> HttpResponse:  # noqa: ARG001
    """One language."""
    return success(_row_of(_languages(), language_id))


@router.get("timezones", is_public=True, listing=Listing(order=("id", "name", "gmt")), answer=TimezoneOut)
def timezones(request: ApiRequest) -> HttpResponse:
    """The time zones of the IANA database, with today's distance from UTC."""
    return listed(request, _timezones())


@router.get("timezones/{timezone_id}", is_public=True, answer=TimezoneOut)
def timezone(request: ApiRequest, timezone_id: int) -> HttpResponse:  # noqa: ARG001
    """One time zone."""
    return success(_row_of(_timezones(), timezone_id))


@router.get("actions", is_public=True, listing=Listing(order=("id", "code")), answer=ActionOut)
def actions(request: ApiRequest) -> HttpResponse:
    """Everything that can appear in an activity log."""
    return listed(request, _actions())


@router.get("actions/{action_id}", is_public=True, answer=ActionOut)
def action(request: ApiRequest, action_id: int) -> HttpResponse:  # noqa: ARG001
    """One kind of action."""
    return success(_row_of(_actions(), action_id))


def _languages() -> list[dict[str, Any]]:
    reader = Locale(language())
    return [
        {
            "id": number,
            "name": reader.languages[code],
            "short_name": code,
            "locale": LOCALES[code],
            "short_locale": code,
        }
        for code, number in LANGUAGE_IDS.items()
    ]


def _timezones() -> list[dict[str, Any]]:
    now = clock.now()
    names = sorted(name for name in get_global("zone_territories") if name != _NO_ZONE)
    return [{"id": _number(name), "name": name, "gmt": _distance(now.astimezone(ZoneInfo(name)))} for name in names]


def _actions() -> list[dict[str, Any]]:
    named = {activity.action_code(name): sentence for name, sentence in activity.actions().items()}
    return [{"id": _number(code), "code": code, "description": text} for code, text in sorted(named.items())]


def _distance(moment: datetime) -> str:
    """`+0100` with the colon that people expect."""
    raw = f"{moment:%z}"
    return f"{raw[:3]}:{raw[3:5]}"


def _number(name: str) -> int:
    """A number that stays the same when others join the list."""
    return zlib.crc32(name.encode())


def _countries() -> list[dict[str, Any]]:
    names = Locale(language()).territories
    rows = [
        {"id": number, "name": names[code], "short_name": code, "is_enabled": True}
        for code, number in _country_numbers().items()
        if code in names and code not in _NO_COUNTRIES
    ]
    return sorted(rows, key=lambda row: _alphabetical(str(row["name"])))


def _alphabetical(name: str) -> str:
    """Without accents: Österreich stands beside Oman, not after Zypern."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))


def _country_numbers() -> dict[str, int]:
    aliases = get_global("territory_aliases")
    numbers = {codes[0]: int(alias) for alias, codes in aliases.items() if alias.isdigit() and len(codes) == 1}
    return {**{code: number for code, number in numbers.items() if code.isalpha()}, **_NUMBERS_OF_TODAY}


def _row_of(rows: Iterable[dict[str, Any]], number: int) -> dict[str, Any]:
    for row in rows:
        if row["id"] == number:
            return row
    raise NotFound
