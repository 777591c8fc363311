"""Whether a VAT number is well formed and belongs to the country of its address (VAT-001, 002, 007, 008, ID-007).

Only the form is judged here, check digits included; whether the number is registered is for VIES to say.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from stdnum.ch import uid
from stdnum.eu import vat
from stdnum.exceptions import ValidationError

MAX_INPUT_LENGTH: Final = 40

# How each member state writes its numbers (9 a digit, X a letter or digit), for the text of a refusal.
# The key is the ISO country; Greece alone uses another prefix, EL (VAT Directive art. 215).
UNION_FORMATS: Final = {
    "AT": "ATU99999999",
    "BE": "BE0999999999",
    "BG": "BG999999999",
    "CY": "CY99999999X",
    "CZ": "CZ99999999",
    "DE": "DE999999999",
    "DK": "DK99999999",
    "EE": "EE999999999",
    "ES": "ESX9999999X",
    "FI": "FI99999999",
    "FR": "FRXX999999999",
    "GR": "EL999999999",
    "HR": "HR99999999999",
    "HU": "HU99999999",
    "IE": "IE9999999XX",
    "IT": "IT99999999999",
    "LT": "LT999999999",
    "LU": "LU99999999",
    "LV": "LV99999999999",
    "MT": "MT99999999",
    "NL": "NL999999999B99",
    "PL": "PL9999999999",
    "PT": "PT999999999",
    "RO": "RO9999999999",
    "SE": "SE999999999999",
    "SI": "SI99999999",
    "SK": "SK9999999999",
}
SWISS_FORMAT: Final = "CHE-999.999.999"

# Where the numbers of another state are used: Monaco is French for VAT (VAT Directive art. 7), and companies of the
# French overseas departments and collectivities are registered in the French register.
_ISSUED_BY: Final = {"MC": "FR", **dict.fromkeys(("BL", "GF", "GP", "MF", "MQ", "PM", "RE", "YT"), "FR")}
_COUNTRY_BY_PREFIX: Final = {("EL" if country == "GR" else country): country for country in UNION_FORMATS}


class Reason(StrEnum):
    """Why a number was refused, finer than its code, for the text a person reads."""

    FORMAT = "format"
    OTHER_COUNTRY = "other_country"
    NORTHERN_IRELAND = "northern_ireland"
    COUNTRY_WITHOUT_NUMBERS = "country_without_numbers"


class VatNumberRefused(ValueError):
    """`code` is vat_number_invalid or vat_country_mismatch; `expected_format` is empty where no number can be kept."""

    def __init__(self, code: str, *, reason: Reason, country: str, expected_format: str = "") -> None:
        super().__init__(f"{code}: {reason} for {country}")
        self.code = code
        self.reason = reason
        self.country = country
        self.expected_format = expected_format


@dataclass(frozen=True, slots=True)
class VatNumber:
    """A well-formed number. `issued_by` is the ISO country of the register, `number` is compact with its prefix."""

    issued_by: str
    number: str

    @property
    def is_union(self) -> bool:
        """Whether VIES knows such numbers, so that it can make a supply reverse-charged (VAT-001).

        A Swiss UID or a Liechtenstein number is kept for information only (VAT-002).
        """
        return self.issued_by in UNION_FORMATS

    @property
    def printed(self) -> str:
        """As it stands on documents: CHE-107.787.577, all others compact."""
        if self.number.startswith("CHE"):
            digits = self.number[3:]
            return f"CHE-{digits[:3]}.{digits[3:6]}.{digits[6:]}"
        return self.number


def vat_number(raw_number: str, *, country: str) -> VatNumber:
    """The number a company at an address in `country` (ISO 3166-1) may keep.

    Spaces, dots, hyphens and case do not matter, and the prefix may be left out. GR is read as EL.

    Raises VatNumberRefused: vat_number_invalid for a wrong form or check digit, for Northern Ireland (XI covers goods
    only, never services) and for countries without numbers we know; vat_country_mismatch for another state's number.
    """
    compact = _compact(raw_number)
    register = _ISSUED_BY.get(country, country)
    if register in ("CH", "LI"):
        return _swiss_number(compact, register)
    expected = UNION_FORMATS.get(register, "")
    own_prefix = expected[:2]
    if compact.startswith("XI"):
        raise VatNumberRefused(
            "vat_number_invalid", reason=Reason.NORTHERN_IRELAND, country=country, expected_format=expected
        )
    if compact[:2] != own_prefix and _register_of(compact):
        raise VatNumberRefused(
            "vat_country_mismatch", reason=Reason.OTHER_COUNTRY, country=country, expected_format=expected
        )
    if not expected:
        raise VatNumberRefused("vat_number_invalid", reason=Reason.COUNTRY_WITHOUT_NUMBERS, country=country)
    for candidate in (compact, own_prefix + compact):
        if candidate.startswith(own_prefix) and (number := _union_number(candidate)):
            return VatNumber(register, number)
    raise VatNumberRefused("vat_number_invalid", reason=Reason.FORMAT, country=country, expected_format=expected)


def asks_for_number(country: str) -> bool:
    """Whether a company at an address in `country` is asked for its number: where the union's numbers are issued.

    A Swiss company is not (ORG-018); neither is one in a country whose numbers we could not keep.
    """
    return _ISSUED_BY.get(country, country) in UNION_FORMATS


def _compact(raw_number: str) -> str:
    text = unicodedata.normalize("NFKC", raw_number[:MAX_INPUT_LENGTH]).upper()
    compact = re.sub(r"[\s.\-/]", "", text)
    return "EL" + compact[2:] if re.match(r"GR\d", compact) else compact


def _swiss_number(compact: str, country: str) -> VatNumber:
    expected = SWISS_FORMAT if country == "CH" else f"{SWISS_FORMAT} / 99999"
    # Liechtenstein keeps five-digit VAT numbers of its own; its companies may also hold a Swiss UID.
    if country == "LI" and re.fullmatch(r"\d{5}", compact, re.ASCII):
        return VatNumber(country, compact)
    match = re.fullmatch(r"(CHE\d{9})(?:MWST|TVA|IVA|TPV|VAT|HR|RC)?", compact, re.ASCII)
    if match and uid.is_valid(match[1]):
        return VatNumber(country, match[1])
    if _register_of(compact):
        raise VatNumberRefused(
            "vat_country_mismatch", reason=Reason.OTHER_COUNTRY, country=country, expected_format=expected
        )
    raise VatNumberRefused("vat_number_invalid", reason=Reason.FORMAT, country=country, expected_format=expected)


def _register_of(compact: str) -> str | None:
    """The country in whose register a number with this prefix would stand, None if it is well formed nowhere."""
    if re.match(r"CHE\d{9}", compact, re.ASCII):
        return "CH" if uid.is_valid(compact[:12]) else None
    return _COUNTRY_BY_PREFIX.get(compact[:2]) if _union_number(compact) else None


def _union_number(compact: str) -> str | None:
    if compact[:2] not in _COUNTRY_BY_PREFIX or not compact.isascii():
        return None
    try:
        return str(vat.validate(compact))
    except ValidationError:
        return None
