"""The paper of issued documents: rendered once, kept with its digest, made on demand when it is not there yet."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from django.db import IntegrityError, transaction

from stellwerk.billing import policy
from stellwerk.billing.models import Invoice, StoredDocument
from stellwerk.billing.queries.document_links import invoice_of_link
from stellwerk.billing.queries.printed import document_of
from stellwerk.foundation import clock, files, jobs
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A document as it is handed out."""

    name: str
    content: bytes


@jobs.task("billing.render_document")
@transaction.atomic
def render_document(*, invoice_id: int) -> None:
    """Render and keep one document; a second run does nothing. System-only: a job after the issue.

    A full disk fails the job, which tries again later: nothing but paper is late.
    """
    if not StoredDocument.objects.filter(invoice_id=invoice_id).exists():
        _keep(_invoice(invoice_id))


@transaction.atomic
def pdf_of_invoice(*, actor: Actor, organisation_id: int, invoice_id: int) -> PdfFile:
    """The PDF of a document, for those who may see it (INV-005, INV-007)."""
    require(policy.can_see_invoices(actor, organisation_id))
    if not Invoice.objects.filter(pk=invoice_id, organisation_id=organisation_id).exists():
        raise NotFound
    return _pdf(invoice_id)


@transaction.atomic
def pdf_of_link(*, token: str) -> PdfFile:
    """The PDF behind a signed link, without sign-in. System-only: whoever holds the link was allowed to.

    Raises LinkExpired ten minutes after it was made, NotFound for a forged one.
    """
    return _pdf(invoice_of_link(token))


def _pdf(invoice_id: int) -> PdfFile:
    invoice = _invoice(invoice_id)
    stored = StoredDocument.objects.filter(invoice_id=invoice_id).first()
    if stored is not None:
        with suppress(FileNotFoundError):
            return PdfFile(f"{invoice.number}.pdf", files.read(stored.file_name, sha256=stored.sha256))
    return PdfFile(f"{invoice.number}.pdf", _rendered(invoice) if stored else _keep(invoice, may_fail=True))


def _keep(invoice: Invoice, *, may_fail: bool = False) -> bytes:
    content = _rendered(invoice)
    try:
        stored = files.store(f"invoices/{invoice.year}/{invoice.number}.pdf", content)
    except OSError:
        if not may_fail:
            raise
        # The person gets the document now; the job goes on trying to keep it.
        log.exception("document_not_kept", invoice=invoice.pk)
        return content
    # A rival kept the same bytes a moment ago: its row counts, the second file is harmless.
    with suppress(IntegrityError), transaction.atomic():
        StoredDocument.objects.create(
            invoice=invoice,
            file_name=stored.name,
            sha256=stored.sha256,
            size_bytes=stored.size_bytes,
            rendered_at=clock.now(),
        )
    return content


def _rendered(invoice: Invoice) -> bytes:
    """The same bytes whenever it is made, because nothing but frozen rows goes in."""
    # Loaded with the first document: PDF, QR and XML libraries take longer to load than all the rest of a process.
    from stellwerk.billing.documents.pdf import document_pdf

    lines = list(invoice.lines.order_by("position"))
    groups = list(invoice.vat_groups.order_by("category", "rate_bp"))
    return document_pdf(document_of(invoice, lines=lines, groups=groups), rendered_at=invoice.created_at)


def _invoice(invoice_id: int) -> Invoice:
    return Invoice.objects.select_related("corrects").get(pk=invoice_id)
