"""What happens to products. `kind` groups the lines of the activity log (ORG-101)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import notify
from stellwerk.foundation.events import DomainEvent


def _day(stored: str) -> str:
    """A stored date as people read it in the active language."""
    return notify.date_in_words(date.fromisoformat(stored), language=get_language() or "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductEvent(DomainEvent):
    """`name` is what people call the product at that moment. Abstract: only its children are published."""

    kind: ClassVar = "product"
    product_id: int
    kind_code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductActivated(ProductEvent):
    """`source` is what made the product, e.g. the order line."""

    sentence: ClassVar = _("%(name)s was activated, %(validity)s")
    source: str
    offer_code: str
    expires_on: str
    is_endless: bool = False

    def words(self) -> dict[str, Any]:
        paid = gettext("paid until %(day)s") % {"day": _day(self.expires_on)}
        return {**asdict(self), "validity": gettext("free of charge and without an end") if self.is_endless else paid}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductExtended(ProductEvent):
    sentence: ClassVar = _("%(name)s was extended from %(from_on)s to %(until_on)s")
    source: str
    from_on: str
    until_on: str

    def words(self) -> dict[str, Any]:
        return {**asdict(self), "from_on": _day(self.from_on), "until_on": _day(self.until_on)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSuspended(ProductEvent):
    sentence: ClassVar = _("%(actor)s suspended %(name)s")
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductResumed(ProductEvent):
    sentence: ClassVar = _("%(actor)s reactivated %(name)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTerminated(ProductEvent):
    sentence: ClassVar = _("%(actor)s terminated %(name)s because it was not paid")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCancelled(ProductEvent):
    sentence: ClassVar = _("%(actor)s cancelled %(name)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisioningFailed(ProductEvent):
    """An activation that had been pending outside ended in a refusal; its buyer gets the money back (ORD-023)."""

    sentence: ClassVar = _("%(name)s could not be set up: %(reason)s")
    source: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRenamed(ProductEvent):
    sentence: ClassVar = _("%(actor)s renamed %(former_name)s to %(name)s")
    former_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChanged(ProductEvent):
    """Offer or quantity, after payment."""

    sentence: ClassVar = _("%(name)s was changed from %(former_quantity)s to %(quantity)s, offer %(offer_code)s")
    source: str
    offer_code: str
    former_offer_code: str
    quantity: int
    former_quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalModeChanged(ProductEvent):
    sentence: ClassVar = _("%(actor)s changed the renewal of %(name)s: %(mode)s")
    mode: str

    def words(self) -> dict[str, Any]:
        modes = {"automatic": gettext("automatic"), "manual": gettext("manual")}
        return {**asdict(self), "mode": modes.get(self.mode, self.mode)}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessGranted(ProductEvent):
    sentence: ClassVar = _("%(actor)s gave %(person)s access to %(name)s: %(rights)s")
    account_id: int
    person: str
    rights: str

    def words(self) -> dict[str, Any]:
        names = {
            "technical": gettext("technical"),
            "statistic": gettext("figures"),
            "check": gettext("ticket checking"),
            "sale": gettext("sales control"),
        }
        held = (names.get(each, each) for each in self.rights.split(", "))
        return {**asdict(self), "rights": ", ".join(held)}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessWithdrawn(ProductEvent):
    sentence: ClassVar = _("%(actor)s withdrew the access of %(person)s to %(name)s")
    account_id: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TagCreated(DomainEvent):
    sentence: ClassVar = _("%(actor)s created the tag “%(tag)s”")
    kind: ClassVar = "product"
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TagChanged(DomainEvent):
    sentence: ClassVar = _("%(actor)s changed the tag “%(former_tag)s” to “%(tag)s”")
    kind: ClassVar = "product"
    tag: str
    former_tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TagDeleted(DomainEvent):
    sentence: ClassVar = _("%(actor)s deleted the tag “%(tag)s”")
    kind: ClassVar = "product"
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTagged(ProductEvent):
    sentence: ClassVar = _("%(actor)s tagged %(name)s: %(tags)s")
    tags: str
