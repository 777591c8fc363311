from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class TopUp(models.Model):
    """An announced deposit on the prepaid account, credited when the bank confirms it (PRE-003…007)."""

    class State(models.TextChoices):
        ANNOUNCED = "announced"
        CREDITED = "credited"
        WITHDRAWN = "withdrawn"

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, unique=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    iban = models.CharField(max_length=34)
    reference = models.CharField(max_length=27, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ANNOUNCED)
    requested_by_id = models.BigIntegerField(null=True)
    requested_at = models.DateTimeField()
    credited_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # EX-18: 0.10 to 9999.00, the same figures in both currencies.
            models.CheckConstraint(
                name="top_up_within_limits", condition=Q(amount_minor__gte=10, amount_minor__lte=999_900)
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-id"], name="top_up_organisation")]


class Payment(models.Model):
    """Money that came, and where every minor unit of it went. Written once; a mistake is undone by a reversing row.

    `amount_minor` = to the invoice + to the prepaid account. `difference_minor` is what the invoice lacked within
    the tolerance and was written off (BNK-008).
    """

    class Means(models.TextChoices):
        PREPAID = "prepaid"
        BANK_TRANSFER = "bank_transfer"

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    means = models.CharField(max_length=20, choices=Means.choices)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    to_invoice_minor = models.BigIntegerField(default=0)
    to_prepaid_minor = models.BigIntegerField(default=0)
    difference_minor = models.BigIntegerField(default=0)
    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, null=True, related_name="payments")
    top_up = models.ForeignKey("billing.TopUp", models.PROTECT, null=True, related_name="payments")
    bank_entry = models.ForeignKey("billing.BankEntry", models.PROTECT, null=True, related_name="payments")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    paid_on = models.DateField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payment_goes_somewhere",
                condition=Q(amount_minor__gt=0, to_invoice_minor__gte=0, to_prepaid_minor__gte=0)
                & Q(amount_minor=F("to_invoice_minor") + F("to_prepaid_minor")),
            ),
            models.CheckConstraint(
                name="payment_to_an_invoice_names_it",
                condition=Q(to_invoice_minor=0, difference_minor=0) | Q(invoice__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-id"], name="payment_organisation")]
