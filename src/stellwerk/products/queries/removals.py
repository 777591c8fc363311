"""What changes if a grant, a place in a team or a team goes: who loses what, and what stays (ORG-078)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.organisations import queries as organisations
from stellwerk.products.queries.holdings import access_of_people, losses, named_products
from stellwerk.products.queries.wording import rights_in_words, source_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stellwerk.products.queries.holdings import Loss, NamedProduct, Source

MOST_CHANGES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What would go: of a person (of the whole team without one), directly or through it, on a product or on all."""

    account_id: int | None = None
    team_id: int | None = None
    product_id: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the warning: somebody on one product. `kept` is "" where the product disappears."""

    account_id: int
    person: str
    product: str
    lost: str
    kept: str


def changes_without(organisation_id: int, removal: Removal) -> list[Change]:
    """At most 200 lines, by person and product. No person asks. Five queries, however many people and products."""
    if removal.account_id is not None:
        account_ids = [removal.account_id]
    else:
        account_ids = organisations.team_account_ids(organisation_id, removal.team_id or 0)
    products = named_products(organisation_id)
    found: list[Loss] = []
    for before in access_of_people(organisation_id, account_ids).values():
        gone = [source for source in before.sources if _goes(source, removal)]
        if gone and not before.sees_all:
            after = before.without(lambda source: _goes(source, removal))
            found += losses(before, after, products=_reached(products, gone))
        if len(found) >= MOST_CHANGES:
            break
    names = organisations.names_of(organisation_id, {each.account_id for each in found}) if found else {}
    lines = [_change(loss, names.get(loss.account_id, "")) for loss in found[:MOST_CHANGES]]
    return sorted(lines, key=lambda line: (line.person, line.account_id, line.product))


def _reached(products: Sequence[NamedProduct], gone: Sequence[Source]) -> Iterator[NamedProduct]:
    """Where something can change at all: a team of thousands may hold one product of thousands."""
    ids = {source.product_id for source in gone if source.product_id is not None}
    kind_codes = {source.kind_code for source in gone if source.product_id is None}
    return (each for each in products if "" in kind_codes or each.id in ids or each.kind_code in kind_codes)


def _goes(source: Source, removal: Removal) -> bool:
    if source.team_id != removal.team_id:
        return False
    return removal.product_id is None or source.product_id == removal.product_id


def _change(loss: Loss, person: str) -> Change:
    kind_code = loss.product.kind_code
    kept = ""
    if loss.kept:
        through = ", ".join(dict.fromkeys(source_in_words(source) for source in loss.kept_through))
        kept = f"{rights_in_words(loss.kept, kind_code)} ({through})"
    return Change(loss.account_id, person, loss.product.title, rights_in_words(loss.lost, kind_code), kept)
