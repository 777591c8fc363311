"""Reads of the catalogue: what is sold, for how much, on which day. Frozen rows; texts in the active language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from stellwerk.catalogue.errors import OfferUnknown, PriceMissing
from stellwerk.catalogue.kinds import ProductKind, TaxClass, Texts, Unit, kind, kinds
from stellwerk.catalogue.models import Offer, Price
from stellwerk.catalogue.rules import prices as price_rules
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.foundation.money import CURRENCIES
from stellwerk.foundation.orm import JsonRows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.db.models import QuerySet

    from stellwerk.organisations.queries import OrganisationRow

_vat_rates: list[Callable[[OrganisationRow | None, date], int]] = []


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer as shop, cart and renewal need it. `maximum_quantity` None means no limit."""

    code: str
    kind_code: str
    texts: Texts
    summary_texts: Texts
    unit: Unit
    minimum_quantity: int
    maximum_quantity: int | None
    quantity_step: int
    free_quantity: int
    horizon_months: int
    tax_class: TaxClass
    rank: int
    withdrawn_on: date | None

    @property
    def name(self) -> str:
        return str(self.texts)

    @property
    def summary(self) -> str:
        return str(self.summary_texts)

    @property
    def kind(self) -> ProductKind:
        """Raises LookupError when the kind's package is no longer installed."""
        return kind(self.kind_code)

    @property
    def has_one_quantity(self) -> bool:
        return self.minimum_quantity == self.maximum_quantity

    def is_sold(self, on: date) -> bool:
        return (self.withdrawn_on is None or on < self.withdrawn_on) and self.kind_code in kinds()


@dataclass(frozen=True, slots=True)
class PriceRow:
    """Net price of `quantity_step` units for `period_months`, in minor units of `currency`."""

    offer_code: str
    currency: str
    period_months: int
    unit_minor: int
    valid_from: date


@dataclass(frozen=True, slots=True)
class Tariff:
    """What an offer costs on a day, by currency and period in months."""

    offer: OfferRow
    prices: dict[tuple[str, int], PriceRow]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a buyer may put into the cart: quantity, duration and target are allowed for this offer."""

    offer: OfferRow
    period_months: int
    quantity: int
    target: str
    price: PriceRow
    net_minor: int


_OFFER = (
    "code", "kind_code", "names", "summaries", "unit", "minimum_quantity", "maximum_quantity", "quantity_step",
    "free_quantity", "horizon_months", "tax_class", "rank", "withdrawn_on",
)  # fmt: skip


def offers(*, sold_on: date | None = None, codes: Iterable[str] | None = None) -> list[OfferRow]:
    """Offers in the order of their kinds' universes, then rank. One query; with `sold_on` only those in the shop."""
    wanted = Offer.objects.all() if codes is None else Offer.objects.filter(code__in=list(codes))
    rows = [_offer_row(stored) for stored in wanted]
    if sold_on is not None:
        rows = [row for row in rows if row.is_sold(sold_on)]
    return sorted(rows, key=_place)


def _place(row: OfferRow) -> tuple[int, int, str]:
    """Where an offer stands in the shop: by the universes of the kinds, then rank."""
    codes = list(kinds())
    return (codes.index(row.kind_code) if row.kind_code in codes else len(codes), row.rank, row.code)


def offer(code: str) -> OfferRow | None:
    stored = Offer.objects.filter(code=code).first()
    return _offer_row(stored) if stored else None


def prices(*, currency: str, on: date, offer_codes: Iterable[str] | None = None) -> dict[tuple[str, int], PriceRow]:
    """Every price valid on a day, by offer code and period in months. One query: for shop pages and renewal batches."""
    current = (
        Price.objects.filter(
            offer=OuterRef("offer"), currency=currency, period_months=OuterRef("period_months"), valid_from__lte=on
        )
        .order_by("-valid_from")
        .values("pk")[:1]
    )
    condition = Q(currency=currency, pk=Subquery(current)) & ~Q(unit_minor=None)
    if offer_codes is not None:
        condition &= Q(offer__code__in=list(offer_codes))
    rows = Price.objects.filter(condition).order_by("offer_id", "period_months")
    columns = ("offer__code", "currency", "period_months", "unit_minor", "valid_from")
    return {(values[0], values[2]): PriceRow(*values) for values in rows.values_list(*columns)}


