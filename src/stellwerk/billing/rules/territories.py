"""Which VAT territory an address lies in (TAX-003, TAX-013; VAT Directive 2006/112/EC arts. 5 to 7).

The country of an address is not enough: parts of member states lie outside the Union's VAT territory, and some lands
that are no member states are treated as one. Where the country code does not tell, the postal code does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# Treaty on European Union and the acts of accession; the United Kingdom left the VAT territory on 1 Jan 2021.
MEMBER_STATES: Final = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905  read as one row
)
# One domestic territory: MWSTG art. 3 let. a, the Liechtenstein treaty of 28 Oct 1994, the Büsingen treaty of 1964.
SWISS_TERRITORY: Final = frozenset({"CH", "LI", "DE-78266"})

# Lands with a country code of their own that count as part of a member state (art. 7 (1)).
_PART_OF: Final = {"MC": "FR"}

# Postal codes that decide: country, pattern of the compact code, code of the territory.
_BY_POSTAL_CODE: Final = (
    # Art. 6 (1): customs territory, but not the VAT territory.
    ("ES", r"(35|38)\d{3}", "IC"),  # Canary Islands
    ("FR", r"97133|977\d\d", "BL"),  # Saint Barthélemy
    ("FR", r"9715\d|978\d\d", "MF"),  # Saint Martin
    ("FR", r"971\d\d", "GP"),  # Guadeloupe
    ("FR", r"972\d\d", "MQ"),  # Martinique
    ("FR", r"973\d\d", "GF"),  # French Guiana
    ("FR", r"974\d\d", "RE"),  # Réunion
    ("FR", r"976\d\d", "YT"),  # Mayotte
    ("FI", r"22\d{3}", "AX"),  # Åland
    ("GR", r"6308[67]", "GR-69"),  # Mount Athos
    ("IT", r"22061", "IT-22061"),  # Campione d'Italia, in the customs territory since 2020
    # Art. 6 (2): neither.
    ("DE", r"27498", "DE-27498"),  # Helgoland
    ("DE", r"78266", "DE-78266"),  # Büsingen
    ("ES", r"51\d{3}", "ES-CE"),  # Ceuta
    ("ES", r"52\d{3}", "ES-ML"),  # Melilla
    ("IT", r"23041", "IT-23041"),  # Livigno
    # Overseas countries and territories (Treaty on the Functioning of the Union, annex II).
    ("FR", r"975\d\d", "PM"),  # Saint Pierre and Miquelon
    ("FR", r"984\d\d", "TF"),  # French Southern Territories
    ("FR", r"986\d\d", "WF"),  # Wallis and Futuna
    ("FR", r"987\d\d", "PF"),  # French Polynesia
    ("FR", r"988\d\d", "NC"),  # New Caledonia
    ("FR", r"980\d\d", "FR"),  # Monaco, written as France
)
# Inside the VAT territory, with a standard rate of their own (art. 105).
_OWN_RATE: Final = (
    ("PT", r"9[0-4]\d{5}|9[0-4]\d\d", "PT-30"),  # Madeira
    ("PT", r"9[5-9]\d{5}|9[5-9]\d\d", "PT-20"),  # Azores
)


@dataclass(frozen=True, slots=True)
class VatTerritory:
    """`code` is the place printed and reported; `member_state` is empty outside the Union's VAT territory.

    `code` is the ISO country, or ISO 3166-2 or country and postal code for a part of one.
    """

    code: str
    member_state: str

    @property
    def is_swiss(self) -> bool:
        return self.code in SWISS_TERRITORY

    @property
    def is_union(self) -> bool:
        return bool(self.member_state)


def vat_territory(country: str, *, postal_code: str = "") -> VatTerritory:
    """The VAT territory of an address. Northern Ireland is the United Kingdom here, because only services are sold."""
    compact = re.sub(r"[\s-]", "", postal_code)
    for home, pattern, code in _BY_POSTAL_CODE:
        if country == home and re.fullmatch(pattern, compact, re.ASCII):
            return VatTerritory(code, code if code in MEMBER_STATES else "")
    for home, pattern, code in _OWN_RATE:
        if country == home and re.fullmatch(pattern, compact, re.ASCII):
            return VatTerritory(code, home)
    state = _PART_OF.get(country, country)
    return VatTerritory(state, state if state in MEMBER_STATES else "")
