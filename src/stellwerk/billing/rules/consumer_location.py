"""Where a consumer is, for the rate of electronic services (TAX-009, TAX-010; Reg. 282/2011 arts. 24b, 24f)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ITEMS_NEEDED = 2
ITEMS_NEEDED_BELOW_THRESHOLD = 1  # EU suppliers below 100 000 EUR a year


class EvidenceKind(StrEnum):
    """The items the regulation lists."""

    BILLING_ADDRESS = "billing_address"
    IP_ADDRESS = "ip_address"
    BANK_OR_CARD = "bank_or_card"
    SIM_CARD = "sim_card"
    FIXED_LINE = "fixed_line"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One item and the ISO country it points to."""

    kind: EvidenceKind
    country: str


@dataclass(frozen=True, slots=True)
class ConsumerLocation:
    """The country taxed, the items that support it, and whether they suffice. If not, a further one must be asked."""

    country: str
    supported_by: tuple[Evidence, ...]
    is_proved: bool


def consumer_location(
    evidence: Sequence[Evidence], *, billing_country: str, items_needed: int = ITEMS_NEEDED
) -> ConsumerLocation:
    """The country enough different items agree on; else the billing address, not proved and to be flagged (TAX-010).

    Two items of the same kind count once. If two countries have enough items each, the evidence contradicts itself.
    """
    distinct = tuple(dict.fromkeys(evidence))
    kinds = Counter(country for _, country in {(item.kind, item.country) for item in distinct})
    proved = [country for country, count in kinds.items() if count >= items_needed]
    country = proved[0] if len(proved) == 1 else billing_country
    supported_by = tuple(item for item in distinct if item.country == country)
    return ConsumerLocation(country, supported_by, is_proved=len(proved) == 1)