def tariffs(*, on: date, currencies: Sequence[str] = CURRENCIES, codes: Iterable[str] | None = None) -> list[Tariff]:
    """Every offer with its prices on a day, in the order of the shop. One query."""
    valid = _prices(on, Q(offer=OuterRef("pk"), currency__in=list(currencies)))
    wanted = Offer.objects.all() if codes is None else Offer.objects.filter(code__in=list(codes))
    rows = wanted.annotate(found=Subquery(valid)).values_list(*_OFFER, "found")
    found = [_tariff(Offer(**dict(zip(_OFFER, columns, strict=True))), prices) for *columns, prices in rows]
    return sorted(found, key=lambda each: _place(each.offer))


def tariff_columns(*, code: OuterRef, currency: OuterRef, on: date) -> tuple[Subquery, Subquery]:
    """Offer and prices as columns of another room's query, which `tariff_of` reads back."""
    offer = Offer.objects.filter(code=code).annotate(found=JsonRows(*_OFFER)).values("found")
    return Subquery(offer), Subquery(_prices(on, Q(offer__code=code, currency=currency)))


def tariff_of(offer: list[list[Any]], prices: list[list[Any]]) -> Tariff | None:
    """The tariff in a row of such a query; None where there is no such offer."""
    if not offer:
        return None
    values = dict(zip(_OFFER, offer[0], strict=True))
    for name in ("names", "summaries"):  # SQLite knows JSON inside JSON as a text only
        values[name] = json.loads(values[name]) if isinstance(values[name], str) else values[name]
    raw_day = values["withdrawn_on"]
    stored = Offer(**{**values, "withdrawn_on": date.fromisoformat(raw_day) if raw_day else None})
    return _tariff(stored, prices)


def _prices(on: date, which: Q) -> QuerySet[Any, Any]:
    """Those of these prices that are valid on a day, as one value."""
    newest = (
        Price.objects.filter(
            offer=OuterRef("offer"), currency=OuterRef("currency"), period_months=OuterRef("period_months"),
            valid_from__lte=on,
        )
        .order_by("-valid_from")
        .values("pk")[:1]
    )  # fmt: skip
    valid = Price.objects.filter(which, pk=Subquery(newest)).exclude(unit_minor=None)
    return valid.annotate(found=JsonRows("currency", "period_months", "unit_minor", "valid_from")).values("found")


def _tariff(stored: Offer, prices: list[list[Any]]) -> Tariff:
    offer = _offer_row(stored)
    return Tariff(
        offer,
        {
            (currency, months): PriceRow(offer.code, currency, months, unit_minor, date.fromisoformat(valid_from))
            for currency, months, unit_minor, valid_from in sorted(prices)
        },
    )


def price(offer_code: str, *, currency: str, period_months: int, on: date) -> PriceRow | None:
    """The price valid on a day, None where the offer is not sold so."""
    return prices(currency=currency, on=on, offer_codes=[offer_code]).get((offer_code, period_months))


def line_net_minor(offer_code: str, *, currency: str, period_months: int, quantity: int, on: date) -> int:
    """Net amount of a line in minor units: exact, free units deducted.

    Raises OfferUnknown, PriceMissing. A withdrawn offer still has its price for renewals (CAT-008).
    """
    sold = offer(offer_code)
    if sold is None:
        raise OfferUnknown
    found = price(offer_code, currency=currency, period_months=period_months, on=on)
    if found is None:
        raise PriceMissing
    return net_minor(sold, found, quantity=quantity)


