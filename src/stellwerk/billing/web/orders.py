"""Orders: the list, one order with what to do next, and its cancellation while it is unpaid (ORD-016…021)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from stellwerk.billing.queries import orders as order_queries
from stellwerk.billing.queries.invoices import invoice_of_order
from stellwerk.billing.queries.state_words import ORDER_STATES
from stellwerk.billing.services.end_order import cancel_order
from stellwerk.billing.web.doors import accounting_page
from stellwerk.billing.web.settling import settling_context
from stellwerk.foundation.edge.html import render
from stellwerk.foundation.edge.paging import paged, search_words
from stellwerk.foundation.errors import RuleBroken
from stellwerk.identity import queries as identity

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@require_safe
@accounting_page
def orders(request: ActorRequest, organisation_id: int) -> HttpResponse:
    search, state = search_words(request), request.GET.get("state", "")
    narrowed: dict[str, Any] = {"search": search, "states": (state,) if state in ORDER_STATES else ()}
    rows = paged(
        request,
        total=lambda: order_queries.order_total(request.actor, organisation_id, **narrowed),
        rows=lambda limit, skip: order_queries.order_rows(
            request.actor, organisation_id, limit=limit, skip=skip, **narrowed
        ),
    )
    context = {
        "organisation_id": organisation_id,
        "rows": rows,
        "search": search,
        "state": state,
        "states": [(value, word) for value, (_tone, word) in ORDER_STATES.items()],
        "is_narrowed": bool(search or narrowed["states"]),
    }
    return render(request, "billing/orders.html", context)


@never_cache
@require_safe
@accounting_page
def order(request: ActorRequest, organisation_id: int, order_id: int) -> HttpResponse:
    """What was ordered, how far it is, and what to do next."""
    row = order_queries.order_detail(request.actor, organisation_id, order_id=order_id)
    document = invoice_of_order(request.actor, organisation_id, order_id=order_id)
    orderer = identity.account_row(row.placed_by_id) if row.placed_by_id else None
    context = {
        "organisation_id": organisation_id,
        "order": row,
        "orderer": orderer.display_name if orderer else "",
        **settling_context(organisation_id, document),
    }
    return render(request, "billing/order.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@accounting_page
def order_cancellation(request: ActorRequest, organisation_id: int, order_id: int) -> HttpResponse:
    """Asks first: the order is gone for good."""
    row = order_queries.order_detail(request.actor, organisation_id, order_id=order_id)
    own_page = reverse("billing:order", args=[organisation_id, order_id])
    if request.method != "POST":
        if not row.is_unpaid:
            return HttpResponseRedirect(own_page)
        return render(request, "billing/order_cancellation.html", {"organisation_id": organisation_id, "order": row})
    try:
        cancel_order(actor=request.actor, organisation_id=organisation_id, order_id=order_id)
    except RuleBroken as refusal:
        messages.error(request, refusal.sentence())
    return HttpResponseRedirect(own_page)
