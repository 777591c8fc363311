"""Many invitations in one step: the list, what will happen to each line, and how far the sending has come (ORG-043)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.organisations import policy, queries
from stellwerk.organisations.errors import reason_in_words
from stellwerk.organisations.forms import LIST_TEXTS, InvitationListForm
from stellwerk.organisations.queries import Prospect
from stellwerk.organisations.rules.invitation_lists import ListRefused, decoded, listed_people
from stellwerk.organisations.services import invitations
from stellwerk.organisations.web.invitations import PRODUCTS_SHOWN, offer_choices

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.organisations.queries import InvitedPerson


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def invite_many(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Paste or upload, look, correct, send. What was pasted stays in the page until it is sent."""
    require(policy.can_manage_members(request.actor, organisation_id))
    choices = offer_choices(request, organisation_id)
    if request.method != "POST":
        return _shown(request, organisation_id, InvitationListForm(None, **choices))
    form = InvitationListForm(request.POST, request.FILES, **choices)
    if not form.is_valid():
        # 413 for a file that is too large: the reason is its size, not what was typed.
        return _shown(request, organisation_id, form, status=413 if form.has_error("file", "too_large") else 422)
    try:
        text = _text_of(form)
        people = queries.invited_people(request.actor, organisation_id, people=listed_people(text))
    except ListRefused as refused:
        form.add_error("file" if refused.reason in ("workbook", "encoding") else "people", LIST_TEXTS[refused.reason])
        return _shown(request, organisation_id, form, status=422)
    # What a file brought is in the field from now on, so that it can be corrected and is never uploaded again.
    data = request.POST.copy()
    data["people"] = text
    form = InvitationListForm(data, **choices)
    form.is_valid()
    is_checked = request.POST.get("do") == "send" and request.POST.get("checked") == _digest(text)
    if not is_checked:
        has_changed = request.POST.get("do") == "send"
        return _shown(request, organisation_id, form, people=people, text=text, has_changed=has_changed)
    return _send(request, organisation_id, form, people, text)


@never_cache
@require_safe
@signed_in_page
def invitation_list_progress(request: ActorRequest, organisation_id: int, list_id: int) -> HttpResponse:
    """How far it has come; at the end, who was not invited and why. One may leave it at any time."""
    require(policy.can_manage_members(request.actor, organisation_id))
    row = queries.invitation_list_row(organisation_id, list_id)
    if row is None:
        raise NotFound
    refused = queries.refused_entries(organisation_id, list_id) if row.refused else []
    context = {
        "list": row,
        "refused": [(entry.email, reason_in_words(entry.code)) for entry in refused],
        "organisation_id": organisation_id,
    }
    is_piece = bool(request.headers.get("HX-Request"))
    template = "_invitation_list_progress.html" if is_piece else "invitation_list_progress.html"
    return render(request, f"organisations/{template}", context)


def _send(
    request: ActorRequest, organisation_id: int, form: InvitationListForm, people: list[InvitedPerson], text: str
) -> HttpResponse:
    settings = invitations.NewInvitation(email="", **form.entries())
    try:
        made = invitations.invite_many(
            actor=request.actor, organisation_id=organisation_id, people=people, settings=settings
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return _shown(request, organisation_id, form, people=people, text=text, status=refusal.status)
    return HttpResponseRedirect(reverse("organisations:invitation-list", args=[organisation_id, made.pk]))


def _shown(  # noqa: PLR0913  what the page shows
    request: ActorRequest,
    organisation_id: int,
    form: InvitationListForm,
    *,
    people: list[InvitedPerson] | None = None,
    text: str = "",
    has_changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    counts = {each.value: sum(1 for person in people or () if person.prospect is each) for each in Prospect}
    context = {
        "form": form,
        "organisation_id": organisation_id,
        "most_products": PRODUCTS_SHOWN,
        "people": people,
        "counts": counts,
        "invitable": counts["new"] + counts["again"],
        "checked": _digest(text),
        "has_changed": has_changed,
    }
    return render(request, "organisations/invite_many.html", context, status=status)


def _text_of(form: InvitationListForm) -> str:
    """What was pasted, after what the file brings: its first line may hold the heads of columns."""
    pasted, file = form.cleaned_data["people"], form.cleaned_data["file"]
    parts = [decoded(file.read()) if file else "", pasted]
    text = "\n".join(part.strip() for part in parts if part.strip())
    # Neither pages nor databases take them; the lines that held them are shown as faulty.
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")


def _digest(text: str) -> str:
    """Whether what is sent is what was looked at."""
    return hashlib.sha256("\n".join(line.strip() for line in text.splitlines()).strip().encode()).hexdigest()
