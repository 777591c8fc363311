"""Documents as the organisation's people see them (INV-004…007)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db.models import F, IntegerField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from stellwerk.billing import policy
from stellwerk.billing.models import Invoice, InvoiceLine, InvoiceVat, Payment
from stellwerk.foundation import clock
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from stellwerk.foundation.actor import Actor


class Status(StrEnum):
    """What a document has come to; derived, never stored. A credit note is refunded or set off against its invoice."""

    OPEN = "open"
    OVERDUE = "overdue"
    PAID = "paid"
    CREDITED = "credited"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFilter:
    """What the list is narrowed to; `until_on` is the last day included."""

    status: Status | None = None
    kind: str = ""
    from_on: date | None = None
    until_on: date | None = None
    search: str = ""


NO_FILTER = InvoiceFilter()


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One document in the list. `credited_minor` is the sum of its credit notes."""

    id: int
    kind: str
    number: str
    issued_on: date
    due_on: date | None
    currency: str
    net_minor: int
    vat_minor: int
    gross_minor: int
    open_minor: int
    settled_minor: int
    iban: str
    reference: str
    order_id: int | None
    credited_minor: int
    today: date

    @property
    def status(self) -> Status:
        if self.kind == Invoice.Kind.CREDIT_NOTE:
            return Status.CREDITED if self.settled_minor == self.gross_minor else Status.REFUNDED
        if self.open_minor:
            is_late = self.due_on is not None and self.due_on < self.today
            return Status.OVERDUE if is_late else Status.OPEN
        return Status.CREDITED if self.credited_minor == self.gross_minor else Status.PAID


@dataclass(frozen=True, slots=True)
class LineRow:
    """One position as printed."""

    position: int
    product_name: str
    object_name: str
    offer_text: str
    quantity: int
    unit_price_minor: int
    discount_minor: int
    net_minor: int
    category: str
    rate_bp: int
    period_from: date | None
    period_to: date | None
    product_id: int | None


@dataclass(frozen=True, slots=True)
class VatRow:
    """The tax of one category and rate."""

    category: str
    rate_bp: int
    net_minor: int
    vat_minor: int


@dataclass(frozen=True, slots=True)
class PaidRow:
    """A payment of the document; a reversed one counts no longer."""

    id: int
    means: str
    paid_on: date
    to_invoice_minor: int
    is_reversal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDetail:
    """One document whole. `seller`, `buyer` and `texts` are as frozen at issue."""

    invoice: InvoiceRow
    seller: dict[str, Any]
    buyer: dict[str, Any]
    texts: dict[str, Any]
    corrects: tuple[int, str] | None
    credit_notes: tuple[tuple[int, str], ...]
    lines: tuple[LineRow, ...]
    vat: tuple[VatRow, ...]
    payments: tuple[PaidRow, ...]


_COLUMNS = (
    "pk", "kind", "number", "issued_on", "due_on", "currency", "net_minor", "vat_minor", "gross_minor", "open_minor",
    "settled_minor", "iban", "reference", "order_id", "credited",
)  # fmt: skip


def invoice_rows(
    actor: Actor, organisation_id: int, *, filters: InvoiceFilter = NO_FILTER, limit: int = 50, skip: int = 0
) -> list[InvoiceRow]:
    """The newest first. One query."""
    today = clock.today()
    found = _visible(actor, organisation_id, filters).order_by("-issued_on", "-pk").values_list(*_COLUMNS)
    return [InvoiceRow(*[*values, today]) for values in found[skip : skip + limit]]


def invoice_total(actor: Actor, organisation_id: int, *, filters: InvoiceFilter = NO_FILTER) -> int:
    """How many there are."""
    return _visible(actor, organisation_id, filters).count()


def invoice_detail(actor: Actor, organisation_id: int, *, invoice_id: int) -> InvoiceDetail:
    """One document; five queries. Raises NotFound."""
    row = _visible(actor, organisation_id).filter(pk=invoice_id).select_related("corrects").first()
    if row is None:
        raise NotFound
    lines = InvoiceLine.objects.filter(invoice_id=invoice_id).order_by("position")
    groups = InvoiceVat.objects.filter(invoice_id=invoice_id).order_by("category", "rate_bp")
    payments = Payment.objects.filter(invoice_id=invoice_id).order_by("pk")
    return InvoiceDetail(
        invoice=InvoiceRow(*[*(getattr(row, name) for name in _COLUMNS), clock.today()]),
        seller=row.seller,
        buyer=row.buyer,
        texts=row.texts,
        corrects=(row.corrects.pk, row.corrects.number) if row.corrects else None,
        credit_notes=tuple(row.credit_notes.order_by("pk").values_list("pk", "number")),
        lines=tuple(LineRow(*values) for values in lines.values_list(*LineRow.__dataclass_fields__)),
        vat=tuple(VatRow(*values) for values in groups.values_list(*VatRow.__dataclass_fields__)),
        payments=tuple(
            PaidRow(each.pk, each.means, each.paid_on, each.to_invoice_minor, each.reverses_id is not None)
            for each in payments
        ),
    )


def open_amounts(organisation_id: int) -> dict[str, int]:
    """What is open by currency, for the start page. One query; the caller has asked the policy."""
    rows = Invoice.objects.filter(organisation_id=organisation_id, open_minor__gt=0)
    return dict(rows.values_list("currency").annotate(Sum("open_minor")).order_by("currency"))


def _visible(actor: Actor, organisation_id: int, filters: InvoiceFilter = NO_FILTER) -> QuerySet[Invoice]:
    require(policy.can_see_invoices(actor, organisation_id))
    notes = Invoice.objects.filter(corrects=OuterRef("pk")).order_by().values("corrects")
    credited = Subquery(notes.annotate(total=Sum("gross_minor")).values("total"), output_field=IntegerField())
    rows = Invoice.objects.filter(organisation_id=organisation_id).annotate(credited=Coalesce(credited, Value(0)))
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.from_on:
        rows = rows.filter(issued_on__gte=filters.from_on)
    if filters.until_on:
        rows = rows.filter(issued_on__lte=filters.until_on)
    if filters.search:
        rows = rows.filter(Q(number__icontains=filters.search) | Q(texts__billing_reference__icontains=filters.search))
    return rows.filter(_has_status(filters.status)) if filters.status else rows


def _has_status(status: Status) -> Q:
    invoice, note = Q(kind=Invoice.Kind.INVOICE), Q(kind=Invoice.Kind.CREDIT_NOTE)
    return {
        Status.OPEN: invoice & Q(open_minor__gt=0) & ~Q(due_on__lt=clock.today()),
        Status.OVERDUE: invoice & Q(open_minor__gt=0, due_on__lt=clock.today()),
        Status.PAID: invoice & Q(open_minor=0) & ~Q(credited=F("gross_minor")),
        Status.CREDITED: (invoice & Q(open_minor=0, credited=F("gross_minor")))
        | (note & Q(settled_minor=F("gross_minor"))),
        Status.REFUNDED: note & Q(settled_minor__lt=F("gross_minor")),
    }[status]
