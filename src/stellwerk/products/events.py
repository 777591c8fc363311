"""What happens to products. `kind` groups the lines of the activity log (ORG-101)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from stellwerk.catalogue.kinds import kinds
from stellwerk.foundation import notify
from stellwerk.foundation.events import DomainEvent
from stellwerk.foundation.months import last_day

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_NAMED = 10


def _day(stored: str) -> str:
    """A stored date as people read it in the active language."""
    return notify.date_in_words(date.fromisoformat(stored), language=get_language() or "en")


def _last_day(stored: str) -> str:
    """The last day of what ends on a stored date."""
    return _day(last_day(date.fromisoformat(stored)).isoformat())


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
        paid = gettext("paid until %(day)s") % {"day": _last_day(self.expires_on)}
        return {**asdict(self), "validity": gettext("free of charge and without an end") if self.is_endless else paid}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductExtended(ProductEvent):
    sentence: ClassVar = _("%(name)s was extended from %(from_on)s to %(until_on)s")
    source: str
    from_on: str
    until_on: str

    def words(self) -> dict[str, Any]:
        return {**asdict(self), "from_on": _day(self.from_on), "until_on": _last_day(self.until_on)}


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


def _rights_in_words(kind_code: str, rights: str, ends_on: str) -> str:
    names = {
        "technical": gettext("technical"),
        "statistic": gettext("figures"),
        "check": gettext("ticket checking"),
        "sale": gettext("sales control"),
        "all": gettext("all rights"),
    }
    kind = kinds().get(kind_code)
    more = {code: str(name) for code, name in kind.right_names.items()} if kind else {}
    words = ", ".join(names.get(each) or more.get(each, each) for each in rights.split(", "))
    return gettext("%(rights)s, until %(day)s") % {"rights": words, "day": _day(ends_on)} if ends_on else words


def _holder_in_words(name: str, team_id: int | None) -> str:
    return gettext("%(name)s (team)") % {"name": name} if team_id else name


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductAccessEvent(ProductEvent):
    """A person's access to one product, or a team's; `person` is the name of either. Abstract."""

    account_id: int | None
    person: str
    team_id: int | None = None
    rights: str = ""
    ends_on: str = ""

    def words(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "person": _holder_in_words(self.person, self.team_id),
            "rights": _rights_in_words(self.kind_code, self.rights, self.ends_on),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessGranted(ProductAccessEvent):
    sentence: ClassVar = _("%(actor)s gave %(person)s access to %(name)s: %(rights)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessWithdrawn(ProductAccessEvent):
    sentence: ClassVar = _("%(actor)s withdrew the access of %(person)s to %(name)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessEnded(ProductAccessEvent):
    """Its last day is over; nobody withdrew it."""

    sentence: ClassVar = _("The access of %(person)s to %(name)s ended as planned: %(rights)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class WideAccessEvent(DomainEvent):
    """Access to all products of a kind, or to everything where `kind_code` is "". Abstract."""

    kind: ClassVar = "product"
    kind_code: str
    account_id: int | None
    person: str
    team_id: int | None = None
    rights: str = ""
    ends_on: str = ""

    def words(self) -> dict[str, Any]:
        kind = kinds().get(self.kind_code)
        of_a_kind = gettext("all products of the kind %(kind)s") % {"kind": kind.name if kind else self.kind_code}
        return {
            **asdict(self),
            "target": of_a_kind if self.kind_code else gettext("everything"),
            "person": _holder_in_words(self.person, self.team_id),
            "rights": _rights_in_words(self.kind_code, self.rights, self.ends_on),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WideAccessGranted(WideAccessEvent):
    sentence: ClassVar = _("%(actor)s gave %(person)s access to %(target)s: %(rights)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class WideAccessWithdrawn(WideAccessEvent):
    sentence: ClassVar = _("%(actor)s withdrew the access of %(person)s to %(target)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class WideAccessEnded(WideAccessEvent):
    sentence: ClassVar = _("The access of %(person)s to %(target)s ended as planned: %(rights)s")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTransferEvent(DomainEvent):
    """News of an offer to move products, in the giver's log. `email`: to whom its link went. Abstract."""

    kind: ClassVar = "product"
    transfer_id: int
    names: tuple[str, ...]
    email: str = ""

    def words(self) -> dict[str, Any]:
        return {**asdict(self), "names": named(self.names)}


def named(names: Sequence[str]) -> str:
    """Names of products in one line; of many the first ones and how many more."""
    shown = ", ".join(names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    if more <= 0:
        return shown
    text = ngettext("%(names)s and %(number)s more", "%(names)s and %(number)s more", more)
    return text % {"names": shown, "number": more}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTransferStarted(ProductTransferEvent):
    sentence: ClassVar = _("%(actor)s started the move of %(names)s to another organisation: %(target)s")
    way: str

    def words(self) -> dict[str, Any]:
        target = gettext("by e-mail to %(email)s") % {"email": self.email} if self.email else gettext("by link")
        return {**ProductTransferEvent.words(self), "target": target}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTransferResent(ProductTransferEvent):
    sentence: ClassVar = _("%(actor)s sent the link for the move of %(names)s again, to %(email)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTransferCancelled(ProductTransferEvent):
    sentence: ClassVar = _("%(actor)s cancelled the move of %(names)s to another organisation")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTransferDeclined(ProductTransferEvent):
    sentence: ClassVar = _("%(actor)s declined to take over %(names)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTransferExpired(ProductTransferEvent):
    sentence: ClassVar = _("The offer to move %(names)s to another organisation expired unanswered")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTransferCompleted(DomainEvent):
    """For messages; both logs have a line per product. `told_names`: what the receiver is told."""

    transfer_id: int
    receiver_id: int
    giver: str
    receiver: str
    email: str
    names: tuple[str, ...]
    told_names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductGivenAway(ProductEvent):
    """In the log of the organisation that the product left."""

    sentence: ClassVar = _("%(name)s was moved to the organisation %(receiver)s; %(actor)s took it over")
    transfer_id: int
    receiver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTakenOver(ProductEvent):
    """In the log of the organisation that the product came to."""

    sentence: ClassVar = _("%(actor)s took over %(name)s from the organisation %(giver)s")
    transfer_id: int
    giver: str
