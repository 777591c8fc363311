"""Issued documents as lists and pages show them: frozen rows, a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from stellwerk.billing import policy
from stellwerk.billing.models import Invoice, InvoiceLine, InvoiceVat, Payment, StoredDocument
from stellwerk.billing.queries.wording import NAMES_IN_A_SUMMARY, summary_text
from stellwerk.foundation import clock
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.foundation.months import last_day
from stellwerk.foundation.orm import JsonRows
from stellwerk.foundation.searching import words_to_find

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from stellwerk.foundation.actor import Actor

YEARS_KEPT = 10  # INV-011: to the end of the tenth calendar year


class Status(StrEnum):
    """What a document has come to (INV-004); derived, never stored.

    Overdue and partly paid ones are open too. A wholly credited invoice is credited; a credit note is credited where it
    closed its invoice, and refunded where money went back to the prepaid account.
    """

    OPEN = "open"
    OVERDUE = "overdue"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    CREDITED = "credited"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFilter:
    """What narrows the list; empty values do not. Both days are included."""

    status: Status | None = None
    kind: str = ""
    from_on: date | None = None
    until_on: date | None = None
    search: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRow:
    """A document in a list. Credit notes state positive amounts; `summary` names what it is about."""

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
    order_id: int | None
    created_at: datetime
    billing_reference: str
    status: Status
    summary: str = ""

    @property
    def signed_gross_minor(self) -> int:
        """Below zero for a credit note, as accounting counts it."""
        return -self.gross_minor if self.kind == Invoice.Kind.CREDIT_NOTE else self.gross_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLineRow:
    """A position as printed; `period_to` is the first day no longer covered."""

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

    @property
    def last_on(self) -> date | None:
        """The last covered day, as on the paper."""
        return last_day(self.period_to) if self.period_to else None


@dataclass(frozen=True, slots=True, kw_only=True)
class VatRow:
    category: str
    rate_bp: int
    net_minor: int
    vat_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePayment:
    """What a payment, or its reversal, did to the document."""

    id: int
    means: str
    to_invoice_minor: int
    difference_minor: int
    paid_on: date
    created_at: datetime
    is_reversal: bool

    @property
    def deducted_minor(self) -> int:
        """As it stands under the total: below zero for money that came."""
        settled_minor = self.to_invoice_minor + self.difference_minor
        return settled_minor if self.is_reversal else -settled_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceToSettle:
    """What somebody must know who pays a document."""

    row: InvoiceRow
    iban: str
    reference: str
    seller: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDetail:
    """One document with everything printed on it and everything that happened to it."""

    row: InvoiceRow
    language: str
    iban: str
    reference: str
    seller: dict[str, Any]
    buyer: dict[str, Any]
    order_number: str
    corrects_id: int | None
    corrects_number: str
    lines: tuple[InvoiceLineRow, ...]
    vat_groups: tuple[VatRow, ...]
    payments: tuple[InvoicePayment, ...]
    credit_notes: tuple[tuple[int, str], ...]
    sha256: str

    @property
    def paid_on(self) -> date | None:
        """The day of the last payment of a settled invoice."""
        if self.row.open_minor or not self.payments:
            return None
        return max(payment.paid_on for payment in self.payments)

    @property
    def needed_by(self) -> date | None:
        """The last day paid for of what it renews first, where that comes before the day it is payable."""
        starts = [line.period_from for line in self.lines if line.period_from]
        if not self.row.open_minor or not self.row.due_on or self.row.order_id or not starts:
            return None
        last_on = last_day(min(starts))
        return last_on if clock.today() <= last_on < self.row.due_on else None

    @property
    def kept_until(self) -> date:
        return date(self.row.issued_on.year + YEARS_KEPT, 12, 31)

    @property
    def fingerprint(self) -> str:
        """The beginning of the digest, in groups to compare by eye."""
        return " ".join(self.sha256[start : start + 4] for start in range(0, 16, 4))


_ROW = ("pk", "kind", "number", "issued_on", "due_on", "currency", "net_minor", "vat_minor", "gross_minor",
        "open_minor", "settled_minor", "order_id", "created_at", "texts", "credited_minor")  # fmt: skip
_LINE = ("product_name", "object_name", "offer_text", "quantity", "unit_price_minor", "discount_minor", "net_minor",
         "category", "rate_bp", "period_from", "period_to", "product_id")  # fmt: skip
_VAT = ("category", "rate_bp", "net_minor", "vat_minor")
_PAYMENT = ("pk", "means", "to_invoice_minor", "difference_minor", "paid_on", "created_at", "reverses_id")
_EVERYTHING = InvoiceFilter()


_FIRST_NAMES = Subquery(
    InvoiceLine.objects.filter(invoice=OuterRef("pk"), position__lte=NAMES_IN_A_SUMMARY + 1)
    .annotate(names=JsonRows("position", "object_name", "product_name"))
    .values("names")
)


def invoice_rows(
    actor: Actor, organisation_id: int, *, filters: InvoiceFilter = _EVERYTHING, limit: int = 50, skip: int = 0
) -> list[InvoiceRow]:
    """Documents, newest first. One query: the names on a document come with its row."""
    require(policy.can_see_invoices(actor, organisation_id))
    values = _found(organisation_id, filters).order_by("-pk").values_list(*_ROW, _FIRST_NAMES)[skip : skip + limit]
    return [replace(_row(tuple(columns)), summary=summary_text(names)) for *columns, names in values]


def invoice_total(actor: Actor, organisation_id: int, *, filters: InvoiceFilter = _EVERYTHING) -> int:
    require(policy.can_see_invoices(actor, organisation_id))
    return _found(organisation_id, filters).count()


def invoice_detail(actor: Actor, organisation_id: int, *, invoice_id: int) -> InvoiceDetail:
    """One document. Five queries. Raises NotFound for another organisation's (INV-016)."""
    require(policy.can_see_invoices(actor, organisation_id))
    invoice = _documents(organisation_id).select_related("corrects").filter(pk=invoice_id).first()
    if invoice is None:
        raise NotFound
    digest = StoredDocument.objects.filter(invoice=OuterRef("pk")).values("sha256")
    notes = Invoice.objects.filter(Q(corrects=invoice) | Q(pk=invoice_id)).annotate(sha256=Subquery(digest))
    related = list(notes.order_by("pk").values_list("pk", "number", "sha256"))
    lines = InvoiceLine.objects.filter(invoice=invoice).order_by("position").values(*_LINE)
    groups = InvoiceVat.objects.filter(invoice=invoice).order_by("category", "-rate_bp").values(*_VAT)
    values = tuple(getattr(invoice, name) for name in _ROW)
    return InvoiceDetail(
        row=_row(values),
        language=invoice.language,
        iban=invoice.iban,
        reference=invoice.reference,
        seller=invoice.seller,
        buyer=invoice.buyer,
        order_number=invoice.texts.get("order_number", ""),
        corrects_id=invoice.corrects_id,
        corrects_number=invoice.corrects.number if invoice.corrects else "",
        lines=tuple(InvoiceLineRow(**line) for line in lines),
        vat_groups=tuple(VatRow(**group) for group in groups),
        payments=tuple(_payments(invoice_id)),
        credit_notes=tuple((pk, number) for pk, number, _ in related if pk != invoice_id),
        sha256=next((found or "" for pk, _, found in related if pk == invoice_id), ""),
    )


