from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class LedgerAccount(models.Model):
    """Where money stands. One row for each kind, holder, currency and detail; written once.

    `organisation` is empty for the operator's own accounts. `detail` tells accounts of a kind apart: the IBAN of a
    bank account, the tax key of a revenue (`vat:CH`, `oss:DE`). `balance_minor` is kept for prepaid accounts only,
    by a trigger on transfers, so that the database itself refuses a balance below zero (PRE-018); for all others
    a balance is the sum of transfers.
    """

    kind = models.CharField(max_length=20)  # rules.bookings.AccountKind
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")
    currency = models.CharField(max_length=3)
    detail = models.CharField(max_length=40, blank=True)
    balance_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_ledger_account_of_an_organisation",
                fields=["organisation", "kind", "currency", "detail"],
                condition=Q(organisation__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_ledger_account_of_the_operator",
                fields=["kind", "currency", "detail"],
                condition=Q(organisation__isnull=True),
            ),
            models.CheckConstraint(name="ledger_currency_is_sold", condition=Q(currency__in=["CHF", "EUR"])),
            models.CheckConstraint(name="prepaid_never_negative", condition=Q(balance_minor__gte=0)),
            models.CheckConstraint(
                name="customers_hold_prepaid_and_receivable",
                condition=Q(kind__in=["prepaid", "receivable"], organisation__isnull=False)
                | (~Q(kind__in=["prepaid", "receivable"]) & Q(organisation__isnull=True)),
            ),
        ]


class Posting(models.Model):
    """One business fact in the ledger. `reason` and `source` make it unique: posting it again is a no-op.

    `transfer_count` is fixed when the fact is written; a trigger refuses any transfer beyond it, so that nobody can
    add to a posting later.
    """

    reason = models.CharField(max_length=30)
    source = models.CharField(max_length=60)
    booked_on = models.DateField()
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")
    currency = models.CharField(max_length=3)
    transfer_count = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_posting_per_reason_and_source", fields=["reason", "source"]),
            models.CheckConstraint(name="posting_moves_something", condition=Q(transfer_count__gt=0)),
        ]
        indexes = [models.Index(fields=["organisation", "booked_on"], name="posting_organisation")]


class Transfer(models.Model):
    """One debit and one credit of the same amount: an unbalanced ledger cannot be written.

    Triggers refuse accounts of another currency or another organisation than the posting's (GEN-006, PRE-022).
    """

    posting = models.ForeignKey("billing.Posting", models.PROTECT, related_name="transfers")
    debit = models.ForeignKey("billing.LedgerAccount", models.PROTECT, related_name="debits")
    credit = models.ForeignKey("billing.LedgerAccount", models.PROTECT, related_name="credits")
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="transfer_amount_positive", condition=Q(amount_minor__gt=0)),
            models.CheckConstraint(name="transfer_two_accounts", condition=~Q(debit=F("credit"))),
        ]
