"""Announced renewals that come to nothing: taken back, paid otherwise, or never paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from stellwerk.billing import policy
from stellwerk.billing.errors import refusal
from stellwerk.billing.models import Invoice, Renewal
from stellwerk.billing.services.credit_invoice import credit_invoice
from stellwerk.billing.services.settle import lock_invoices
from stellwerk.foundation import clock, jobs
from stellwerk.foundation.actor import SYSTEM, Actor
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence


@transaction.atomic
def withdraw_announcement(*, actor: Actor, organisation_id: int, invoice_id: int) -> None:
    """Take back an announced transfer for renewals: its invoice is credited, the products are due as before (BIL-012).

    Refusals in order: not found, no_billing_right, invoice_not_open. A second call is refused so.
    """
    require(policy.can_pay(actor, organisation_id))
    if not Invoice.objects.filter(pk=invoice_id, organisation_id=organisation_id).exists():
        raise NotFound
    invoice = lock_invoices(invoice_ids=[invoice_id])[invoice_id]
    rows = list(Renewal.objects.filter(invoice=invoice, state=Renewal.State.ANNOUNCED).order_by("pk"))
    if invoice.open_minor == 0 or not rows:
        raise refusal("invoice_not_open", number=invoice.number)
    _withdraw(rows, actor)


@transaction.atomic
def withdraw_lines(*, renewals: Sequence[Renewal], actor: Actor = SYSTEM) -> None:
    """The same for products of announced invoices that are paid otherwise. System-only: payments call it."""
    _withdraw(renewals, actor)


@jobs.task("billing.expire_announcement")
@transaction.atomic
def expire_announcement(*, invoice_id: int) -> None:
    """End a transfer that was announced 30 days ago and never came (BIL-012). System-only: found by scanning."""
    invoice = lock_invoices(invoice_ids=[invoice_id])[invoice_id]
    if invoice.open_minor == 0:
        return
    rows = Renewal.objects.filter(invoice=invoice, state=Renewal.State.ANNOUNCED, ends_on__lt=clock.today())
    _withdraw(list(rows.order_by("pk")), SYSTEM)


@transaction.atomic
def plan_announcement_deadlines() -> None:
    """Plan the end of announcements that are over, one job for each invoice. System-only: runs every day."""
    over = Renewal.objects.filter(state=Renewal.State.ANNOUNCED, ends_on__lt=clock.today(), invoice__open_minor__gt=0)
    for invoice_id in over.order_by("invoice_id").values_list("invoice_id", flat=True).distinct():
        jobs.enqueue(expire_announcement, {"invoice_id": invoice_id}, unique_key=f"invoice:{invoice_id}")


def _withdraw(rows: Sequence[Renewal], actor: Actor) -> None:
    """Credit the lines of these renewals, one note for each invoice; what was paid of them becomes prepaid money."""
    for invoice_id in sorted({row.invoice_id for row in rows if row.invoice_id is not None}):
        mine = [row for row in rows if row.invoice_id == invoice_id]
        invoice = Invoice.objects.get(pk=invoice_id)
        ids = [row.product_id for row in mine]
        positions = list(invoice.lines.filter(product_id__in=ids).values_list("position", flat=True))
        with translation.override(invoice.language):
            note = _("The renewal was not carried out.")
        source = f"renewal:{mine[0].pk}:withdrawn"  # a renewal is withdrawn once, so the first one names the note
        credit_invoice(invoice_id=invoice_id, positions=positions, source=source, note=note, actor=actor)
    Renewal.objects.filter(pk__in=[row.pk for row in rows]).update(state=Renewal.State.WITHDRAWN)
