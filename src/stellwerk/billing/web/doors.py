"""The door of the section Accounting: who has no right learns why, and who can give it (GEN-002)."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from stellwerk.billing import policy
from stellwerk.foundation.edge.html import page, render
from stellwerk.organisations import queries as organisations

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from stellwerk.foundation.edge.html import ActorRequest

MOST_NAMES = 5


def accounting_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for people with the accounting right; for others in the organisation a 403 with reason and names."""

    @wraps(view)
    def guarded(request: ActorRequest, organisation_id: int, *args: Any, **kwargs: Any) -> HttpResponse:
        if policy.can_see_billing(request.actor, organisation_id).reason == "no_billing_right":
            names = names_of_managers(organisation_id)
            return render(request, "billing/no_right.html", {"names": names}, status=403)
        return view(request, organisation_id, *args, **kwargs)

    return page(guarded)


def names_of_managers(organisation_id: int) -> list[str]:
    """Who can give the accounting right."""
    return [row.name for row in _with_right(organisation_id) if row.is_manager][:MOST_NAMES]


def names_of_buyers(organisation_id: int) -> list[str]:
    """Who can order and pay instead of somebody who may not."""
    return [row.name for row in _with_right(organisation_id)][:MOST_NAMES]


def _with_right(organisation_id: int) -> list[organisations.MemberRow]:
    only = organisations.MemberFilter(has_billing_access=True)
    return organisations.member_rows(organisation_id, only=only, limit=50)
