"""The door of the section Accounting: who has no right learns why, and who can give it (GEN-002)."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import Http404

from stellwerk.billing import policy
from stellwerk.billing.queries.search import organisation_of_invoice, organisation_of_order
from stellwerk.foundation.edge.html import page, render
from stellwerk.organisations import queries as organisations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpResponse

    from stellwerk.foundation.edge.html import ActorRequest

MOST_NAMES = 5
# By the word of the address that holds the number.
_OWNERS = {"invoice_id": organisation_of_invoice, "order_id": organisation_of_order}


def accounting_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for people with the accounting right; for others in the organisation a 403 with reason and names.

    An invoice or order that is not this organisation's is missing for everybody, with the right or without it: the
    names of this organisation would help nobody, and the page of what is missing knows in which one it is (UI-017).
    """

    @wraps(view)
    def guarded(request: ActorRequest, organisation_id: int, *args: Any, **kwargs: Any) -> HttpResponse:
        if policy.can_see_billing(request.actor, organisation_id).reason == "no_billing_right":
            if _is_of_others(organisation_id, kwargs):
                raise Http404
            names = names_of_managers(organisation_id)
            return render(request, "billing/no_right.html", {"names": names}, status=403)
        return view(request, organisation_id, *args, **kwargs)

    return page(guarded)


def _is_of_others(organisation_id: int, named: Mapping[str, Any]) -> bool:
    return any(owner_of(named[name]) != organisation_id for name, owner_of in _OWNERS.items() if name in named)


def names_of_managers(organisation_id: int) -> list[str]:
    """Who can give the accounting right."""
    return [row.name for row in _with_right(organisation_id) if row.is_manager][:MOST_NAMES]


def names_of_buyers(organisation_id: int) -> list[str]:
    """Who can order and pay instead of somebody who may not."""
    return [row.name for row in _with_right(organisation_id)][:MOST_NAMES]


def _with_right(organisation_id: int) -> list[organisations.MemberRow]:
    only = organisations.MemberFilter(has_billing_access=True)
    return organisations.member_rows(organisation_id, only=only, limit=50)
