"""Product kinds: the contract, the built-in ones, and which are installed. One file each; nobody else knows a code."""

from stellwerk.catalogue.kinds.base import (
    UNIVERSE_NAMES,
    BrokenKind,
    Fact,
    OfferDefault,
    OwnPage,
    ProductFacts,
    ProductKind,
    Provisioned,
    Refusal,
    Target,
    TaxClass,
    Texts,
    Unit,
    Universe,
    Usage,
)
from stellwerk.catalogue.kinds.installed import broken_kinds, kind, kind_name, kinds
from stellwerk.catalogue.kinds.periods import period_text
from stellwerk.catalogue.rules.domain_names import ascii_name

__all__ = [
    "UNIVERSE_NAMES",
    "BrokenKind",
    "Fact",
    "OfferDefault",
    "OwnPage",
    "ProductFacts",
    "ProductKind",
    "Provisioned",
    "Refusal",
    "Target",
    "TaxClass",
    "Texts",
    "Unit",
    "Universe",
    "Usage",
    "ascii_name",
    "broken_kinds",
    "kind",
    "kind_name",
    "kinds",
    "period_text",
]
