"""To pay: what expires soon, what is open, and what a selection would cost (BIL-001…015, BIL-020…024)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, Subquery

from stellwerk.billing import policy
from stellwerk.billing.errors import refusal
from stellwerk.billing.models import Invoice, Renewal
from stellwerk.billing.queries.cart import PeriodChoice
from stellwerk.billing.queries.quotes import PricedLine, Quote, quote_for
from stellwerk.billing.queries.renewal_quotes import Tariff, renewal_line, tariff
from stellwerk.billing.rules.periods import exceeds_horizon
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.catalogue import queries as catalogue
from stellwerk.foundation import clock
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.foundation.months import months_later
from stellwerk.foundation.orm import JsonRows
from stellwerk.organisations import queries as organisations
from stellwerk.products import queries as products

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stellwerk.catalogue.queries import Tariff as SoldAs
    from stellwerk.foundation.actor import Actor
    from stellwerk.organisations.queries import OrganisationRow
    from stellwerk.products.queries import OwnedProduct, PricedProduct

NEVER = date(9999, 1, 1)
MOST_ROWS = 1000


class Until(StrEnum):
    """The date filter of the page (BIL-002, BIL-003)."""

    NEXT_TWO_MONTHS = "next_two_months"
    ALL = "all"
    OVERDUE = "overdue"


class DueState(StrEnum):
    """`announced`: a transfer for it is on its way (BIL-012)."""

    DUE = "due"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    ANNOUNCED = "announced"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueChoice:
    """What somebody ticked: a product with the duration chosen for it, or an open invoice."""

    product_id: int | None = None
    invoice_id: int | None = None
    period_months: int | None = None  # None: the product's own
    keeps_period: bool = True  # the duration also becomes the recurring one (BIL-024)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """One due item: exactly one of `product_id` and `invoice_id` is set. `due_on` is the expiry or the due date.

    `announced_invoice_id` names the open invoice that already covers the product.
    """

    product_id: int | None = None
    invoice_id: int | None = None
    kind_code: str = ""
    name: str
    offer_name: str = ""
    quantity: int = 1
    due_on: date
    period_months: int | None = None
    choices: tuple[PeriodChoice, ...] = ()
    amount_minor: int
    currency: str
    renews_automatically: bool = False
    state: DueState
    announced_invoice_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalLine:
    """A product with the period it would get."""

    product: OwnedProduct
    line: PricedLine
    period_to: date
    period_months: int
    keeps_period: bool
    announced_invoice_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionQuote:
    """What a selection costs: renewals as one new invoice, open invoices as they stand."""

    currency: str
    renewals: tuple[RenewalLine, ...]
    quote: Quote
    invoices: tuple[tuple[int, str, int], ...]  # id, number, open amount in minor units

    @property
    def gross_minor(self) -> int:
        return self.quote.gross_minor + sum(open_minor for _id, _number, open_minor in self.invoices)


@dataclass(frozen=True, slots=True)
class DueList:
    """Due items, and who would be invoiced."""

    recipient: OrganisationRow
    rows: list[DueRow]


def due_rows(
    actor: Actor, organisation_id: int, *, until: Until = Until.NEXT_TWO_MONTHS, limit: int = MOST_ROWS
) -> list[DueRow]:
    """Due items by date, overdue ones always among them. Two queries whatever their number."""
    require(policy.can_see_billing(actor, organisation_id))
    today = clock.today()
    last_on = {Until.NEXT_TWO_MONTHS: months_later(today, 2), Until.ALL: NEVER, Until.OVERDUE: today}[until]
    owned = products.priced_due_products(last_on, organisation_id=organisation_id, on=today, limit=limit)
    invoices, announced = _invoices(organisation_id, last_on, today)
    rows = [*invoices, *_product_rows(owned, announced, today)]
    rows.sort(key=lambda row: (row.due_on, row.product_id or 0, row.invoice_id or 0))
    return rows[:limit]


def due_list(
    actor: Actor, organisation_id: int, *, until: Until = Until.NEXT_TWO_MONTHS, limit: int = MOST_ROWS
) -> DueList:
    """The same with the recipient, for pages that show both."""
    require(policy.can_see_billing(actor, organisation_id))
    recipient = organisations.organisation_row(organisation_id)
    if recipient is None:
        raise NotFound
    return DueList(recipient, due_rows(actor, organisation_id, until=until, limit=limit))


def selection_quote(actor: Actor, organisation_id: int, *, items: Sequence[DueChoice]) -> SelectionQuote:
    """What these items cost together, in the active language.

    Refusals in order: not found, no_billing_right, nothing_selected, not found for an item, product_not_renewable,
    price_missing, horizon, the tax's code.
    """
    require(policy.can_see_billing(actor, organisation_id))
    return quoted_selection(organisation_id, items=items)


def quoted_selection(organisation_id: int, *, items: Sequence[DueChoice]) -> SelectionQuote:
    """The same for services that have asked the policy already."""
    recipient = organisations.organisation_row(organisation_id)
    if recipient is None:
        raise NotFound
    if not items:
        raise refusal("nothing_selected")
    today = clock.today()
    renewals = _renewals(recipient, [each for each in items if each.product_id is not None], today)
    try:
        quote = quote_for(recipient, [each.line for each in renewals], currency=recipient.currency, on=today)
    except BillingRefused as refused:
        raise refusal(refused.code, **refused.context) from refused
    ids = {each.invoice_id for each in items if each.invoice_id is not None}
    return SelectionQuote(
        currency=recipient.currency,
        renewals=renewals,
        quote=quote,
        invoices=_open_invoices(organisation_id, ids, recipient.currency),
    )


def _invoices(organisation_id: int, last_on: date, today: date) -> tuple[list[DueRow], dict[int, int]]:
    """Open invoices of orders and of announced renewals alike, and which product is covered by which of the latter."""
    announced = Renewal.objects.filter(invoice=OuterRef("pk"), state=Renewal.State.ANNOUNCED)
    is_due = Q(open_minor__gt=0, due_on__lte=last_on)
    found = Invoice.objects.filter(is_due | Exists(announced), organisation_id=organisation_id)
    covered = Subquery(announced.annotate(found=JsonRows("product_id")).values("found"))
    columns = ("pk", "number", "due_on", "open_minor", "currency")
    values = list(found.order_by("pk").values_list(*columns, covered))
    rows = [
        DueRow(
            invoice_id=pk,
            name=number,
            due_on=due_on or today,
            amount_minor=open_minor,
            currency=currency,
            state=DueState.OVERDUE if due_on and due_on < today else DueState.DUE,
        )
        for pk, number, due_on, open_minor, currency, _products in values
        if open_minor > 0 and due_on and due_on <= last_on
    ]
    return rows, {product_id: pk for pk, *_, products in values for (product_id,) in products}


def _product_rows(owned: Sequence[PricedProduct], announced: Mapping[int, int], today: date) -> list[DueRow]:
    rows = []
    for priced in owned:
        each, sold = priced.product, priced.tariff
        choices = _choices(each, sold, today)
        amounts = {choice.period_months: choice.net_minor for choice in choices}
        chosen = each.period_months if each.period_months in amounts else next(iter(amounts), None)
        rows.append(
            DueRow(
                product_id=each.id,
                kind_code=each.kind_code,
                name=each.title,
                offer_name=sold.offer.name if sold else each.offer_code,
                quantity=each.quantity,
                due_on=each.expires_on,
                period_months=chosen,
                choices=choices,
                amount_minor=amounts.get(chosen, 0) if chosen else 0,
                currency=priced.currency,
                renews_automatically=each.renews_automatically,
                state=_state(each, today, is_announced=each.id in announced),
                announced_invoice_id=announced.get(each.id),
            )
        )
    return rows


def _state(product: OwnedProduct, today: date, *, is_announced: bool) -> DueState:
    if is_announced:
        return DueState.ANNOUNCED
    if product.state == "suspended":
        return DueState.SUSPENDED
    return DueState.OVERDUE if product.expires_on <= today else DueState.DUE


def _choices(product: OwnedProduct, sold: SoldAs | None, today: date) -> tuple[PeriodChoice, ...]:
    """Durations within the horizon, with the expiry each leads to (BIL-020…023)."""
    if sold is None:
        return ()
    choices = (
        PeriodChoice(
            months,
            catalogue.net_minor(sold.offer, price, quantity=product.quantity),
            months_later(product.expires_on, months, anchor_day=product.anchor_day),
        )
        for (_currency, months), price in sold.prices.items()
    )
    return tuple(
        each
        for each in choices
        if not exceeds_horizon(each.expires_on, today=today, horizon_months=sold.offer.horizon_months)
    )


def _announced(product_ids: Sequence[int]) -> dict[int, int]:
    rows = Renewal.objects.filter(product_id__in=list(product_ids), state=Renewal.State.ANNOUNCED)
    return dict(rows.values_list("product_id", "invoice_id"))


def _renewals(recipient: OrganisationRow, items: Sequence[DueChoice], today: date) -> tuple[RenewalLine, ...]:
    ids = [each.product_id for each in items if each.product_id is not None]
    owned = products.owned_products(ids)
    mine = {key: each for key, each in owned.items() if each.organisation_id == recipient.id and each.is_live}
    if len(mine) != len(set(ids)) or len(set(ids)) != len(ids):
        raise NotFound
    prices = tariff({each.offer_code for each in mine.values()}, currencies=[recipient.currency], on=today)
    announced = _announced(ids)
    return tuple(
        _renewal(mine[product_id], item, prices, recipient, announced.get(product_id))
        for product_id, item in zip(ids, items, strict=True)
    )


def _renewal(
    product: OwnedProduct, item: DueChoice, prices: Tariff, recipient: OrganisationRow, announced_id: int | None
) -> RenewalLine:
    if product.state == "provisioning":
        raise refusal("product_not_renewable", name=product.title)
    line = renewal_line(
        product,
        tariff=prices,
        currency=recipient.currency,
        language=recipient.language,
        period_months=item.period_months,
    )
    horizon_months = prices.offers[product.offer_code].horizon_months
    if line.period_to is None or exceeds_horizon(line.period_to, today=prices.on, horizon_months=horizon_months):
        raise refusal("horizon", horizon_months=horizon_months, name=product.title)
    return RenewalLine(
        product=product,
        line=line,
        period_to=line.period_to,
        period_months=item.period_months or product.period_months,
        keeps_period=item.keeps_period,
        announced_invoice_id=announced_id,
    )


def _open_invoices(organisation_id: int, ids: set[int], currency: str) -> tuple[tuple[int, str, int], ...]:
    rows = Invoice.objects.filter(organisation_id=organisation_id, pk__in=ids, kind=Invoice.Kind.INVOICE).order_by("pk")
    found = list(rows.values_list("pk", "number", "open_minor", "currency"))
    if len(found) != len(ids):
        raise NotFound
    for _pk, number, open_minor, own_currency in found:
        if open_minor == 0:
            raise refusal("invoice_not_open", number=number)
        if own_currency != currency:
            raise refusal("currency_mix")
    return tuple((pk, number, open_minor) for pk, number, open_minor, _currency in found)
