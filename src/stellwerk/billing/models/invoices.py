from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class NumberSeries(models.Model):
    """The last number of a series. The issuing transaction locks this row: no gap, no double (INV-008).

    `last_issued_on` only grows, so that a clock set back cannot date a document before its predecessor.
    """

    name = models.CharField(max_length=20, primary_key=True)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField()
    last_issued_on = models.DateField()


class Invoice(models.Model):
    """An issued invoice or credit note (INV-001). Only `open_minor` may ever change; the database sees to it (INV-009).

    `seller`, `buyer` and `texts` are frozen as printed. Credit notes state positive amounts. `settled_minor` is, on
    a credit note, how much of the corrected invoice's open amount it closed; the rest went to the prepaid account.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice"
        CREDIT_NOTE = "credit_note"

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    year = models.PositiveSmallIntegerField()
    sequence_number = models.PositiveIntegerField()
    number = models.CharField(max_length=20, unique=True)
    issued_on = models.DateField()
    due_on = models.DateField(null=True)
    language = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField()
    vat_minor = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    open_minor = models.BigIntegerField()
    settled_minor = models.BigIntegerField(default=0)
    iban = models.CharField(max_length=34, blank=True)
    reference = models.CharField(max_length=27, blank=True)
    seller = models.JSONField()
    buyer = models.JSONField()
    texts = models.JSONField()
    order = models.ForeignKey("billing.Order", models.PROTECT, null=True, related_name="invoices")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="credit_notes")
    source = models.CharField(max_length=60, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_document_per_number", fields=["kind", "year", "sequence_number"]),
            models.CheckConstraint(
                name="invoice_gross_is_net_and_vat", condition=Q(gross_minor=F("net_minor") + F("vat_minor"))
            ),
            models.CheckConstraint(
                name="invoice_open_within_gross",
                condition=Q(open_minor__gte=0, open_minor__lte=F("gross_minor"), settled_minor__lte=F("gross_minor")),
            ),
            models.CheckConstraint(
                name="credit_notes_correct_an_invoice",
                condition=Q(kind="invoice", corrects__isnull=True)
                | Q(kind="credit_note", corrects__isnull=False, open_minor=0),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="invoice_organisation"),
            models.Index(fields=["organisation", "due_on"], name="invoice_open", condition=Q(open_minor__gt=0)),
            models.Index(fields=["reference"], name="invoice_reference"),
        ]


class InvoiceLine(models.Model):
    """One position as printed (INV-017). The period is half-open; empty where it begins with the activation."""

    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product_name = models.CharField(max_length=150)
    object_name = models.CharField(max_length=253, blank=True)
    offer_text = models.CharField(max_length=150, blank=True)
    quantity = models.PositiveIntegerField()
    unit_price_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    net_minor = models.BigIntegerField()
    category = models.CharField(max_length=2)
    rate_bp = models.PositiveIntegerField()
    period_from = models.DateField(null=True)
    period_to = models.DateField(null=True)
    product_id = models.BigIntegerField(null=True)
    order_line = models.ForeignKey("billing.OrderLine", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_invoice_line_per_position", fields=["invoice", "position"]),
            models.CheckConstraint(
                name="invoice_line_net_is_price_times_quantity",
                condition=Q(net_minor=F("quantity") * F("unit_price_minor") - F("discount_minor")),
            ),
        ]


class InvoiceVat(models.Model):
    """The tax of one category and rate on one document (GEN-008), with the key it is booked under (TAX-017)."""

    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, related_name="vat_groups")
    category = models.CharField(max_length=2)
    rate_bp = models.PositiveIntegerField()
    net_minor = models.BigIntegerField()
    vat_minor = models.BigIntegerField()
    ledger_key = models.CharField(max_length=40)
    exemption_code = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_vat_group_per_rate", fields=["invoice", "category", "rate_bp"])
        ]


class StoredDocument(models.Model):
    """The PDF of an issued document, rendered once and kept unaltered: its digest is written beside it (INV-011)."""

    invoice = models.OneToOneField("billing.Invoice", models.PROTECT, related_name="stored_document")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    rendered_at = models.DateTimeField()
