"""What help articles are made of and which page each explains."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look: plain, strong, or leading somewhere."""

    text: str
    url: str = ""
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph ("text", one item), numbered steps ("steps") or a list ("dots")."""

    kind: str
    items: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One help page in one language."""

    topic: str
    title: str
    lead: str
    blocks: tuple[Block, ...]
    words: str  # title and text, folded, for the search


# The order in which they are listed; the groups have their names in `queries`.
GROUPS: dict[str, tuple[str, ...]] = {
    "signing-in": ("cannot-sign-in", "second-factor", "profile"),
    "together": ("organisations", "missing-product", "people-and-rights", "teams"),
    "products": ("products", "ordering", "paying", "renewals", "transfers"),
    "more": ("finding-your-way", "programs", "stored-data"),
}
TOPICS: tuple[str, ...] = tuple(topic for topics in GROUPS.values() for topic in topics)

# The page that explains a page of ours: by the name of its address, else by the room it belongs to (UI-011).
_OF_PAGES = {
    "account_login": "cannot-sign-in",
    "account_signup": "organisations",
    "account_reset_password": "cannot-sign-in",
    "account_logout": "profile",
    "web:start": "finding-your-way",
    "web:search": "finding-your-way",
    "web:suite": "missing-product",
    "identity:profile": "profile",
    "identity:accounts": "organisations",
    "identity:sign-in-data": "profile",
    "identity:change": "profile",
    "identity:change-code": "profile",
    "identity:password": "profile",
    "identity:tokens": "programs",
    "identity:tokens-revocation": "programs",
    "identity:application-passwords": "programs",
    "identity:application-passwords-revocation": "programs",
    "identity:applications": "programs",
    "identity:application": "programs",
    "identity:register-application": "programs",
    "identity:delete-application": "programs",
    "identity:authorise": "programs",
    "identity:device": "programs",
    "identity:find-login": "cannot-sign-in",
    "identity:reset-options": "cannot-sign-in",
    "identity:reset-code": "cannot-sign-in",
    "identity:rescue": "cannot-sign-in",
    "identity:help-request": "cannot-sign-in",
    "organisations:found": "organisations",
    "organisations:mine": "organisations",
    "organisations:organisation": "organisations",
    "organisations:leave": "organisations",
    "organisations:activity": "organisations",
    "organisations:teams": "teams",
    "organisations:team": "teams",
    "organisations:new-team": "teams",
    "organisations:delete-team": "teams",
    "organisations:security": "second-factor",
    "products:access": "people-and-rights",
    "products:transfers": "transfers",
    "products:start-transfer": "transfers",
    "products:transfer": "transfers",
    "products:transfer-offer": "transfers",
    "products:accept-transfer": "transfers",
    "products:decline-transfer": "transfers",
    "billing:cart": "ordering",
    "billing:checkout": "ordering",
    "billing:orders": "ordering",
    "billing:order": "ordering",
    "billing:order-cancellation": "ordering",
    "billing:visitor-order": "ordering",
    "billing:to-pay": "renewals",
}
_OF_ROOMS = {
    "identity": "second-factor",
    "organisations": "people-and-rights",
    "products": "products",
    "catalogue": "ordering",
    "billing": "paying",
    "api": "programs",
}


def topic_of(view_name: str) -> str:
    """The article about a page, empty where none fits: error pages and the help itself."""
    return _OF_PAGES.get(view_name) or _OF_ROOMS.get(view_name.partition(":")[0], "")


def folded(text: str) -> str:
    """Without accents and case, so that “securite” finds “Sécurité”."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