def net_minor(sold: OfferRow, found: PriceRow, *, quantity: int) -> int:
    """Net amount of `quantity` units from rows already read, for batches."""
    return price_rules.net_minor(
        found.unit_minor, quantity=quantity, free_quantity=sold.free_quantity, quantity_step=sold.quantity_step
    )


def checked_choice(
    offer_code: str, *, currency: str, period_months: int, quantity: int, raw_target: str, on: date
) -> Choice:
    """A cart line that keeps the offer's rules (ORD-007, ORD-008), in the order: offer, duration, quantity, target.

    Raises OfferUnknown; Invalid with one error per refused field (`period_months`, `quantity`, `target`).
    Whether the organisation may own it too is asked of `products.queries.require_orderable`.
    """
    sold = offer(offer_code)
    if sold is None or not sold.is_sold(on):
        raise OfferUnknown
    available = prices(currency=currency, on=on, offer_codes=[offer_code])
    found = available.get((offer_code, period_months))
    errors: list[FieldError] = []
    if found is None:
        allowed = tuple(str(months) for _code, months in available)
        errors.append(FieldError("period_months", "in", _("Choose one of the durations of this offer."), allowed))
    errors.extend(quantity_errors(sold, quantity))
    try:
        target = sold.kind.checked_target(raw_target)
    except Invalid as refused:
        errors.extend(refused.errors)
    if errors or found is None:
        raise Invalid(*errors)
    return Choice(sold, period_months, quantity, target, found, net_minor(sold, found, quantity=quantity))


def quantity_errors(sold: OfferRow, quantity: int) -> list[FieldError]:
    """What is wrong with a quantity: at most one error, for the field `quantity` (E_QTY_RANGE)."""
    if quantity < sold.minimum_quantity or (sold.maximum_quantity is not None and quantity > sold.maximum_quantity):
        return [FieldError("quantity", "between", _quantity_range(sold), _limits(sold))]
    if (quantity - sold.minimum_quantity) % sold.quantity_step:
        text = _("Choose a quantity in steps of %(step)s.") % {"step": sold.quantity_step}
        return [FieldError("quantity", "multiple_of", text, (str(sold.quantity_step),))]
    return []


def _quantity_range(sold: OfferRow) -> str:
    if sold.maximum_quantity is None:
        return _("Choose at least %(least)s.") % {"least": sold.minimum_quantity}
    if sold.has_one_quantity:
        return _("This offer is sold one at a time, in a quantity of %(least)s.") % {"least": sold.minimum_quantity}
    values = {"least": sold.minimum_quantity, "most": sold.maximum_quantity}
    return _("Choose a quantity from %(least)s to %(most)s.") % values


def _limits(sold: OfferRow) -> tuple[str, ...]:
    most = () if sold.maximum_quantity is None else (str(sold.maximum_quantity),)
    return (str(sold.minimum_quantity), *most)


def _offer_row(stored: Offer) -> OfferRow:
    return OfferRow(
        code=stored.code,
        kind_code=stored.kind_code,
        texts=Texts.of(stored.names),
        summary_texts=Texts.of(stored.summaries),
        unit=Unit(stored.unit),
        minimum_quantity=stored.minimum_quantity,
        maximum_quantity=stored.maximum_quantity,
        quantity_step=stored.quantity_step,
        free_quantity=stored.free_quantity,
        horizon_months=stored.horizon_months,
        tax_class=TaxClass(stored.tax_class),
        rank=stored.rank,
        withdrawn_on=stored.withdrawn_on,
    )


def know_vat_rates(rate_bp: Callable[[OrganisationRow | None, date], int]) -> None:
    """The room that charges VAT says what a buyer pays: an organisation, or a visitor of whom nothing is known."""
    _vat_rates[:] = [rate_bp]


def shown_vat_rate_bp(buyer: OrganisationRow | None, *, on: date) -> int:
    """The rate with which prices are shown, in basis points; 0 while nobody charges VAT."""
    return _vat_rates[0](buyer, on) if _vat_rates else 0
