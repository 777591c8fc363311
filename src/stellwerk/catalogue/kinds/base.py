"""The contract between the house and everything it sells. A kind is one class in one file.

A kind knows nothing of organisations, orders or money: it is told facts and answers with facts. Its texts are
catalogue data in five languages, because kinds come from separately installed packages too.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import get_language

from stellwerk.catalogue.errors import domain_name_invalid
from stellwerk.catalogue.rules.domain_names import DomainNameRefused, domain_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class Texts:
    """One text in the five languages of the house (GEN-014)."""

    en: str
    de: str
    fr: str
    it: str
    es: str

    def __str__(self) -> str:
        """The text in the active language."""
        language = (get_language() or "en")[:2]
        return str(getattr(self, language, self.en))

    def as_data(self) -> dict[str, str]:
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Texts:
        """Stored texts; a language that a row lacks falls back to English."""
        return cls(**{each.name: data.get(each.name) or data.get("en", "") for each in fields(cls)})


class Universe(StrEnum):
    """The groups of the shop and of the Manager's start page (CAT-001), in the order shown."""

    COLLABORATION = "collaboration"
    WEB = "web"
    CLOUD = "cloud"
    EVENTS = "events"
    STREAMING = "streaming"
    SUPPORT = "support"


UNIVERSE_NAMES: dict[Universe, Texts] = {
    Universe.COLLABORATION: Texts(
        en="Collaboration", de="Zusammenarbeit", fr="Collaboration", it="Collaborazione", es="Colaboración"
    ),
    Universe.WEB: Texts(
        en="Web and domains", de="Web und Domains", fr="Web et domaines", it="Web e domini", es="Web y dominios"
    ),
    Universe.CLOUD: Texts(en="Cloud", de="Cloud", fr="Cloud", it="Cloud", es="Nube"),
    Universe.EVENTS: Texts(
        en="Events and marketing",
        de="Veranstaltungen und Marketing",
        fr="Événements et marketing",
        it="Eventi e marketing",
        es="Eventos y marketing",
    ),
    Universe.STREAMING: Texts(en="Streaming", de="Streaming", fr="Streaming", it="Streaming", es="Streaming"),
    Universe.SUPPORT: Texts(en="Support", de="Support", fr="Assistance", it="Assistenza", es="Asistencia"),
}


class Unit(StrEnum):
    """What the quantity of an offer counts."""

    PIECE = "piece"
    USER = "user"
    ADDRESS = "address"


class TaxClass(StrEnum):
    """How VAT sees the sale. All built-in kinds are electronically supplied services (TAX part of the spec)."""

    ELECTRONIC_SERVICE = "electronic_service"
    SERVICE = "service"
    GOODS = "goods"


class Target(StrEnum):
    """Whether the buyer names what the product is for."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """Where an offer is had that costs nothing and is not ordered: names of addresses, for visitors and for members.

    `needs_text_messages` hides it where the instance sends none (Q23).
    """

    for_visitors: str
    for_members: str
    needs_text_messages: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDefault:
    """A sellable variant as a fresh instance starts with it; afterwards the rows of the catalogue count.

    `prices` maps months to the net price of `quantity_step` units, in minor units; the same figures are loaded
    for CHF and EUR (TT-1). The first `free_quantity` units cost nothing. `rank` orders the offers of a kind:
    a change goes upwards only (OFR-023). `maximum_quantity` None means no limit. Without prices nobody can order it:
    it is had at its `own_page`.
    """

    code: str
    name: Texts
    summary: Texts
    prices: Mapping[int, int]
    unit: Unit = Unit.PIECE
    minimum_quantity: int = 1
    maximum_quantity: int | None = 1
    quantity_step: int = 1
    free_quantity: int = 0
    rank: int = 1
    own_page: OwnPage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFacts:
    """What a hook is told about the product it shall act on."""

    product_id: int
    organisation_id: int
    offer_code: str
    name: str
    quantity: int
    started_on: date
    expires_on: date


class Provisioned(StrEnum):
    """The answer of `provision`: ready, or going on outside until the product is reported ready."""

    READY = "ready"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the technical data on the product page."""

    label: Texts
    value: str


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of what was bought is in use. `limit` None means no limit."""

    label: Texts
    used: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A stable code and a sentence."""

    code: str
    text: Texts


