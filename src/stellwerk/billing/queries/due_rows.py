"""To pay: what expires soon and what is open, page by page, and what is chosen from it (BIL-001…005, BIL-020…024)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef, Q, Subquery

from stellwerk.billing import policy
from stellwerk.billing.models import Invoice, Renewal
from stellwerk.billing.queries.addresses import book_of
from stellwerk.billing.queries.due_offers import Offered
from stellwerk.catalogue import queries as catalogue
from stellwerk.foundation import clock
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.foundation.months import months_later
from stellwerk.foundation.orm import JsonRows
from stellwerk.foundation.searching import words_to_find
from stellwerk.organisations import queries as organisations
from stellwerk.products import queries as products

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from stellwerk.billing.queries.addresses import AddressBook
    from stellwerk.billing.queries.cart import PeriodChoice
    from stellwerk.foundation.actor import Actor
    from stellwerk.organisations.queries import OrganisationRow
    from stellwerk.products.queries import DueTerms, OwnedProduct, PricedProduct

NEVER: Final = date(9999, 1, 1)
PAGE: Final = 50
# The fields of a row by which a list may be sorted, and what the products call them.
ORDERS: Final = {"due_on": "expires_on", "name": "called"}
_PRODUCTS_CALL_IT: Final = {**ORDERS, "expires_on": "expires_on", "product_id": "id"}


class Until(StrEnum):
    """The date filter of the page (BIL-002, BIL-003)."""

    NEXT_TWO_MONTHS = "next_two_months"
    ALL = "all"
    OVERDUE = "overdue"

    def day(self, today: date) -> date:
        """The last day of what it shows."""
        return {Until.NEXT_TWO_MONTHS: months_later(today, 2), Until.ALL: NEVER, Until.OVERDUE: today}[self]


class DueState(StrEnum):
    """`announced`: a transfer for it is on its way (BIL-012)."""

    DUE = "due"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    ANNOUNCED = "announced"


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
class DueScope:
    """What a list shows: items due on a day or before, overdue ones always among them, narrowed by tag and words.

    A tag is carried by products only; `search` looks in names of products and offers and in numbers of invoices.
    """

    until: Until = Until.NEXT_TWO_MONTHS
    tag_id: int | None = None
    search: str = ""
    order: tuple[tuple[str, bool], ...] = ()  # names of ORDERS, True for descending; else by due date
    limit: int = PAGE
    skip: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """What somebody ticked: the items named, or with `is_everything` all of a scope but those.

    `months` holds the durations chosen for products; what is missing keeps its own.
    """

    is_everything: bool = False
    product_ids: frozenset[int] = frozenset()
    invoice_ids: frozenset[int] = frozenset()
    months: Mapping[int, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.is_everything or self.product_ids or self.invoice_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenItem:
    """A ticked item that can be paid: net of the chosen duration, or what is open of an invoice, in minor units.

    `count` products that are alike in all of that stand for each other and have no number. A product is covered where
    the open invoice that announces it is ticked, too: that invoice renews it.
    """

    product_id: int | None = None
    invoice_id: int | None = None
    due_on: date
    period_months: int | None = None
    has_other_duration: bool = False
    amount_minor: int
    is_announced: bool = False
    is_covered: bool = False
    count: int = 1

    @property
    def is_invoice(self) -> bool:
        return self.invoice_id is not None

    @property
    def is_renewed(self) -> bool:
        """By this payment itself."""
        return not self.is_invoice and not self.is_covered


@dataclass(frozen=True, slots=True)
class DuePage:
    """One page, how many there are on all pages, and how many each date filter asked for would show unnarrowed."""

    rows: list[DueRow]
    total: int
    counts: Mapping[Until, int]


@dataclass(frozen=True, slots=True)
class DueList:
    """A page with where invoices can go and what is chosen, on whatever page it stands; alike products as one item."""

    book: AddressBook
    page: DuePage
    chosen: tuple[ChosenItem, ...]


@dataclass(frozen=True, slots=True)
class _Documents:
    """All open invoices, and which of them covers which announced product."""

    rows: tuple[DueRow, ...]
    announced: Mapping[int, int]

    def within(self, scope: DueScope, today: date) -> list[DueRow]:
        last_on, words = scope.until.day(today), words_to_find(scope.search.casefold())
        if scope.tag_id is not None:
            return []
        due = [row for row in self.rows if row.due_on <= last_on]
        return [row for row in due if all(word in row.name.casefold() for word in words)]


def due_page(actor: Actor, organisation_id: int, *, scope: DueScope) -> DuePage:
    """Due items by date. Two queries whatever their number, three behind the last page."""
    require(policy.can_see_billing(actor, organisation_id))
    return _page(organisation_id, _documents(organisation_id, clock.today()), scope, count=())


def due_list(actor: Actor, organisation_id: int, *, scope: DueScope, pick: Pick) -> DueList:
    """The same with the addresses and what is chosen. Three queries, two more with a selection."""
    require(policy.can_see_billing(actor, organisation_id))
    book, documents = book_of(organisation_id), _documents(organisation_id, clock.today())
    page = _page(organisation_id, documents, scope, count=tuple(Until))
    apart = {*book.by_product, *documents.announced, *pick.months}
    return DueList(book, page, _chosen(book.organisation, documents, scope, pick, apart=apart))


def chosen_items(actor: Actor, organisation_id: int, *, scope: DueScope, pick: Pick) -> tuple[ChosenItem, ...]:
    """What is chosen, for its payment. Items that are not due or not the organisation's are left out."""
    require(policy.can_see_billing(actor, organisation_id))
    return _chosen(_recipient(organisation_id), _documents(organisation_id, clock.today()), scope, pick)


