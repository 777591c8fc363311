"""The switch of the automatic renewal on the wire, for many products at once (REN-005…012)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from stellwerk.billing.api.outputs import amount
from stellwerk.billing.queries.addresses import LARGEST_NUMBER, POSTAL, addresses_of_products
from stellwerk.billing.queries.due_rows import DueScope, Until, renewal_page
from stellwerk.billing.rules.renewal_calendar import renewal_calendar
from stellwerk.billing.services.addresses import choose_product_address
from stellwerk.billing.services.renew import change_renewals
from stellwerk.foundation import clock
from stellwerk.foundation.edge.api import (
    ApiRequest,
    Id,
    Input,
    Listing,
    MoneyOut,
    Output,
    ProblemOut,
    Router,
    day,
    page_of,
    problem,
    require_one_of,
    success,
)

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.billing.queries.addresses import AddressRow
    from stellwerk.billing.queries.due_rows import DueRow
    from stellwerk.products.services import BatchChange

router = Router("Renewals")


class RenewalOut(Output):
    """`expires_on` is the first day no longer paid for, `next_attempt_on` the day of the next automatic charge (null
    for manual renewal).

    `billing_address_id` is where it is invoiced to; 0 is the organisation's own address.
    """

    product_id: int
    name: str
    expires_on: str
    period_months: int | None
    amount: MoneyOut
    is_automatic: bool
    may_become_automatic: bool
    next_attempt_on: str | None
    billing_address_id: int


class ChangedRenewals(Input):
    """One of both: the switch of the automatic renewal, or the address that renewals are invoiced to."""

    product_ids: list[Id] = Field(min_length=1, max_length=500)
    is_automatic: bool | None = None
    billing_address_id: int | None = Field(default=None, ge=0, le=LARGEST_NUMBER)

    @model_validator(mode="after")
    def names_one_thing(self) -> ChangedRenewals:
        require_one_of(self, "is_automatic", "billing_address_id")
        return self


class RenewalChangeOut(Output):
    product_id: int
    name: str
    outcome: Literal["changed", "unchanged", "refused"]
    problem: ProblemOut | None


@router.get(
    "accounts/{organisation_id}/renewals",
    scope="billing",
    answer=RenewalOut,
    listing=Listing(filters={"is_automatic": bool}, order=("expires_on", "name", "product_id")),
)
def renewals(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """How each product is renewed, the one that expires first at the top."""
    asked = request.asked
    scope = DueScope(until=Until.ALL, search=asked.search, order=asked.order, limit=asked.limit, skip=asked.skip)
    wanted = asked.filters.get("is_automatic")
    found = renewal_page(request.actor, organisation_id, scope=scope, renews_automatically=wanted)
    addresses = addresses_of_products([organisation_id])
    return page_of(
        request,
        rows=lambda: [_renewal(row, addresses.get((organisation_id, row.product_id or 0))) for row in found.rows],
        total=lambda: found.total,
    )


@router.patch("accounts/{organisation_id}/renewals", scope="billing", answer=list[RenewalChangeOut])
def change(request: ApiRequest, organisation_id: int, entries: ChangedRenewals) -> HttpResponse:
    """Switch the automatic renewal from the prepaid account on or off: the allowed ones change. Or choose the address
    that renewals are invoiced to: all or none. Every product answers with its outcome.
    """
    here: dict[str, Any] = {"actor": request.actor, "organisation_id": organisation_id}
    if entries.billing_address_id is not None:
        chosen = entries.billing_address_id
        results = choose_product_address(**here, product_ids=entries.product_ids, address_id=chosen)
    else:
        is_on = bool(entries.is_automatic)
        results = change_renewals(**here, product_ids=entries.product_ids, renews_automatically=is_on)
    return success([_change(each) for each in results])


def _renewal(row: DueRow, address: AddressRow | None) -> dict[str, Any]:
    dates = renewal_calendar(row.due_on)
    next_attempt_on = max(clock.today(), dates.first_attempt_on) if row.renews_automatically else None
    return {
        "product_id": row.product_id,
        "name": row.name,
        "expires_on": day(row.due_on),
        "period_months": row.period_months,
        "amount": amount(row.amount_minor, row.currency),
        "is_automatic": row.renews_automatically,
        "may_become_automatic": dates.may_enable_automatic_renewal(today=clock.today()),
        "next_attempt_on": day(next_attempt_on),
        "billing_address_id": address.id if address else POSTAL,
    }


def _change(result: BatchChange) -> dict[str, Any]:
    return {
        "product_id": result.product_id,
        "name": result.name,
        "outcome": result.outcome.value,
        "problem": problem(result.refused_because),
    }
