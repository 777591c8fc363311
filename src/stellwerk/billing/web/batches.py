"""What is done with the ticked products of the product list where money is concerned: renewal mode and payment."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from stellwerk.billing.queries.due_rows import DueScope, Until, chosen_items
from stellwerk.billing.queries.due_rows import Pick as DuePick
from stellwerk.billing.services.renew import change_renewals
from stellwerk.billing.web.doors import accounting_page
from stellwerk.billing.web.due_selection import Ticked
from stellwerk.foundation.edge.html import render
from stellwerk.products import queries as products
from stellwerk.products.services import Batch

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

SHOWN_AT_MOST = 100
MOST_TICKED = 500  # they stand in the address of the page that follows


@require_POST
@accounting_page
def renewals(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Switch the automatic renewal of what is ticked, and say what became of each product (REN-011, REN-012)."""
    is_on = request.POST.get("automatic") == "yes"
    changes = change_renewals(
        actor=request.actor,
        organisation_id=organisation_id,
        product_ids=_picked(request, organisation_id),
        renews_automatically=is_on,
    )
    shown = {
        "organisation_id": organisation_id,
        "title": _("Automatic renewal switched on") if is_on else _("Automatic renewal switched off"),
        "batch": Batch(changes),
        "shown_at_most": SHOWN_AT_MOST,
        "undo_url": reverse("billing:renewals", args=[organisation_id]),
        "undo": [("automatic", "no" if is_on else "yes")],
    }
    return render(request, "products/batch.html", shown)


@require_POST
@accounting_page
def to_pay_selection(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Lead to To pay with these products ticked, the ones that expire first where they are too many for one go."""
    picked = set(_picked(request, organisation_id))
    pick = DuePick(product_ids=frozenset(picked))
    payable = chosen_items(request.actor, organisation_id, scope=DueScope(), pick=pick)[:MOST_TICKED]
    if not payable:
        messages.error(request, _("Nothing of this can be renewed now: it is free, ended, or paid as far as possible."))
        return HttpResponseRedirect(reverse("products:list", args=[organisation_id]))
    if left_out := len(picked) - len(payable):
        text = ngettext(
            "%(number)s product is not ticked: it is free, ended, paid as far as possible, or one too many at once.",
            "%(number)s products are not ticked: free, ended, paid as far as possible, or too many at once.",
            left_out,
        )
        messages.info(request, text % {"number": left_out})
    ticks = Ticked(marked=frozenset(f"p{each.product_id}" for each in payable)).fields()
    query = urlencode({"filter": Until.ALL.value, **ticks})
    return HttpResponseRedirect(f"{reverse('billing:to-pay', args=[organisation_id])}?{query}")


def _picked(request: ActorRequest, organisation_id: int) -> list[int]:
    """Ids as they were ticked, whoever pays sees all that is due; of a filter what it shows this person."""
    pick = products.pick_in(request.POST)
    if pick.narrowed is None:
        return list(pick.product_ids)
    return [row.id for row in products.picked_products(request.actor, organisation_id, pick=pick)]
