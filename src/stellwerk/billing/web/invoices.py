"""Documents: the list with its filters, one as paper, its PDF, and paying it from the balance (INV-004…007)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from stellwerk.billing.forms import CREDIT_NOTES, InvoiceFilterForm
from stellwerk.billing.queries import invoices as invoice_queries
from stellwerk.billing.queries.state_words import INVOICE_STATES, word
from stellwerk.billing.services.pay_invoice import pay_invoice
from stellwerk.billing.services.render_document import PdfFile, pdf_of_invoice
from stellwerk.billing.web.doors import accounting_page
from stellwerk.billing.web.exports import MOST_ROWS, csv_file, plain_amount, words
from stellwerk.billing.web.settling import settling_context
from stellwerk.foundation.edge.html import render
from stellwerk.foundation.edge.paging import paged
from stellwerk.foundation.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stellwerk.billing.queries.invoices import InvoiceFilter
    from stellwerk.foundation.edge.html import ActorRequest

BATCH = 500
LINES = 100  # of a document on a page; a payment of thousands of products has as many


@never_cache
@require_safe
@accounting_page
def invoices(request: ActorRequest, organisation_id: int) -> HttpResponse:
    form = InvoiceFilterForm(request.GET)
    filters = form.filters()
    rows = paged(
        request,
        total=lambda: invoice_queries.invoice_total(request.actor, organisation_id, filters=filters),
        rows=lambda limit, skip: invoice_queries.invoice_rows(
            request.actor, organisation_id, filters=filters, limit=limit, skip=skip
        ),
    )
    context = {
        "organisation_id": organisation_id,
        "rows": rows,
        "form": form,
        "statuses": [
            *((value, text) for value, (_tone, text) in INVOICE_STATES.items()),
            (CREDIT_NOTES, _("Credit notes")),
        ],
        "is_narrowed": form.is_narrowed(),
    }
    return render(request, "billing/invoices.html", context)


@never_cache
@require_safe
@accounting_page
def invoices_csv(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """The list as it is narrowed, whole."""
    filters = InvoiceFilterForm(request.GET).filters()
    invoice_queries.invoice_total(request.actor, organisation_id, filters=filters)  # refused before anything is sent
    head = [_("Number"), _("Kind"), _("Date"), _("Payable until"), _("State"), _("Your reference"), _("Content"),
            _("Currency"), _("Net"), _("VAT"), _("Total"), _("Open")]  # fmt: skip
    return csv_file("invoices.csv", head=head, rows=_csv_rows(request, organisation_id, filters))


@never_cache
@require_safe
@accounting_page
def invoice(request: ActorRequest, organisation_id: int, invoice_id: int) -> HttpResponse:
    document = invoice_queries.invoice_detail(request.actor, organisation_id, invoice_id=invoice_id)
    lines = paged(
        request,
        total=lambda: len(document.lines),
        rows=lambda limit, skip: list(document.lines[skip : skip + limit]),
        size=LINES,
    )
    context = {"organisation_id": organisation_id, "lines": lines, **settling_context(organisation_id, document)}
    return render(request, "billing/invoice.html", context)


@never_cache
@require_safe
@accounting_page
def invoice_pdf(request: ActorRequest, organisation_id: int, invoice_id: int) -> HttpResponse:
    return pdf_answer(pdf_of_invoice(actor=request.actor, organisation_id=organisation_id, invoice_id=invoice_id))


@require_POST
@accounting_page
def invoice_payment(request: ActorRequest, organisation_id: int, invoice_id: int) -> HttpResponse:
    """Pay from the balance as much as there is; the page then shows what is left."""
    try:
        pay_invoice(
            actor=request.actor,
            organisation_id=organisation_id,
            invoice_id=invoice_id,
            key=request.POST.get("key", "")[:64] or None,
            in_part=True,
        )
    except RuleBroken as refusal:
        messages.error(request, refusal.sentence())
    return HttpResponseRedirect(reverse("billing:invoice", args=[organisation_id, invoice_id]))


def pdf_answer(file: PdfFile) -> HttpResponse:
    """A document to keep: shown by the browser, saved under its number."""
    answer = HttpResponse(file.content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{file.name}"'
    return answer


def _csv_rows(request: ActorRequest, organisation_id: int, filters: InvoiceFilter) -> Iterator[list[str | int]]:
    for skip in range(0, MOST_ROWS, BATCH):
        rows = invoice_queries.invoice_rows(request.actor, organisation_id, filters=filters, limit=BATCH, skip=skip)
        for row in rows:
            sign = -1 if row.signed_gross_minor < 0 else 1
            amounts = (row.net_minor, row.vat_minor, row.gross_minor, row.open_minor)
            yield [
                row.number, _kind_text(row.kind),
                row.issued_on.isoformat(), row.due_on.isoformat() if row.due_on else "",
                word(row.status, of="invoice"), words(row.billing_reference), words(row.summary), row.currency,
                *(plain_amount(sign * minor) for minor in amounts),
            ]  # fmt: skip
        if len(rows) < BATCH:
            return


def _kind_text(kind: str) -> str:
    return _("Credit note") if kind == "credit_note" else _("Invoice")
