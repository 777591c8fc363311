"""Values that several answers of this room share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stellwerk.foundation.edge.api import MoneyOut, Output, money

if TYPE_CHECKING:
    from stellwerk.billing.rules.totals import Totals


class VatOut(Output):
    """The tax of one category (EN 16931 code) and rate; `rate_bp` 810 is 8.1 %."""

    category: str
    rate_bp: int
    net: MoneyOut
    vat: MoneyOut


class TotalsOut(Output):
    net: MoneyOut
    vat: list[VatOut]
    gross: MoneyOut


def amount(minor: int, currency: str) -> dict[str, Any] | None:
    """Money with its text."""
    return money(minor, currency, is_formatted=True)


def totals(found: Totals, currency: str) -> dict[str, Any]:
    return {
        "net": amount(found.net_minor, currency),
        "vat": [
            {
                "category": group.category,
                "rate_bp": group.rate_bp,
                "net": amount(group.net_minor, currency),
                "vat": amount(group.vat_minor, currency),
            }
            for group in found.groups
        ],
        "gross": amount(found.gross_minor, currency),
    }