def renewal_page(
    actor: Actor, organisation_id: int, *, scope: DueScope, renews_automatically: bool | None = None
) -> DuePage:
    """Every product that expires, without invoices and announcements. One query, two behind the last page."""
    require(policy.can_see_billing(actor, organisation_id))
    today = clock.today()
    narrowed = products.DueFilter(
        until=scope.until.day(today), search=scope.search, renews_automatically=renews_automatically
    )
    part = slice(scope.skip, scope.skip + scope.limit)
    found = products.due_listing(organisation_id, narrowed=narrowed, on=today, order=_order(scope), part=part)
    return DuePage(_product_rows(found.rows, {}, today), found.total, {})


def _recipient(organisation_id: int) -> OrganisationRow:
    recipient = organisations.organisation_row(organisation_id)
    if recipient is None:
        raise NotFound
    return recipient


def _documents(organisation_id: int, today: date) -> _Documents:
    """Open invoices of orders and of announced renewals alike."""
    announced = Renewal.objects.filter(invoice=OuterRef("pk"), state=Renewal.State.ANNOUNCED)
    found = Invoice.objects.filter(Q(open_minor__gt=0) | Exists(announced), organisation_id=organisation_id)
    covered = Subquery(announced.annotate(found=JsonRows("product_id")).values("found"))
    columns = ("pk", "number", "due_on", "open_minor", "currency")
    values = list(found.order_by("due_on", "pk").values_list(*columns, covered))
    rows = tuple(
        DueRow(
            invoice_id=pk,
            name=number,
            due_on=due_on,
            amount_minor=open_minor,
            currency=currency,
            state=DueState.OVERDUE if due_on < today else DueState.DUE,
        )
        for pk, number, due_on, open_minor, currency, _products in values
        if open_minor > 0 and due_on
    )
    return _Documents(rows, {product_id: pk for pk, *_, covered in values for (product_id,) in covered})


def _page(organisation_id: int, documents: _Documents, scope: DueScope, *, count: Sequence[Until]) -> DuePage:
    """Invoices and products come from different rooms, so a page is merged here.

    Of the first `skip + limit` items at most as many are invoices as there are, so the products of the page lie
    within that distance of it.
    """
    today = clock.today()
    invoices = documents.within(scope, today)
    first = max(0, scope.skip - len(invoices))
    found = products.due_listing(
        organisation_id,
        narrowed=_narrowed(scope, today),
        on=today,
        order=_order(scope),
        part=slice(first, scope.skip + scope.limit),
        count=[each.day(today) for each in count],
    )
    rows = [*invoices, *_product_rows(found.rows, documents.announced, today)]
    rows.sort(key=lambda row: (row.due_on, row.product_id or 0, row.invoice_id or 0))
    for name, is_descending in reversed(scope.order):
        rows.sort(key=lambda row, name=name: getattr(row, name), reverse=is_descending)  # type: ignore[misc]
    return DuePage(
        rows[scope.skip - first : scope.skip - first + scope.limit],
        found.total + len(invoices),
        {
            until: number + len(documents.within(DueScope(until=until), today))
            for until, number in zip(count, found.counts, strict=True)
        },
    )