ALREADY_OWNED = Refusal(
    "already_owned",
    Texts(
        en="The organisation already has this product.",
        de="Die Organisation hat dieses Produkt bereits.",
        fr="L’organisation possède déjà ce produit.",
        it="L’organizzazione possiede già questo prodotto.",
        es="La organización ya tiene este producto.",
    ),
)
NAME_TAKEN = Refusal(
    "name_taken",
    Texts(
        en="This name is already in use.",
        de="Dieser Name ist bereits vergeben.",
        fr="Ce nom est déjà utilisé.",
        it="Questo nome è già in uso.",
        es="Este nombre ya está en uso.",
    ),
)

NOT_TRANSFERABLE = Refusal(
    "product_not_transferable",
    Texts(
        en="Products of this kind stay with their organisation.",
        de="Produkte dieser Art bleiben bei ihrer Organisation.",
        fr="Les produits de ce type restent dans leur organisation.",
        it="I prodotti di questo tipo restano alla loro organizzazione.",
        es="Los productos de este tipo se quedan en su organización.",
    ),
)


class ProductKind:
    """One kind of product. Subclasses set the attributes without a value here and override hooks as needed.

    Hooks run inside the transaction of the service that calls them and may be called again with the same facts
    (a killed worker, a repeated request): they must bear the second call without a second effect.
    """

    code: ClassVar[str]
    universe: ClassVar[Universe]
    name: ClassVar[Texts]  # plural where a list of them is headed, e.g. "Domains"
    icon: ClassVar[str]
    offers: ClassVar[tuple[OfferDefault, ...]]

    # Refusals of uniqueness; None means that an organisation may own many, that a name may be used often.
    unique_per_organisation: ClassVar[Refusal | None] = None
    unique_name: ClassVar[Refusal | None] = None

    target: ClassVar[Target] = Target.NONE
    target_label: ClassVar[Texts | None] = None
    target_hint: ClassVar[Texts | None] = None

    horizon_months: ClassVar[int] = 60  # time paid in advance, at most (BIL-023)
    tax_class: ClassVar[TaxClass] = TaxClass.ELECTRONIC_SERVICE
    rights: ClassVar[tuple[str, ...]] = ("technical", "statistic")  # what may be granted on it (ORG-047)
    # The names of rights that this kind adds; technical, statistic, check and sale have theirs.
    right_names: ClassVar[Mapping[str, Texts]] = MappingProxyType({})
    # Whether its products can be moved to another organisation, and what is said where they cannot (TRF-002).
    is_transferable: ClassVar[bool] = True
    transfer_refusal: ClassVar[Refusal] = NOT_TRANSFERABLE

    def checked_target(self, raw_target: str) -> str:
        """The target in its one canonical spelling, "" for none. Raises Invalid for the field `target`.

        The default takes a domain name of any ending.
        """
        raw_target = raw_target.strip()
        if self.target is Target.NONE or (not raw_target and self.target is Target.OPTIONAL):
            return ""
        try:
            return domain_name(raw_target)
        except DomainNameRefused as refused:
            raise domain_name_invalid(refused.rule, refused.values) from refused

    def combined_rights(self, *, direct: frozenset[str], from_teams: frozenset[str]) -> frozenset[str]:
        """What somebody may do who holds rights directly and through teams: both together (ORG-049).

        A kind where a direct grant overrides the team's, or where levels add up, says so here. Whoever holds anything
        must be left with something, because the product stays in their list.
        """
        return direct | from_teams

    def provision(self, facts: ProductFacts) -> Provisioned:  # noqa: ARG002  the contract's parameter
        """Set the product up. Raises ProvisioningRefused when it can never succeed."""
        return Provisioned.READY

    def change(self, facts: ProductFacts) -> None:
        """The offer or the quantity changed; `facts` are the new ones."""

    def suspend(self, facts: ProductFacts) -> None:
        """Stop the service, keep the data (REN-052)."""

    def resume(self, facts: ProductFacts) -> None:
        """Run the service again, as it was."""

    def move(self, facts: ProductFacts) -> None:
        """The product belongs to another organisation from now on; `facts` name the new one (TRF-001).

        Those who had access have none any more, and the service runs on without an interruption.
        """

    def terminate(self, facts: ProductFacts) -> None:
        """End the service; data go as CAN-020 says."""

    def describe(self, facts: ProductFacts) -> tuple[Fact, ...]:  # noqa: ARG002  the contract's parameter
        """Technical data for the product page."""
        return ()

    def usage(self, facts: ProductFacts) -> tuple[Usage, ...]:  # noqa: ARG002  the contract's parameter
        """What is used of what was bought."""
        return ()


@dataclass(frozen=True, slots=True)
class BrokenKind:
    """An installed kind that could not be loaded: reported, never fatal."""

    entry_point: str
    reason: str
