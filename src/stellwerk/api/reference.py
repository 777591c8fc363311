"""Facts of the world that clients need for their forms, without a login. Names come from CLDR."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.core import get_global

from stellwerk.foundation.edge.api import ApiRequest, Listing, Output, Router, language, listed, success
from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponse

router = Router("Reference data")

# Countries that changed their ISO 3166 number: CLDR knows the old ones too.
_NUMBERS_OF_TODAY = {"DE": 276, "ET": 231, "FR": 250, "SD": 729, "YE": 887}


class CountryOut(Output):
    """`id` is the numeric code of ISO 3166-1, `short_name` the two letters."""

    id: int
    name: str
    short_name: str
    is_enabled: bool


@router.get("countries", is_public=True, listing=Listing(order=("id", "name", "short_name")), answer=CountryOut)
def countries(request: ApiRequest) -> HttpResponse:
    """All countries, by name in the language of Accept-Language."""
    return listed(request, _countries())


@router.get("countries/{country_id}", is_public=True, answer=CountryOut)
def country(request: ApiRequest, country_id: int) -> HttpResponse:  # noqa: ARG001  every endpoint takes the request
    return success(_row_of(_countries(), country_id))


def _countries() -> list[dict[str, Any]]:
    names = Locale(language()).territories
    rows = [
        {"id": number, "name": names[code], "short_name": code, "is_enabled": True}
        for code, number in _country_numbers().items()
        if code in names
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
