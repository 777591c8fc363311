from __future__ import annotations

from django.db import models


class BankImport(models.Model):
    """One imported bank file. The same content is imported once."""

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    entry_count = models.PositiveIntegerField()
    imported_by_id = models.BigIntegerField(null=True)
    imported_at = models.DateTimeField()


class BankEntry(models.Model):
    """One booked movement of the operator's account (BNK-003), and what it turned out to be."""

    class Outcome(models.TextChoices):
        MATCHED = "matched"
        SURPLUS = "surplus"
        WITHIN_TOLERANCE = "within_tolerance"
        SHORT = "short"
        WRONG_CURRENCY = "wrong_currency"
        ALREADY_PAID = "already_paid"
        TO_PREPAID = "to_prepaid"
        TOP_UP = "top_up"
        SUSPENSE = "suspense"
        REVERSAL = "reversal"
        RETURNED = "returned"

    bank_import = models.ForeignKey("billing.BankImport", models.PROTECT, related_name="entries")
    account_iban = models.CharField(max_length=34)
    # What makes a movement, and the entry it stands in, one and the same in every file that tells of it (BNK-004).
    movement_key = models.CharField(max_length=250, unique=True)
    entry_key = models.CharField(max_length=250)
    servicer_reference = models.CharField(max_length=100, blank=True)
    is_reversal = models.BooleanField(default=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    booked_on = models.DateField()
    value_on = models.DateField(null=True)
    end_to_end_id = models.CharField(max_length=100, blank=True)
    debtor_name = models.CharField(max_length=500, blank=True)
    debtor_iban = models.CharField(max_length=42, blank=True)
    reference = models.CharField(max_length=140, blank=True)
    text = models.TextField(blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    # The open document a person should confirm (BNK-005 step 4); money waits in the suspense account meanwhile.
    proposed_invoice = models.ForeignKey("billing.Invoice", models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")
    # Empty while the money waits for somebody's decision.
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="bank_entry_amount_positive", condition=models.Q(amount_minor__gt=0)),
        ]
        indexes = [
            models.Index(fields=["entry_key"], name="bank_entry_key"),
            models.Index(fields=["debtor_iban", "organisation"], name="bank_entry_debtor"),
            models.Index(
                fields=["booked_on"], name="bank_entry_waiting",
                condition=models.Q(resolved_at=None),
            ),
        ]  # fmt: skip
