"""The receiver's side of a transfer: what comes, from whom, at which price; take it over or decline (TRF-004…006)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from stellwerk.foundation.edge.html import page, render, signed_in_page
from stellwerk.foundation.errors import NotFound
from stellwerk.organisations import queries as organisations
from stellwerk.products import queries
from stellwerk.products.services import transfers as services

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@require_safe
@page
def offer(request: ActorRequest, transfer_link: str) -> HttpResponse:
    """Whoever holds the link sees what is offered; to answer one signs in or signs up, and comes back here."""
    transfer = services.transfer_behind(raw_link=transfer_link)
    shown = {
        "transfer": transfer,
        "giver": transfer.organisation.name,
        "link": transfer_link,
        "next_query": urlencode({"next": request.path}),
    }
    if request.actor.account_id is None:
        shown["products"] = queries.offered_products(transfer.pk)
        return render(request, "products/transfer_offer_signed_out.html", shown)
    receivers = queries.own_organisations(request.actor, besides=transfer.organisation_id)
    rows = organisations.organisation_rows(each.id for each in receivers)
    currencies = sorted({row.currency for row in rows.values()})
    shown["receivers"] = receivers
    shown["currencies"] = currencies
    shown["products"] = queries.offered_products(transfer.pk, currencies=currencies)
    return render(request, "products/transfer_offer.html", shown)


@require_POST
@signed_in_page
def accept(request: ActorRequest, transfer_link: str) -> HttpResponse:
    raw_id = request.POST.get("organisation", "")
    if not (raw_id.isascii() and raw_id.isdigit() and len(raw_id) < len(str(2**63))):
        raise NotFound
    receiver_id = int(raw_id)
    made = services.accept_transfer(actor=request.actor, raw_link=transfer_link, organisation_id=receiver_id)
    messages.success(request, _("The products belong to your organisation now."))
    return HttpResponseRedirect(reverse("products:transfer", args=[receiver_id, made.pk]))


@require_POST
@signed_in_page
def decline(request: ActorRequest, transfer_link: str) -> HttpResponse:
    services.decline_transfer(actor=request.actor, raw_link=transfer_link)
    return render(request, "products/transfer_declined.html")
