"""What a selection of due items costs, line by line, as its payment invoices it (BIL-004…013, BIL-020…024)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.billing import policy
from stellwerk.billing.errors import refusal
from stellwerk.billing.models import Invoice, Renewal
from stellwerk.billing.queries.addresses import book_of
from stellwerk.billing.queries.quotes import PricedLine, Quote, quote_for
from stellwerk.billing.queries.renewal_quotes import Tariff, renewal_line, tariff
from stellwerk.billing.rules.periods import exceeds_horizon
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.billing.rules.totals import Totals, sum_of
from stellwerk.foundation import clock
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.products import queries as products

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from stellwerk.billing.queries.addresses import AddressBook
    from stellwerk.foundation.actor import Actor
    from stellwerk.organisations.queries import OrganisationRow
    from stellwerk.products.queries import OwnedProduct


@dataclass(frozen=True, slots=True, kw_only=True)
class DueChoice:
    """What somebody ticked: a product with the duration chosen for it, or an open invoice."""

    product_id: int | None = None
    invoice_id: int | None = None
    period_months: int | None = None  # None: the product's own
    keeps_period: bool = True  # the duration also becomes the recurring one (BIL-024)


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
class InvoicePart:
    """One invoice to be: what goes to one billing address."""

    recipient: OrganisationRow
    renewals: tuple[RenewalLine, ...]
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionQuote:
    """What a selection costs: a new invoice for each billing address (BIL-009), open invoices as they stand."""

    currency: str
    parts: tuple[InvoicePart, ...]
    invoices: tuple[tuple[int, str, int], ...]  # id, number, open amount in minor units

    @property
    def gross_minor(self) -> int:
        return self.totals.gross_minor + sum(open_minor for _id, _number, open_minor in self.invoices)

    @property
    def totals(self) -> Totals:
        """Of all new invoices."""
        return sum_of(part.quote.totals for part in self.parts)

    @property
    def renewals(self) -> tuple[RenewalLine, ...]:
        return tuple(each for part in self.parts for each in part.renewals)


def selection_quote(
    actor: Actor, organisation_id: int, *, items: Sequence[DueChoice], address_id: int | None = None
) -> SelectionQuote:
    """What these items cost together. `address_id` None leaves each product its own billing address (BIL-062).

    Refusals in order: not found, no_billing_right, nothing_selected, not found for an item, product_not_renewable,
    price_missing, horizon, the tax's code.
    """
    require(policy.can_see_billing(actor, organisation_id))
    return quoted_selection(organisation_id, items=items, address_id=address_id)


def quoted_selection(
    organisation_id: int, *, items: Sequence[DueChoice], address_id: int | None = None
) -> SelectionQuote:
    """The same for services that have asked the policy already."""
    book = book_of(organisation_id)
    if not items:
        raise refusal("nothing_selected")
    today, currency = clock.today(), book.organisation.currency
    found = _renewals(book, [each for each in items if each.product_id is not None], address_id, today)
    ids = {each.invoice_id for each in items if each.invoice_id is not None}
    return SelectionQuote(
        currency=currency,
        parts=tuple(_part(recipient, renewals, today) for recipient, renewals in found),
        invoices=_open_invoices(organisation_id, ids, currency),
    )


def _part(recipient: OrganisationRow, renewals: Sequence[RenewalLine], today: date) -> InvoicePart:
    try:
        quote = quote_for(recipient, [each.line for each in renewals], currency=recipient.currency, on=today)
    except BillingRefused as refused:
        raise refusal(refused.code, **refused.context) from refused
    return InvoicePart(recipient=recipient, renewals=tuple(renewals), quote=quote)


def _announced(product_ids: Sequence[int]) -> dict[int, int]:
    rows = Renewal.objects.filter(product_id__in=list(product_ids), state=Renewal.State.ANNOUNCED)
    return dict(rows.values_list("product_id", "invoice_id"))


def _renewals(
    book: AddressBook, items: Sequence[DueChoice], address_id: int | None, today: date
) -> list[tuple[OrganisationRow, list[RenewalLine]]]:
    """The lines by billing address, in the language of each; the address of the first item comes first."""
    organisation = book.organisation
    ids = [each.product_id for each in items if each.product_id is not None]
    owned = products.owned_products(ids)
    mine = {key: each for key, each in owned.items() if each.organisation_id == organisation.id and each.is_live}
    if len(mine) != len(set(ids)) or len(set(ids)) != len(ids):
        raise NotFound
    prices = tariff({each.offer_code for each in mine.values()}, currencies=[organisation.currency], on=today)
    announced = _announced(ids)
    grouped: defaultdict[int, list[tuple[int, DueChoice]]] = defaultdict(list)
    for product_id, item in zip(ids, items, strict=True):
        grouped[book.address_id(product_id, chosen=address_id)].append((product_id, item))
    recipients = {each: book.recipient(each) for each in grouped}
    return [
        (
            recipients[each],
            [_renewal(mine[pk], item, prices, recipients[each], announced.get(pk)) for pk, item in chosen],
        )
        for each, chosen in grouped.items()
    ]


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
