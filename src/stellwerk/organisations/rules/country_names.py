"""Countries by name, in the five languages; the names come from the Unicode CLDR."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from babel import Locale

from stellwerk.organisations.rules.countries import COUNTRIES

# Where most customers live, first in the list.
NEAREST = ("CH", "LI", "DE", "AT", "FR", "IT")


def country_name(country: str, language: str) -> str:
    """The name in a language, the code itself for one that CLDR does not name."""
    return str(Locale.parse(language).territories.get(country, country))


@lru_cache(maxsize=8)
def country_choices(language: str) -> list[tuple[str, str]]:
    """Code and name: the nearest countries, then all by name."""
    nearest = [(code, country_name(code, language)) for code in NEAREST]
    others = [(code, country_name(code, language)) for code in COUNTRIES if code not in NEAREST]
    return nearest + sorted(others, key=lambda choice: _plain(choice[1]))


def _plain(name: str) -> str:
    """Without accents, so that Österreich stands at O and not behind Z."""
    return "".join(each for each in unicodedata.normalize("NFD", name) if not unicodedata.combining(each)).casefold()