def invoice_of_order(actor: Actor, organisation_id: int, *, order_id: int) -> InvoiceToSettle | None:
    """The invoice that an order was issued with; none for an order free of charge. One query."""
    require(policy.can_see_invoices(actor, organisation_id))
    found = _documents(organisation_id).filter(order_id=order_id, kind=Invoice.Kind.INVOICE).order_by("pk")
    values = found.values_list(*_ROW, "iban", "reference", "seller").first()
    if values is None:
        return None
    *row, iban, reference, seller = values
    return InvoiceToSettle(row=_row(tuple(row)), iban=iban, reference=reference, seller=seller)


def open_amounts(organisation_id: int) -> dict[str, int]:
    """What is open by currency, for the start page. One query; the caller has asked the policy."""
    rows = Invoice.objects.filter(organisation_id=organisation_id, open_minor__gt=0)
    return dict(rows.values_list("currency").annotate(Sum("open_minor")).order_by("currency"))


def has_invoice(organisation_id: int, invoice_id: int) -> bool:
    return Invoice.objects.filter(pk=invoice_id, organisation_id=organisation_id).exists()


def _documents(organisation_id: int) -> QuerySet[Invoice]:
    credited = (
        Invoice.objects.filter(corrects=OuterRef("pk")).order_by().values("corrects").annotate(sum=Sum("gross_minor"))
    )
    rows = Invoice.objects.filter(organisation_id=organisation_id)
    return rows.annotate(credited_minor=Coalesce(Subquery(credited.values("sum")), 0))


