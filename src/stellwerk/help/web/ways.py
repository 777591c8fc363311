"""Links of help pages into the Manager: after sign-in they open in the right organisation (UI-003)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from stellwerk.catalogue.kinds import kinds
from stellwerk.foundation.edge.html import page, render, signed_in_page, to_sign_in
from stellwerk.foundation.errors import NotFound
from stellwerk.organisations import queries as organisations
from stellwerk.products import queries as products

if TYPE_CHECKING:
    from collections.abc import Collection

    from stellwerk.foundation.edge.html import ActorRequest

LAST_ORGANISATION = "organisation_id"  # in the session: where the person worked last
_MOST_PRODUCTS = 200

OPEN_TO_ALL = {
    "api": "api:docs",
    "browser-guide": "identity:browser-guide",
    "find-login": "identity:find-login",
    "forgotten": "account_reset_password",
    "help-request": "identity:help-request",
    "login-and-mailbox": "identity:login-and-mailbox",
}
OF_THE_PERSON = {
    "accounts": "identity:accounts",
    "alerts": "identity:alerts",
    "application-passwords": "identity:application-passwords",
    "applications": "identity:applications",
    "my-organisations": "organisations:mine",
    "new-organisation": "organisations:found",
    "password": "identity:password",
    "profile": "identity:profile",
    "second-factor": "identity:second-factors",
    "sessions": "identity:sessions",
    "sign-in-data": "identity:sign-in-data",
    "tokens": "identity:tokens",
}
OF_AN_ORGANISATION = {
    "cart": "billing:cart",
    "invite": "organisations:invite",
    "invoices": "billing:invoices",
    "members": "organisations:members",
    "new-team": "organisations:new-team",
    "orders": "billing:orders",
    "prepaid": "billing:prepaid",
    "products": "products:list",
    "settings": "organisations:organisation",
    "shop": "catalogue:shop",
    "start": "web:start",
    "tags": "products:tags",
    "transfers": "products:transfers",
    "teams": "organisations:teams",
    "to-pay": "billing:to-pay",
}


@dataclass(frozen=True, slots=True)
class Way:
    """The page asked for, in one of the person's organisations."""

    organisation: str
    role: str
    url: str


@never_cache
@require_safe
@page
def go(request: ActorRequest, destination: str) -> HttpResponse:
    """To the page of that name. Raises NotFound for a name that no help page uses."""
    if destination in OPEN_TO_ALL:
        return HttpResponseRedirect(reverse(OPEN_TO_ALL[destination]))
    if destination not in OF_THE_PERSON | OF_AN_ORGANISATION:
        raise NotFound
    if request.actor.account_id is None:
        return to_sign_in(request)
    if destination in OF_THE_PERSON:
        return HttpResponseRedirect(reverse(OF_THE_PERSON[destination]))
    return _inside(request, OF_AN_ORGANISATION[destination])


@never_cache
@require_safe
@signed_in_page
def go_to_kind(request: ActorRequest, kind_code: str) -> HttpResponse:
    """To the list of a kind of product, in the organisation that has some."""
    if kind_code not in kinds():
        raise NotFound
    closed = organisations.closed_to(request.actor.account_id or 0)
    narrowed = products.ProductFilter(kind_codes=(kind_code,))
    found = products.listing_everywhere(request.actor, narrowed=narrowed, limit=_MOST_PRODUCTS, closed=closed).rows
    owners = {row.organisation_id for row in found}
    return _inside(request, "products:list", query={"kind": kind_code}, among=owners)


def _inside(
    request: ActorRequest, view_name: str, *, query: dict[str, str] | None = None, among: Collection[int] = ()
) -> HttpResponse:
    """In the organisation worked in last, else the only one; with several the person chooses. `among` are the
    organisations that have what is looked for: they go before.
    """
    mine = organisations.membership_rows(request.actor.account_id or 0)
    fitting = [row for row in mine if row.organisation_id in among] or mine
    if not fitting:
        return HttpResponseRedirect(reverse("organisations:mine"))
    tail = f"?{urlencode(query)}" if query else ""
    ways = {
        row.organisation_id: Way(row.name, row.role_name, reverse(view_name, args=(row.organisation_id,)) + tail)
        for row in fitting
    }
    last: int = request.session.get(LAST_ORGANISATION, 0)
    if last in ways or len(ways) == 1:
        return HttpResponseRedirect((ways.get(last) or next(iter(ways.values()))).url)
    return render(request, "help/choose.html", {"ways": list(ways.values())})
