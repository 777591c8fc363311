from __future__ import annotations

from django.db import models
from django.db.models import Q


class Withdrawal(models.Model):
    """Prepaid money on its way to the organisation's bank account (PRE-011…013).

    The ledger has taken it from the prepaid account in the moment of the request. `number` is also the end-to-end id
    of the payment. The IBAN is sealed; `account_text` is its shortened form for lists, mails and the activity log.
    """

    class State(models.TextChoices):
        REQUESTED = "requested"
        SENT = "sent"
        DONE = "done"
        RETURNED = "returned"
        CANCELLED = "cancelled"

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, unique=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    holder = models.CharField(max_length=70)
    # Street, building_number, postal_code, town, country, as at the request: the payment file stays the same.
    # Without one the holder is somebody else, or a bank could not carry it.
    holder_address = models.JSONField(null=True)
    sealed_iban = models.TextField()
    account_text = models.CharField(max_length=20)
    # Whether the holder is neither the organisation nor a legal representative: the operator looks first (PRE-012).
    needs_check = models.BooleanField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    requested_by_id = models.BigIntegerField(null=True)
    requested_at = models.DateTimeField()
    # The payment file it went out with, and the operator's account that paid.
    file_id = models.CharField(max_length=35, blank=True)
    paid_from = models.CharField(max_length=34, blank=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    return_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="withdrawal_from_one_on", condition=Q(amount_minor__gte=100)),
            models.CheckConstraint(name="withdrawal_currency_is_sold", condition=Q(currency__in=["CHF", "EUR"])),
            models.CheckConstraint(
                name="withdrawal_state_has_its_times",
                condition=Q(state="requested", sent_at=None, ended_at=None)
                | Q(state="sent", sent_at__isnull=False, ended_at=None)
                | Q(state="done", sent_at__isnull=False, ended_at__isnull=False)
                | Q(state__in=["returned", "cancelled"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="withdrawal_sent_names_its_file",
                condition=Q(sent_at=None, file_id="", paid_from="")
                | (Q(sent_at__isnull=False) & ~Q(file_id="") & ~Q(paid_from="")),
            ),
            models.CheckConstraint(
                name="withdrawal_returned_says_why",
                condition=(Q(state="returned") & ~Q(return_reason="")) | (~Q(state="returned") & Q(return_reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="withdrawal_organisation"),
            models.Index(fields=["id"], name="withdrawal_under_way", condition=Q(ended_at=None)),
            models.Index(fields=["file_id"], name="withdrawal_file", condition=~Q(file_id="")),
        ]
