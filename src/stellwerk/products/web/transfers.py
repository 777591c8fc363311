"""Giving products to another organisation: the form, the list of all transfers, one of them (ORG-098, TRF-003…006)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.edge.paging import paged
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.products import policy, queries
from stellwerk.products.forms import TransferForm
from stellwerk.products.rules import MOST_TRANSFERRED, TransferState
from stellwerk.products.services import transfers as services

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.products.queries import TransferRow

SHOWN_AT_MOST = 100
_OPEN, _OVER = (TransferState.STARTED,), tuple(each for each in TransferState if each is not TransferState.STARTED)


@never_cache
@require_safe
@page
def transfer_list(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """What is open, or what was given and taken over."""
    require(policy.can_see_transfers(request.actor, organisation_id))
    states = _OVER if request.GET.get("state") == "over" else _OPEN
    rows = paged(
        request,
        total=lambda: queries.transfer_total(organisation_id, states=states),
        rows=lambda limit, skip: queries.transfer_rows(organisation_id, states=states, limit=limit, skip=skip),
    )
    shown = {"organisation_id": organisation_id, "rows": rows, "shows_over": states is _OVER}
    return render(request, "products/transfers.html", shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def start(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """What is ticked in the list, or one product; with a way chosen, the start itself."""
    require(policy.can_transfer_products(request.actor, organisation_id))
    sent = request.POST if request.method == "POST" else request.GET
    rows = queries.picked_products(request.actor, organisation_id, pick=queries.pick_in(sent))
    verdicts = services.transfer_verdicts(organisation_id, [row.id for row in rows])
    receivers = [
        (str(each.id), each.name) for each in queries.own_organisations(request.actor, besides=organisation_id)
    ]
    is_sent = request.method == "POST" and "way" in request.POST
    form = TransferForm(request.POST if is_sent else None, receivers=receivers)
    movable = [each for each in verdicts if each.refused_because is None]
    shown = {
        "organisation_id": organisation_id,
        "form": form,
        "movable": movable,
        "refused": [each for each in verdicts if each.refused_because is not None],
        "shown_at_most": SHOWN_AT_MOST,
        "most": MOST_TRANSFERRED,
        "is_too_many": len(movable) > MOST_TRANSFERRED,
    }
    if not is_sent or not form.is_valid():
        return render(request, "products/transfer_new.html", shown, status=422 if form.errors else 200)
    try:
        made = _started(request, organisation_id, form, tuple(row.id for row in rows))
    except DomainError as refusal:
        show_refusal(form, refusal, names={"account_id": "receiver"})
        return render(request, "products/transfer_new.html", shown, refusal=refusal)
    return HttpResponseRedirect(reverse("products:transfer", args=[organisation_id, made]))


@never_cache
@require_safe
@page
def transfer(request: ActorRequest, organisation_id: int, transfer_id: int) -> HttpResponse:
    """One transfer as this side sees it: the giver its link, the receiver what to check now (OWN-004, TRF-010)."""
    require(policy.can_see_transfers(request.actor, organisation_id))
    row = _row(organisation_id, transfer_id)
    shown = {
        "organisation_id": organisation_id,
        "transfer": row,
        "url": settings.SITE_URL.rstrip("/") + reverse("products:transfer-offer", args=[row.link]) if row.link else "",
        "shown_at_most": SHOWN_AT_MOST,
    }
    return render(request, "products/transfer.html", shown)


@require_POST
@page
def resend(request: ActorRequest, organisation_id: int, transfer_id: int) -> HttpResponse:
    made = services.resend_transfer(actor=request.actor, organisation_id=organisation_id, transfer_id=transfer_id)
    messages.success(request, _("The link is on its way to %(email)s once more.") % {"email": made.email})
    return HttpResponseRedirect(reverse("products:transfer", args=[organisation_id, transfer_id]))


@require_POST
@page
def cancel(request: ActorRequest, organisation_id: int, transfer_id: int) -> HttpResponse:
    services.cancel_transfer(actor=request.actor, organisation_id=organisation_id, transfer_id=transfer_id)
    messages.success(request, _("The transfer is cancelled. Its link does not work any more."))
    return HttpResponseRedirect(reverse("products:transfers", args=[organisation_id]))


def _started(request: ActorRequest, organisation_id: int, form: TransferForm, product_ids: tuple[int, ...]) -> int:
    chosen = form.cleaned_data
    made = services.start_transfer(
        actor=request.actor,
        organisation_id=organisation_id,
        entries=services.NewTransfer(
            product_ids=product_ids,
            way=chosen["way"],
            email=chosen["email"],
            receiver_id=int(chosen["receiver"]) if chosen["receiver"] else None,
            accepts_terms=chosen["accepts_terms"],
            confirms_warnings=chosen["confirms_warnings"],
        ),
    )
    texts = {
        "link": _("The transfer is started. Hand the link over to the receiver."),
        "email": _("The transfer is started. The link is on its way to %(email)s."),
        "direct": _("The products belong to the other organisation now."),
    }
    messages.success(request, texts[made.way] % {"email": made.email})
    return int(made.pk)


def _row(organisation_id: int, transfer_id: int) -> TransferRow:
    row = queries.transfer_row(organisation_id, transfer_id)
    if row is None:
        raise NotFound
    return row