def _narrowed(scope: DueScope, today: date) -> products.DueFilter:
    return products.DueFilter(until=scope.until.day(today), search=scope.search, tag_id=scope.tag_id)


def _order(scope: DueScope) -> list[str]:
    asked = [f"{'-' if is_descending else ''}{_PRODUCTS_CALL_IT[name]}" for name, is_descending in scope.order]
    return [*asked, "expires_on", "id"]


def _chosen(
    recipient: OrganisationRow,
    documents: _Documents,
    scope: DueScope,
    pick: Pick,
    *,
    apart: Collection[int] | None = None,
) -> tuple[ChosenItem, ...]:
    """With `apart`, of everything, products outside of it that are alike are one item."""
    if pick.is_empty:
        return ()
    today = clock.today()
    invoices = documents.within(scope, today) if pick.is_everything else documents.rows
    chosen = [
        ChosenItem(invoice_id=row.invoice_id, due_on=row.due_on, amount_minor=row.amount_minor)
        for row in invoices
        if (row.invoice_id in pick.invoice_ids) is not pick.is_everything
    ]
    if pick.is_everything or pick.product_ids:
        terms = _terms(recipient.id, scope, pick, apart)
        ticked = frozenset(each.invoice_id for each in chosen)
        covered = {pk for pk, invoice_id in documents.announced.items() if invoice_id in ticked}
        chosen += _priced(terms, recipient, pick.months, documents.announced, covered=covered)
    return tuple(chosen)


def _terms(organisation_id: int, scope: DueScope, pick: Pick, apart: Collection[int] | None) -> list[DueTerms]:
    if not pick.is_everything:
        return products.due_terms(organisation_id, narrowed=products.DueFilter(until=NEVER), only=pick.product_ids)
    narrowed = _narrowed(scope, clock.today())
    if apart is None:
        return products.due_terms(organisation_id, narrowed=narrowed, without=pick.product_ids)
    return products.counted_due_terms(organisation_id, narrowed=narrowed, without=pick.product_ids, apart=apart)


def _priced(
    terms: Sequence[DueTerms],
    recipient: OrganisationRow,
    months: Mapping[int, int],
    announced: Mapping[int, int],
    *,
    covered: Collection[int],
) -> Iterable[ChosenItem]:
    """One query."""
    today = clock.today()
    codes = {each.offer_code for each in terms}
    found = catalogue.tariffs(on=today, currencies=[recipient.currency], codes=codes) if codes else []
    tariffs = {each.offer.code: each for each in found}
    offered = Offered(today)
    for each in terms:
        nets = offered.nets(each, tariffs.get(each.offer_code))
        if nets:
            own = each.period_months if each.period_months in nets else next(iter(nets))
            wanted = months.get(each.id, own) if each.id else own
            chosen = wanted if wanted in nets else own
            yield ChosenItem(
                product_id=each.id,
                due_on=each.expires_on,
                period_months=chosen,
                has_other_duration=chosen != own and each.id not in covered,
                amount_minor=nets[chosen],
                is_announced=each.id in announced,
                is_covered=each.id in covered,
                count=each.count,
            )


def _product_rows(owned: Sequence[PricedProduct], announced: Mapping[int, int], today: date) -> list[DueRow]:
    rows, offered = [], Offered(today)
    for priced in owned:
        each, sold = priced.product, priced.tariff
        offer_name = sold.offer.name if sold else each.offer_code
        choices, amounts = offered.choices(each, sold), offered.nets(each, sold)
        chosen = each.period_months if each.period_months in amounts else next(iter(amounts), None)
        rows.append(
            DueRow(
                product_id=each.id,
                kind_code=each.kind_code,
                name=each.internal_name or each.name or offer_name,
                offer_name=offer_name,
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
