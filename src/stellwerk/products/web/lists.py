"""The product list: search while typing, filters, pages; the state is in the address (ORG-088, UI-002, UI-004)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from stellwerk.catalogue import queries as catalogue
from stellwerk.catalogue.kinds import kinds
from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.edge.paging import PAGE_SIZE, paged
from stellwerk.products import policy, queries
from stellwerk.products.queries.picks import ENDED, MOST_AT_ONCE, filter_of, filter_words
from stellwerk.products.rules import LIVE, Right
from stellwerk.products.web.shown import Sign, renewal_text, sign_of, state_names

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.products.queries import Listing, ProductFilter, ProductRow

SORTS = {"name": "label", "expires": "expires_on", "kind": "kind_code"}


@dataclass(frozen=True, slots=True)
class ListedProduct:
    row: ProductRow
    offer_name: str
    sign: Sign
    renewal: str

    @property
    def may_tag(self) -> bool:
        """ORG-087: the "+" of the tag column stands where the person may assign."""
        return self.row.is_live and Right.TECHNICAL in self.row.rights


@never_cache
@require_safe
@page
def product_list(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """What the person may see, narrowed by what the address says. htmx gets the table alone."""
    chosen = filter_words(request.GET)
    sort = request.GET.get("sort", "name")
    order = [f"-{SORTS[sort[1:]]}"] if sort[:1] == "-" and sort[1:] in SORTS else [SORTS.get(sort, "label")]
    found = _found(request, organisation_id, filter_of(chosen), order)
    tags = queries.tag_rows(request.actor, organisation_id)
    offers = {offer.code: offer.name for offer in catalogue.offers(codes={row.offer_code for row in found.rows})}
    shown = {
        "organisation_id": organisation_id,
        "page": paged(
            request,
            total=lambda: found.total,
            rows=lambda _limit, _skip: [
                ListedProduct(row, offers.get(row.offer_code, row.kind_name), sign_of(row), renewal_text(row))
                for row in found.rows
            ],
        ),
        "chosen": chosen,
        "is_narrowed": any(chosen.values()),
        "is_one_kind": [name for name, value in chosen.items() if value] == ["kind"],
        "kinds": [(code, str(kind.name)) for code, kind in kinds().items()],
        "states": [*((state.value, state_names()[state]) for state in LIVE), (ENDED, "")],
        "tags": tags,
        # Where the dialog of the tag column leads back to: this list, narrowed as it is.
        "tags_query": urlencode({"next": request.get_full_path()}),
        "sort": sort,
        "sort_links": _sort_links(chosen, sort),
        "may_order": policy.can_order(request.actor, organisation_id),
        "may_transfer": policy.can_transfer_products(request.actor, organisation_id),
        "may_tag": policy.can_create_tags(
            request.actor,
            organisation_id,
            has_technical_right=any(Right.TECHNICAL in row.rights for row in found.rows),
        ),
        "at_once": min(found.total, MOST_AT_ONCE),
    }
    piece = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    return render(request, "products/_rows.html" if piece else "products/list.html", shown)


def _found(request: ActorRequest, organisation_id: int, narrowed: ProductFilter, order: list[str]) -> Listing:
    """The page asked for; the last one where the address asks for more."""
    skip = (_page_number(request) - 1) * PAGE_SIZE
    found = queries.product_listing(request.actor, organisation_id, narrowed=narrowed, order=order, skip=skip)
    if found.rows or not found.total:
        return found
    skip = (found.total - 1) // PAGE_SIZE * PAGE_SIZE
    return queries.product_listing(request.actor, organisation_id, narrowed=narrowed, order=order, skip=skip)


def _page_number(request: ActorRequest) -> int:
    raw = request.GET.get("page", "1")
    return max(1, int(raw)) if raw.isascii() and raw.isdigit() and len(raw) <= len("100000") else 1


def _sort_links(chosen: dict[str, str], sort: str) -> dict[str, str]:
    """The address that sorts by each column, the other way round where it sorts already."""
    kept = {name: value for name, value in chosen.items() if value}
    return {name: "?" + urlencode({**kept, "sort": f"-{name}" if sort == name else name}) for name in SORTS}