def _found(organisation_id: int, filters: InvoiceFilter) -> QuerySet[Invoice]:
    rows = _documents(organisation_id)
    if filters.from_on:
        rows = rows.filter(issued_on__gte=filters.from_on)
    if filters.until_on:
        rows = rows.filter(issued_on__lte=filters.until_on)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.status:
        rows = rows.filter(_condition(filters.status))
    for word in words_to_find(filters.search):
        line = InvoiceLine.objects.filter(invoice=OuterRef("pk"))
        named = line.filter(Q(product_name__icontains=word) | Q(object_name__icontains=word))
        rows = rows.alias(own_reference=KT("texts__billing_reference")).filter(
            Q(number__icontains=word) | Q(reference__icontains=word) | Q(own_reference__icontains=word) | Exists(named)
        )
    return rows


def _condition(status: Status) -> Q:
    """The same words as `_status`, for the database."""
    today = clock.today()
    is_invoice, is_open = Q(kind=Invoice.Kind.INVOICE), Q(open_minor__gt=0)
    is_credited, is_set_off = Q(credited_minor__gte=F("gross_minor")), Q(settled_minor__gte=F("gross_minor"))
    conditions = {
        Status.OPEN: is_invoice & is_open,  # overdue and partly paid ones are open too
        Status.OVERDUE: is_invoice & is_open & Q(due_on__lt=today),
        Status.PARTLY_PAID: is_invoice & is_open & Q(open_minor__lt=F("gross_minor")),
        Status.PAID: is_invoice & ~is_open & ~is_credited,
        Status.CREDITED: (is_invoice & ~is_open & is_credited) | (~is_invoice & is_set_off),
        Status.REFUNDED: ~is_invoice & ~is_set_off,
    }
    return conditions[status]


def _row(values: tuple[Any, ...]) -> InvoiceRow:
    *columns, texts, credited_minor = values
    names = ("id", *_ROW[1:-2])
    row = dict(zip(names, columns, strict=True))
    status = _status(row, credited_minor)
    return InvoiceRow(**row, billing_reference=texts.get("billing_reference", ""), status=status)


def _status(row: dict[str, Any], credited_minor: int) -> Status:
    if row["kind"] == Invoice.Kind.CREDIT_NOTE:
        return Status.CREDITED if row["settled_minor"] >= row["gross_minor"] else Status.REFUNDED
    if row["open_minor"] == 0:
        return Status.CREDITED if credited_minor >= row["gross_minor"] else Status.PAID
    if row["due_on"] is not None and row["due_on"] < clock.today():
        return Status.OVERDUE
    return Status.PARTLY_PAID if row["open_minor"] < row["gross_minor"] else Status.OPEN


def _payments(invoice_id: int) -> list[InvoicePayment]:
    """Oldest first. Money that named the invoice and settled nothing of it stands on the prepaid account only."""
    rows = Payment.objects.filter(Q(invoice_id=invoice_id) | Q(reverses__invoice_id=invoice_id)).order_by("pk")
    rows = rows.filter(to_invoice_minor__gt=0)
    return [
        InvoicePayment(
            id=pk, means=means, to_invoice_minor=to_invoice, difference_minor=difference, paid_on=paid_on,
            created_at=created_at, is_reversal=reverses is not None,
        )
        for pk, means, to_invoice, difference, paid_on, created_at, reverses in rows.values_list(*_PAYMENT)
    ]  # fmt: skip
