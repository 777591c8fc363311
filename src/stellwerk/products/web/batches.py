"""What is done with the ticked products of the list: here their tags; billing does what costs money (UI-004)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.errors import NotFound
from stellwerk.products import queries, services

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.foundation.edge.html import ActorRequest

NAMED = 5
SHOWN_AT_MOST = 100
_PICKED_BY = ("product", "products", "everything", "q", "kind", "tag", "state")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page
def batch_tags(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Which tag to put on what is ticked, or to take off; with a tag chosen, what became of each product."""
    sent = request.POST if request.method == "POST" else request.GET
    pick = queries.pick_in(sent)
    tags = queries.tag_rows(request.actor, organisation_id)
    if "chosen_tag" in request.POST:
        tag = next((each for each in tags if str(each.id) == request.POST["chosen_tag"]), None)
        if tag is None:
            raise NotFound
        return _done(request, organisation_id, pick, tag)
    rows = queries.picked_products(request.actor, organisation_id, pick=pick)
    shown = {
        "organisation_id": organisation_id,
        "count": len(rows),
        "names": ", ".join(row.title for row in rows[:NAMED]),
        "more": len(rows[NAMED:]),
        "tags": tags,
        "sent": [(name, sent.getlist(name)) for name in _PICKED_BY if name in sent],
    }
    return render(request, "products/batch_tags.html", shown)


def _done(request: ActorRequest, organisation_id: int, pick: queries.Pick, tag: queries.TagRow) -> HttpResponse:
    is_carried = request.POST.get("carried") != "no"
    changes = services.change_tag_of_products(
        actor=request.actor, organisation_id=organisation_id, tag_id=tag.id, pick=pick, is_carried=is_carried
    )
    title = _("Tag “%(tag)s” put on") if is_carried else _("Tag “%(tag)s” taken off")
    shown = {
        "organisation_id": organisation_id,
        "title": title % {"tag": tag.name},
        "batch": services.Batch(changes),
        "shown_at_most": SHOWN_AT_MOST,
        "undo_url": reverse("products:batch-tags", args=[organisation_id]),
        "undo": [("chosen_tag", tag.id), ("carried", "no" if is_carried else "yes")],
    }
    return render(request, "products/batch.html", shown)
