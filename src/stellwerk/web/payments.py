"""What has to be paid next, for the start page: what renews or expires within two months, the first ones first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.billing.queries.due_rows import DueScope, renewal_page
from stellwerk.web import navigation

if TYPE_CHECKING:
    from stellwerk.billing.queries.due_rows import DueRow
    from stellwerk.web.house import House

SHOWN = 5


@dataclass(frozen=True, slots=True)
class NextPayments:
    """The first rows, how many more there are, and where they are paid. Amounts are without VAT."""

    rows: list[DueRow]
    more: int
    url: str


def next_payments(house: House) -> NextPayments | None:
    """None for whoever does not pay (GEN-002), and where nothing is due. One query."""
    if house.organisation_id is None or not house.actor.has_billing_access:
        return None
    found = renewal_page(house.actor, house.organisation_id, scope=DueScope(limit=SHOWN))
    url = navigation.address("billing:to-pay", house.organisation_id)
    return NextPayments(found.rows, found.total - len(found.rows), url) if found.rows else None
