"""Which products a batch is about: those ticked on a page, or all that a filter shows (UI-004)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stellwerk.catalogue.kinds import kinds
from stellwerk.products.queries.lists import ProductFilter, product_listing
from stellwerk.products.rules import FINAL, LIVE, State

if TYPE_CHECKING:
    from django.http import QueryDict

    from stellwerk.foundation.actor import Actor
    from stellwerk.products.queries.lists import ProductRow

MOST_AT_ONCE: Final = 10_000
LONGEST_SEARCH: Final = 100
ENDED: Final = "ended"
_STATES: Final = {"": LIVE, ENDED: FINAL}


@dataclass(frozen=True, slots=True)
class Pick:
    """By id, or, with `narrowed`, all that the filter shows."""

    product_ids: tuple[int, ...] = ()
    narrowed: ProductFilter | None = None


def filter_words(sent: QueryDict) -> dict[str, str]:
    """The list's filter as its address says it; what is not known narrows nothing."""
    kind, tag, state = (sent.get(name, "") for name in ("kind", "tag", "state"))
    return {
        "q": sent.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
        "kind": kind if kind in kinds() else "",
        "tag": tag if _is_number(tag) else "",
        "state": state if state in {*LIVE, ENDED} else "",
    }


def filter_of(words: dict[str, str]) -> ProductFilter:
    state = words["state"]
    return ProductFilter(
        search=words["q"],
        kind_codes=(words["kind"],) if words["kind"] else (),
        tag_ids=(int(words["tag"]),) if words["tag"] else (),
        states=_STATES[state] if state in _STATES else (State(state),),
    )


def pick_in(sent: QueryDict) -> Pick:
    """What a form of the list says: `everything` with its filter, ticks, or ids in one field (`products=3,5`)."""
    if "everything" in sent:
        return Pick(narrowed=filter_of(filter_words(sent)))
    raw_ids = [*sent.getlist("product"), *sent.get("products", "").split(",")]
    return Pick(tuple(dict.fromkeys(int(each) for each in raw_ids if _is_number(each)))[:MOST_AT_ONCE])


def picked_products(actor: Actor, organisation_id: int, *, pick: Pick) -> list[ProductRow]:
    """Those of the pick that the actor may see, by name, at most MOST_AT_ONCE; ended ones where they are named.

    One query, two where the filter shows more than that.
    """
    if pick.narrowed is None and not pick.product_ids:
        return []
    narrowed = pick.narrowed or ProductFilter(ids=pick.product_ids, states=())
    return product_listing(actor, organisation_id, narrowed=narrowed, limit=MOST_AT_ONCE).rows


def _is_number(raw: str) -> bool:
    return raw.isascii() and raw.isdigit() and len(raw) < len(str(2**63))
