"""Amounts of money as people read them."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.localedata import locale_identifiers
from babel.numbers import format_currency
from django.conf import settings
from django.utils import translation

_MINOR_PER_MAJOR = 100  # both currencies of the house
_STORED = re.compile(r"([A-Z]{3}) (−?)([\d’]+)\.(\d\d)")


def in_words(amount_minor: int, currency: str) -> str:
    """The amount as the active language writes it in the operator's country."""
    language = (translation.get_language() or "en")[:2]
    return _written(amount_minor, currency, language, str(settings.OPERATOR["country"]))


def read_back(text: str) -> tuple[int, str] | None:
    """Minor units and currency of a stored `CHF 1’234.50`, without loss; None for any other text."""
    found = _STORED.fullmatch(text)
    if found is None:
        return None
    currency, sign, major, minor = found.groups()
    amount_minor = int(major.replace("’", "")) * _MINOR_PER_MAJOR + int(minor)
    return (-amount_minor if sign else amount_minor), currency


@lru_cache(maxsize=4096)  # a list of five hundred products names a few prices thousands of times
def _written(amount_minor: int, currency: str, language: str, country: str) -> str:
    major = Decimal(amount_minor) / _MINOR_PER_MAJOR
    return str(format_currency(major, currency, locale=_locale(language, country)))


@lru_cache(maxsize=16)
def _locale(language: str, country: str) -> Locale:
    """The bare language where CLDR knows none of the country."""
    return Locale(language, country) if f"{language}_{country}" in locale_identifiers() else Locale(language)
