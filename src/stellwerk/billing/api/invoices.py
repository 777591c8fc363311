"""Documents on the wire, each with a link to its PDF that works ten minutes without a login (INV-004…007)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from django.http import HttpResponse

from stellwerk.billing.api import visibility as _registers_itself  # noqa: F401  who sees what
from stellwerk.billing.api.outputs import VatOut, amount
from stellwerk.billing.queries.document_links import signed_link_token
from stellwerk.billing.queries.invoices import InvoiceFilter, Status, invoice_detail, invoice_rows, invoice_total
from stellwerk.billing.services.render_document import pdf_of_link
from stellwerk.foundation.edge.api import (
    ApiRequest,
    Day,
    Listing,
    MoneyOut,
    Output,
    Router,
    day,
    page_of,
    seconds,
    success,
)

if TYPE_CHECKING:
    from stellwerk.billing.queries.invoices import InvoiceDetail, InvoiceLineRow, InvoiceRow

router = Router("Invoices", version=2)
INVOICES = "invoicing/account/{organisation_id}/invoices"
PDF = "invoicing/invoice/pdf/{token}"
StatusName = Literal["open", "overdue", "partly_paid", "paid", "credited", "refunded"]


class InvoiceLineOut(Output):
    """`period_to` is the first day no longer covered."""

    product_name: str
    object_name: str
    quantity: int
    unit_price: MoneyOut
    discount: MoneyOut
    net: MoneyOut
    vat_category: str
    vat_rate_bp: int
    period_from: str | None
    period_to: str | None
    product_id: int | None


class InvoiceOut(Output):
    """`pdf` is valid for ten minutes. `lines`, `vat`, `corrects_id` and the payment details only for one document."""

    id: int
    type: Literal["invoice", "credit_note"]
    number: str
    status: StatusName
    amount_incl_tax: MoneyOut
    amount_excl_tax: MoneyOut
    open_amount: MoneyOut
    currency: str
    issued_on: str
    due_on: str | None
    billing_reference: str
    order_id: int | None
    created_at: int
    pdf: str
    lines: list[InvoiceLineOut] | None = None
    vat: list[VatOut] | None = None
    iban: str | None = None
    reference: str | None = None
    corrects_id: int | None = None


@router.get(
    INVOICES,
    scope="billing",
    answer=InvoiceOut,
    listing=Listing(filters={"status": StatusName, "type": Literal["invoice", "credit_note"], "from": Day, "to": Day}),
)
def invoices(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """Issued documents, newest first; `search` looks in numbers, references and names."""
    actor, asked = request.actor, request.asked
    status = asked.filters.get("status")
    filters = InvoiceFilter(
        status=Status(status) if status else None,
        kind=asked.filters.get("type", ""),
        from_on=asked.filters.get("from"),
        until_on=asked.filters.get("to"),
        search=asked.search,
    )
    return page_of(
        request,
        rows=lambda: [
            _invoice(request, organisation_id, row)
            for row in invoice_rows(actor, organisation_id, filters=filters, limit=asked.limit, skip=asked.skip)
        ],
        total=lambda: invoice_total(actor, organisation_id, filters=filters),
    )


@router.get(f"{INVOICES}/{{invoice_id}}", scope="billing", answer=InvoiceOut)
def invoice(request: ApiRequest, organisation_id: int, invoice_id: int) -> HttpResponse:
    """One document with what stands on it."""
    document = invoice_detail(request.actor, organisation_id, invoice_id=invoice_id)
    return success({**_invoice(request, organisation_id, document.row), **_contents(document)})


@router.get(PDF, is_public=True, media="application/pdf", more_statuses=(410,))
def invoice_pdf(request: ApiRequest, token: str) -> HttpResponse:  # noqa: ARG001  every endpoint takes the request
    """The PDF behind the link of a document. 410 `link_expired` after ten minutes."""
    file = pdf_of_link(token=token)
    answer = HttpResponse(file.content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{file.name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _invoice(request: ApiRequest, organisation_id: int, row: InvoiceRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "type": row.kind,
        "number": row.number,
        "status": row.status.value,
        "amount_incl_tax": amount(row.gross_minor, row.currency),
        "amount_excl_tax": amount(row.net_minor, row.currency),
        "open_amount": amount(row.open_minor, row.currency),
        "currency": row.currency,
        "issued_on": day(row.issued_on),
        "due_on": day(row.due_on),
        "billing_reference": row.billing_reference,
        "order_id": row.order_id,
        "created_at": seconds(row.created_at),
        "pdf": _link(request, organisation_id, row.id),
    }


def _link(request: ApiRequest, organisation_id: int, invoice_id: int) -> str:
    token = signed_link_token(request.actor, organisation_id, invoice_id=invoice_id)
    return request.build_absolute_uri(f"/api/2/{PDF.format(token=token)}")


def _contents(document: InvoiceDetail) -> dict[str, Any]:
    currency = document.row.currency
    return {
        "lines": [_line(line, currency) for line in document.lines],
        "vat": [
            {
                "category": group.category,
                "rate_bp": group.rate_bp,
                "net": amount(group.net_minor, currency),
                "vat": amount(group.vat_minor, currency),
            }
            for group in document.vat_groups
        ],
        "iban": document.iban or None,
        "reference": document.reference or None,
        "corrects_id": document.corrects_id,
    }


def _line(line: InvoiceLineRow, currency: str) -> dict[str, Any]:
    return {
        "product_name": line.product_name,
        "object_name": line.object_name,
        "quantity": line.quantity,
        "unit_price": amount(line.unit_price_minor, currency),
        "discount": amount(line.discount_minor, currency),
        "net": amount(line.net_minor, currency),
        "vat_category": line.category,
        "vat_rate_bp": line.rate_bp,
        "period_from": day(line.period_from),
        "period_to": day(line.period_to),
        "product_id": line.product_id,
    }
