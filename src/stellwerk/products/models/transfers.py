from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from stellwerk.products.rules import TransferState, TransferWay


class ProductTransfer(models.Model):
    """An offer of products to another organisation, until it is taken, declined or cancelled (TRF-003…006).

    `organisation` gives, `receiver` is known once it is completed. Unanswered by `expires_at` it has expired, whether
    the clockwork has noted it or not.
    """

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+", db_index=False)
    way = models.CharField(max_length=10, choices=[(each, each) for each in TransferWay])
    state = models.CharField(max_length=10, choices=[(each, each) for each in TransferState])
    # To whom the link was mailed, in which language; "" where the giver hands it over.
    email = models.EmailField(max_length=254, blank=True, default="")
    language = models.CharField(max_length=2, default="en")
    # The link's digest, and the link itself, encrypted: the giver sees it until the transfer is over; empty afterwards.
    digest = models.CharField(max_length=64, unique=True, null=True)
    sealed_link = models.TextField(blank=True, default="")
    terms_version = models.CharField(max_length=20)
    started_by_id = models.BigIntegerField()
    started_by_name = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    receiver = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, related_name="+", null=True, db_index=False
    )
    ended_by_id = models.BigIntegerField(null=True)
    ended_by_name = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(name="transfer_state_is_known", condition=Q(state__in=list(TransferState))),
            models.CheckConstraint(name="transfer_way_is_known", condition=Q(way__in=list(TransferWay))),
            models.CheckConstraint(
                name="transfer_is_open_or_has_ended",
                condition=Q(state=TransferState.STARTED, ended_at=None)
                | (~Q(state=TransferState.STARTED) & ~Q(ended_at=None) & Q(sealed_link="")),
            ),
            models.CheckConstraint(
                name="transfer_has_a_receiver_when_completed",
                condition=Q(state=TransferState.COMPLETED, receiver__isnull=False)
                | (~Q(state=TransferState.COMPLETED) & Q(receiver=None)),
            ),
            models.CheckConstraint(
                name="transfer_leads_elsewhere", condition=Q(receiver=None) | ~Q(receiver=F("organisation"))
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="transfer_organisation"),
            models.Index(fields=["receiver", "-id"], name="transfer_receiver", condition=Q(receiver__isnull=False)),
            # The start page looks for what waits for its reader.
            models.Index(fields=["email"], name="transfer_offered", condition=Q(state=TransferState.STARTED)),
            # The clockwork looks for what has expired.
            models.Index(fields=["expires_at"], name="transfer_open", condition=Q(state=TransferState.STARTED)),
        ]


class TransferredProduct(models.Model):
    """One product of a transfer. `title` is the giver's own name for it, `name` what was ordered: the receiver is told
    that. Both may be empty, where the kind is all there is to say.
    """

    organisation_id = models.BigIntegerField()
    transfer = models.ForeignKey("products.ProductTransfer", models.CASCADE, related_name="items", db_index=False)
    product = models.ForeignKey("products.Product", models.PROTECT, related_name="+", db_index=False)
    kind_code = models.CharField(max_length=50)
    title = models.CharField(max_length=253, blank=True)
    name = models.CharField(max_length=253, blank=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="once_in_a_transfer", fields=["transfer", "product"]),
            models.UniqueConstraint(
                name="one_open_transfer_of_a_product",
                fields=["product"],
                condition=Q(is_open=True),
            ),
        ]
