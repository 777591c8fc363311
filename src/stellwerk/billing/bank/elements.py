"""Typed access to the elements of one ISO 20022 document; every refusal knows its line and position."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from stellwerk.billing.bank.errors import BankFileRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

# ISO 4217 currencies whose smallest unit is not a hundredth; all others have two digits.
_MINOR_DIGITS: Final = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
_DECIMAL: Final = re.compile(r"\+?(?=\.?[0-9])([0-9]{0,15})(?:\.([0-9]*))?", re.ASCII)
_DATE: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T[0-9:.]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)


@lru_cache(maxsize=256)
def _qualified(namespace: str, path: str) -> str:
    return "/".join(f"{{{namespace}}}{name}" for name in path.split("/"))


@dataclass(frozen=True, slots=True)
class Amount:
    """Minor units and their ISO 4217 code."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Node:
    """An element, the namespace of its document, and where a person would look for it."""

    element: _Element
    namespace: str
    position: str = ""

    @property
    def line(self) -> int:
        return self.element.sourceline or 0

    def at(self, position: str) -> Node:
        return Node(self.element, self.namespace, position)

    def find(self, path: str) -> Node | None:
        """The first descendant at `path`, written without namespaces: "Acct/Id/IBAN"."""
        found = self.element.find(_qualified(self.namespace, path))
        return None if found is None else Node(found, self.namespace, self.position)

    def need(self, path: str) -> Node:
        """Like find, but raises BankFileRefused bank_file_incomplete."""
        found = self.find(path)
        if found is None:
            raise self.refused("bank_file_incomplete", element=path)
        return found

    def all(self, path: str) -> Iterator[Node]:
        for found in self.element.iterfind(_qualified(self.namespace, path)):
            yield Node(found, self.namespace, self.position)

    def text(self, *paths: str, limit: int = 35) -> str:
        """The text at the first path that has any, "" if none. Longer than the standard allows is refused."""
        for path in paths:
            found = self.find(path)
            value = "" if found is None else found.own_text
            if found is not None and value:
                if len(value) > limit:
                    raise found.refused("bank_file_value_invalid", element=path, value=value)
                return value
        return ""

    @property
    def own_text(self) -> str:
        return " ".join("".join(self.element.itertext()).split())

    def amount(self, path: str) -> Amount | None:
        """The amount at `path`, exactly; None if there is no such element.

        Raises BankFileRefused: bank_file_currency_invalid, bank_file_amount_invalid (also for a part of a minor unit).
        """
        found = self.find(path)
        if found is None:
            return None
        currency = found.element.get("Ccy", "")
        if not re.fullmatch(r"[A-Z]{3}", currency, re.ASCII):
            raise found.refused("bank_file_currency_invalid", element=path, value=currency)
        return Amount(found.minor_units(_MINOR_DIGITS.get(currency, 2), path), currency)

    def minor_units(self, digits: int, path: str) -> int:
        value = self.own_text
        match = _DECIMAL.fullmatch(value)
        fraction = (match[2] or "") if match else ""
        if match is None or fraction[digits:].strip("0"):
            raise self.refused("bank_file_amount_invalid", element=path, value=value)
        return int((match[1] or "0") + fraction[:digits].ljust(digits, "0"))

    def day(self, *paths: str) -> date | None:
        """The calendar date at the first path present, as the bank wrote it; None if there is none."""
        for path in paths:
            found = self.find(path)
            if found is not None:
                return found.own_day(path)
        return None

    def own_day(self, path: str) -> date:
        value = self.own_text
        match = _DATE.fullmatch(value)
        try:
            if match:
                return date.fromisoformat(match[1])
        except ValueError:
            pass
        raise self.refused("bank_file_date_invalid", element=path, value=value)

    def refused(self, code: str, *, element: str = "", value: str = "") -> BankFileRefused:
        return BankFileRefused(code, line=self.line, position=self.position, element=element, value=value)
