"""The price list on the wire: for everybody, and in an organisation's currency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext as _

from stellwerk.catalogue import queries
from stellwerk.foundation import clock
from stellwerk.foundation.edge.api import ApiRequest, Listing, MoneyOut, Output, Router, listed, money
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.foundation.money import CURRENCIES
from stellwerk.organisations import queries as organisations

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.catalogue.queries import OfferRow, PriceRow

router = Router("Catalogue")


class PriceOut(Output):
    """Net price of `quantity_step` units for the whole period, without VAT."""

    period_months: int
    net: MoneyOut


class OfferOut(Output):
    """`maximum_quantity` null means no limit; the first `free_quantity` units cost nothing. `target` tells whether
    the buyer names what the product is for.
    """

    code: str
    kind: str
    universe: str
    name: str
    summary: str
    unit: Literal["piece", "user", "address"]
    minimum_quantity: int
    maximum_quantity: int | None
    quantity_step: int
    free_quantity: int
    horizon_months: int
    target: Literal["none", "optional", "required"]
    prices: list[PriceOut]


_ORDER = ("code", "kind", "universe", "name")
_FILTERS = {"kind": str, "universe": str}
_PUBLIC = Listing(order=_ORDER, filters={**_FILTERS, "currency": str})
_OF_AN_ACCOUNT = Listing(order=_ORDER, filters=_FILTERS)  # its currency is settled


@router.get("catalogue", is_public=True, answer=OfferOut, listing=_PUBLIC)
def public_catalogue(request: ApiRequest) -> HttpResponse:
    """Everything that is sold, in CHF or in the currency of `filter[currency]` (CAT-021)."""
    currency = request.asked.filters.get("currency", CURRENCIES[0])
    if currency not in CURRENCIES:
        raise Invalid(FieldError("filter.currency", "in", _("Choose one of the allowed values."), CURRENCIES))
    return listed(request, _offers(request, currency))


@router.get("accounts/{organisation_id}/catalogue", answer=OfferOut, listing=_OF_AN_ACCOUNT)
def catalogue(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """Everything that is sold, in the organisation's currency (CAT-012)."""
    organisation = organisations.existing_organisation(organisation_id)
    return listed(request, _offers(request, organisation.currency))


def _offers(request: ApiRequest, currency: str) -> list[dict[str, Any]]:
    today = clock.today()
    sold = [each for each in queries.tariffs(on=today, currencies=[currency]) if each.offer.is_sold(today)]
    rows = [_offer(each.offer, list(each.prices.values())) for each in sold if each.prices]
    wanted = {name: value for name, value in request.asked.filters.items() if name != "currency"}
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def _offer(row: OfferRow, prices: list[PriceRow]) -> dict[str, Any]:
    return {
        "code": row.code,
        "kind": row.kind_code,
        "universe": row.kind.universe.value,
        "name": row.name,
        "summary": row.summary,
        "unit": row.unit.value,
        "minimum_quantity": row.minimum_quantity,
        "maximum_quantity": row.maximum_quantity,
        "quantity_step": row.quantity_step,
        "free_quantity": row.free_quantity,
        "horizon_months": row.horizon_months,
        "target": row.kind.target.value,
        "prices": [
            {
                "period_months": price.period_months,
                "net": money(price.unit_minor, price.currency, is_formatted=True),
            }
            for price in prices
        ],
    }
