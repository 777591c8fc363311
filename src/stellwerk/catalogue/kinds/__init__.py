"""Product kinds: the contract, the built-in ones, and which are installed. One file each; nobody else knows a code."""

from stellwerk.catalogue.kinds.base import (
    BrokenKind,
    Fact,
    OfferDefault,
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
from stellwerk.catalogue.kinds.installed import broken_kinds, kind, kinds
from stellwerk.catalogue.rules.domain_names import ascii_name

__all__ = [
    "BrokenKind",
    "Fact",
    "OfferDefault",
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
    "kinds",
]
