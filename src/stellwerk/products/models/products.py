from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q

from stellwerk.catalogue.kinds import ProductFacts, kind_name, kinds
from stellwerk.foundation.errors import NotFound
from stellwerk.products.rules import FINAL, LIVE, State

if TYPE_CHECKING:
    from stellwerk.catalogue.kinds import ProductKind


class ProductRows(models.Manager["Product"]):
    def locked(self, product_id: int, **conditions: Any) -> Product:
        """The product, until the transaction ends nobody else's. Raises NotFound."""
        product = self.select_for_update().filter(pk=product_id, **conditions).first()
        if product is None:
            raise NotFound
        return product


class Product(models.Model):
    """One running subscription or object, owned by exactly one organisation (GEN-001).

    The period is half-open: `expires_on` is the first day no longer paid for. While the state is provisioning, both
    dates are provisional; they are set again when the product becomes ready (ORD-024).
    """

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+", db_index=False)
    kind_code = models.CharField(max_length=50)
    offer_code = models.CharField(max_length=50)
    # What the buyer named: a domain, a site. "" where the kind needs no name.
    name = models.CharField(max_length=253, blank=True)
    # What the organisation calls it among its own.
    internal_name = models.CharField(max_length=100, blank=True)
    quantity = models.PositiveIntegerField()
    period_months = models.PositiveIntegerField()
    started_on = models.DateField()
    # The day it came from another organisation; empty where it began in this one (OWN-004).
    taken_over_on = models.DateField(null=True)
    expires_on = models.DateField()
    # The day of the month that every period returns to after a short month (ORD-024).
    anchor_day = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=[(state, state) for state in State])
    renews_automatically = models.BooleanField(default=False)
    # What made it, e.g. an order line: a repetition of the same activation finds this row.
    source = models.CharField(max_length=100, unique=True)
    # Copied from the kind, so that the indexes below need no product code.
    is_unique_per_organisation = models.BooleanField(default=False)
    has_unique_name = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    suspended_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    objects = ProductRows()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_live_product_of_a_unique_kind",
                fields=["organisation", "kind_code"],
                condition=Q(is_unique_per_organisation=True, state__in=list(LIVE)),
                violation_error_code="already_owned",
            ),
            models.UniqueConstraint(
                name="one_live_product_of_a_unique_name",
                fields=["kind_code", "name"],
                condition=Q(has_unique_name=True, state__in=list(LIVE)),
                violation_error_code="name_taken",
            ),
            models.CheckConstraint(name="product_expires_after_start", condition=Q(expires_on__gt=F("started_on"))),
            models.CheckConstraint(name="product_quantity_is_positive", condition=Q(quantity__gte=1)),
            models.CheckConstraint(name="product_period_is_positive", condition=Q(period_months__gte=1)),
            models.CheckConstraint(
                name="product_anchor_is_a_day", condition=Q(anchor_day__gte=1) & Q(anchor_day__lte=31)
            ),
            models.CheckConstraint(name="product_state_is_known", condition=Q(state__in=list(State))),
            models.CheckConstraint(
                name="product_suspended_since_a_day",
                condition=(Q(state=State.SUSPENDED) & ~Q(suspended_on=None))
                | (~Q(state=State.SUSPENDED) & Q(suspended_on=None)),
            ),
            models.CheckConstraint(
                name="product_ended_on_a_day",
                condition=(Q(state__in=list(FINAL)) & ~Q(ended_on=None))
                | (~Q(state__in=list(FINAL)) & Q(ended_on=None)),
            ),
            models.CheckConstraint(name="product_source_is_named", condition=~Q(source="")),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "kind_code", "name"], name="product_organisation"),
            models.Index(fields=["organisation", "expires_on", "id"], name="product_expiry"),
            # The renewal run scans by this and nothing else.
            models.Index(
                fields=["expires_on", "organisation", "id"], name="product_due", condition=Q(state__in=list(LIVE))
            ),
        ]

    @property
    def title(self) -> str:
        """What people call it, for sentences of the activity log."""
        return self.internal_name or self.name or kind_name(self.kind_code)

    @property
    def kind(self) -> ProductKind | None:
        """None when the kind's package is gone: its products can still be suspended, ended and paid."""
        return kinds().get(self.kind_code)

    @property
    def facts(self) -> ProductFacts:
        """What the hooks of its kind are told."""
        return ProductFacts(
            product_id=self.pk,
            organisation_id=self.organisation_id,
            offer_code=self.offer_code,
            name=self.name,
            quantity=self.quantity,
            started_on=self.started_on,
            expires_on=self.expires_on,
        )

    @property
    def identity(self) -> dict[str, Any]:
        """The fields that every product event begins with."""
        return {
            "organisation_id": self.organisation_id,
            "product_id": self.pk,
            "kind_code": self.kind_code,
            "name": self.title,
        }


class ProductExtension(models.Model):
    """Paid time added to a product: written once, one row per product and period (BIL-013)."""

    organisation_id = models.BigIntegerField()
    product = models.ForeignKey("products.Product", models.PROTECT, related_name="extensions", db_index=False)
    source = models.CharField(max_length=100, unique=True)
    from_on = models.DateField()
    until_on = models.DateField()
    period_months = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_extension_per_period", fields=["product", "from_on"], violation_error_code="already_extended"
            ),
            models.CheckConstraint(name="extension_adds_time", condition=Q(until_on__gt=F("from_on"))),
            models.CheckConstraint(name="extension_source_is_named", condition=~Q(source="")),
        ]
