"""Structured postal addresses, as the QR-bill demands them (BIL-061; Swiss Implementation Guidelines 2.3, type S)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from stellwerk.organisations.rules.countries import COUNTRIES

# Element lengths of the structured address in the QR-bill and in pain.001.
MAX_LENGTHS: Final = {"street": 70, "building_number": 16, "postal_code": 16, "town": 35}
REQUIRED: Final = ("street", "town")

# What the compact postal code (no spaces, no hyphens) must look like, and how it is written.
_FOUR, _FIVE, _SIX = (r"(\d{4})", r"\1"), (r"(\d{5})", r"\1"), (r"(\d{6})", r"\1")
_THREE_TWO = (r"(\d{3})(\d{2})", r"\1 \2")
POSTAL_CODES: Final = {
    # 9485 to 9498 are Liechtenstein's; Swiss codes begin at 1000.
    "CH": (r"((?!948[5-9]|949[0-8])[1-9]\d{3})", r"\1"),
    "LI": (r"(948[5-9]|949[0-8])", r"\1"),
    "AT": (r"([1-9]\d{3})", r"\1"),
    "BE": (r"([1-9]\d{3})", r"\1"),
    "BG": _FOUR,
    "CY": _FOUR,
    "CZ": _THREE_TWO,
    "DE": _FIVE,
    "DK": _FOUR,
    "EE": _FIVE,
    "ES": (r"((?:0[1-9]|[1-4]\d|5[0-2])\d{3})", r"\1"),
    "FI": _FIVE,
    "FR": _FIVE,
    "GB": (r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})", r"\1 \2"),
    "GR": _THREE_TWO,
    "HR": _FIVE,
    "HU": _FOUR,
    "IE": (r"([A-Z]\d[\dW])([A-Z\d]{4})", r"\1 \2"),
    "IT": _FIVE,
    "LT": _FIVE,
    "LU": _FOUR,
    "LV": (r"(\d{4})", r"LV-\1"),
    "MC": (r"(980\d{2})", r"\1"),
    "MT": (r"([A-Z]{3})(\d{4})", r"\1 \2"),
    "NL": (r"([1-9]\d{3})([A-Z]{2})", r"\1 \2"),
    "NO": _FOUR,
    "PL": (r"(\d{2})(\d{3})", r"\1-\2"),
    "PT": (r"(\d{4})(\d{3})", r"\1-\2"),
    "RO": _SIX,
    "SE": _THREE_TWO,
    "SI": _FOUR,
    "SK": _THREE_TWO,
    "US": (r"(\d{5})(?:(\d{4}))?", r"\1-\2"),
}
# Prefixes people write before the code out of habit: CH-8001, D-10115.
_SHORT_PREFIXES: Final = {"AT": "A", "BE": "B", "DE": "D", "FR": "F", "IT": "I", "LI": "FL", "LU": "L"}


@dataclass(frozen=True, slots=True)
class AddressProblem:
    """One refused field; `rule` is required, max_length, characters, postal_code or country."""

    field: str
    rule: str


class AddressRefused(ValueError):
    """An address that cannot be printed or delivered to. `problems` names every refused field once."""

    code = "address_invalid"

    def __init__(self, problems: tuple[AddressProblem, ...]) -> None:
        super().__init__(", ".join(f"{problem.field}: {problem.rule}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """A checked address; made by `postal_address` only."""

    street: str
    building_number: str
    postal_code: str
    town: str
    country: str


def postal_address(
    *, street: str, building_number: str = "", postal_code: str, town: str, country: str
) -> PostalAddress:
    """The address in its usual spelling: spaces collapsed, accents composed, postal code written as its country does.

    Street, town and country are needed; a building number is not, because many houses have none. A postal code
    is needed where the country's form is known, and checked against it; elsewhere it may be empty.

    Raises AddressRefused with every problem found.
    """
    country = country.strip().upper()
    fields = {
        "street": _tidy(street),
        "building_number": _tidy(building_number),
        "postal_code": _tidy(postal_code),
        "town": _tidy(town),
    }
    problems = [problem for name, value in fields.items() if (problem := _problem(name, value))]
    if country not in COUNTRIES:
        problems.append(AddressProblem("country", "country"))
    elif not any(problem.field == "postal_code" for problem in problems):
        written = _written_postal_code(fields["postal_code"], country)
        if written is None:
            problems.append(AddressProblem("postal_code", "postal_code" if fields["postal_code"] else "required"))
        else:
            fields["postal_code"] = written
    if problems:
        raise AddressRefused(tuple(problems))
    return PostalAddress(country=country, **fields)


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _problem(name: str, value: str) -> AddressProblem | None:
    if not value:
        return AddressProblem(name, "required") if name in REQUIRED else None
    if len(value) > MAX_LENGTHS[name]:
        return AddressProblem(name, "max_length")
    # Controls and invisible marks (bidirectional overrides among them) would forge what a letter or a page shows.
    if any(unicodedata.category(character)[0] == "C" for character in value):
        return AddressProblem(name, "characters")
    return None


def _written_postal_code(postal_code: str, country: str) -> str | None:
    """The code in its country's spelling, "" where none is needed, None where it cannot be right."""
    if country not in POSTAL_CODES:
        return postal_code
    pattern, spelling = POSTAL_CODES[country]
    compact = re.sub(r"[\s-]", "", postal_code.upper())
    for prefix in (country, _SHORT_PREFIXES.get(country, country)):
        bare = compact.removeprefix(prefix)
        match = re.fullmatch(pattern, bare, re.ASCII)
        if match:
            return match.expand(spelling).rstrip("-")
    return None
