"""Whereto prepaid money may be paid out, and whose name an account may bear (PRE-011, PRE-012)."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from stdnum import iban as iban_numbers
from stdnum.exceptions import ValidationError

from stellwerk.billing.rules.refusals import BillingRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST_HOLDER = 70  # characters of a name in a payment order, Swiss Payment Standards
# Countries of the geographical scope of SEPA by the code of their IBANs (EPC409-09): Åland and the French overseas
# departments bank under FI and FR, the Channel Islands and the Isle of Man under GB.
SEPA_COUNTRIES = frozenset({
    "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR", "HR",
    "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO",
    "RS", "SE", "SI", "SK", "SM", "VA",
})  # fmt: skip
_SWISS = frozenset({"CH", "LI"})
_QR_INSTITUTIONS = range(30_000, 32_000)  # QR-IIDs, Swiss Implementation Guidelines QR-bill
_COUNTRIES = {"CHF": _SWISS, "EUR": SEPA_COUNTRIES}
# Basic Latin, Latin-1, Latin Extended-A and the Romanian letters without control and format characters, of which
# Latin-1 has the soft hyphen: what banks carry in names (Swiss Payment Standards, pain.001.001.09.ch.03).
_CARRIED = re.compile("[\\x20-\\x7e\\xa1-\\xac\\xae-\\u017f\\u0218-\\u021b]+")


def payable_iban(typed: str, *, currency: str) -> str:
    """The account, compact, if money of this currency can be paid there.

    Raises BillingRefused: iban_invalid, iban_country_refused, iban_takes_references_only for a QR-IBAN, which a bank
    credits with a QR reference only.
    """
    compact = re.sub(r"[\s.-]", "", typed).upper()
    try:
        account = str(iban_numbers.validate(compact))
    except ValidationError as wrong:
        raise BillingRefused("iban_invalid") from wrong
    if account[:2] not in _COUNTRIES[currency]:
        raise BillingRefused("iban_country_refused", currency=currency)
    if account[:2] in _SWISS and int(account[4:9]) in _QR_INSTITUTIONS:
        raise BillingRefused("iban_takes_references_only")
    return account


def payable_holder(typed: str) -> str:
    """The name as a payment order carries it. Raises BillingRefused: holder_invalid."""
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    if not any(character.isalpha() for character in name):
        raise BillingRefused("holder_invalid")
    if len(name) > LONGEST_HOLDER or not _CARRIED.fullmatch(name):
        raise BillingRefused("holder_invalid")
    return name


def payable_address(parts: Mapping[str, str]) -> dict[str, str] | None:
    """The filled parts of a structured address, or None where a bank could not carry one of them.

    A payment goes without an address rather than with half of one: banks refuse it without town and country.
    """
    filled = {name: unicodedata.normalize("NFC", text) for name, text in parts.items() if text}
    if not {"town", "country"} <= filled.keys() or not all(_CARRIED.fullmatch(text) for text in filled.values()):
        return None
    return filled


def shortened(iban: str) -> str:
    """`CH93 … 2957`: enough to know one's own account again, too little to use it."""
    return f"{iban[:4]} … {iban[-4:]}"


def is_known_holder(holder: str, *, names: Iterable[str]) -> bool:
    """Whether the account is the organisation's or a legal representative's, by name (PRE-012).

    Capitals, accents, punctuation and the order of the words do not matter; every word does.
    """
    return _words(holder) in [_words(name) for name in names]


def _words(name: str) -> list[str]:
    spelled = name.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    plain = "".join(each for each in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(each))
    return sorted(re.findall(r"\w+", plain))
