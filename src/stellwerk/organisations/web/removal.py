"""Ending memberships: those of others, one or many, and one's own (ORG-057…061)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError, FieldError, Invalid, NotFound
from stellwerk.identity import queries as identity_queries
from stellwerk.identity.services.sign_in import require_password_of
from stellwerk.organisations import policy, queries
from stellwerk.organisations.forms import ConfirmationForm
from stellwerk.organisations.queries.leaving import open_invitations_by, teams_led
from stellwerk.organisations.services import departures, memberships
from stellwerk.organisations.web.switching import LAST_ORGANISATION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.organisations.queries import MemberRow

MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class AskedLoss:
    """A loss with the choice that was made, and what is wrong with it."""

    loss: departures.Loss
    chosen: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Leaver:
    """`ends` are the places in the organisation itself, in words; `losses` what the other rooms keep."""

    member: MemberRow
    ends: tuple[str, ...]
    losses: tuple[AskedLoss, ...]


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def remove(request: ActorRequest, organisation_id: int, user_id: int) -> HttpResponse:
    """One person."""
    return _removal(request, organisation_id, [user_id])


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def remove_several(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Those ticked in the list, all or none."""
    require(policy.can_manage_members(request.actor, organisation_id))
    raw = (request.POST if request.method == "POST" else request.GET).getlist("person")
    longest = 18  # digits of a key
    numbers = [int(each) for each in raw if each.isascii() and each.isdigit() and len(each) <= longest]
    if not numbers:
        messages.info(request, _("Tick the people to remove first."))
        return HttpResponseRedirect(reverse("organisations:members", args=[organisation_id]))
    return _removal(request, organisation_id, numbers[:MOST_AT_ONCE])


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def leave(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """ORG-061."""
    form = ConfirmationForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "organisation": queries.organisation_row(organisation_id)}
    if request.method != "POST" or not form.is_valid():
        return render(request, "organisations/leave.html", context, status=422 if form.errors else 200)
    try:
        _require_proof(request, form)
        memberships.leave_organisation(actor=request.actor, organisation_id=organisation_id)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "organisations/leave.html", context, refusal=refusal)
    if request.session.get(LAST_ORGANISATION) == organisation_id:
        del request.session[LAST_ORGANISATION]
    messages.success(request, _("You have left the organisation."))
    return HttpResponseRedirect(reverse("organisations:mine"))


def _removal(request: ActorRequest, organisation_id: int, account_ids: list[int]) -> HttpResponse:
    """What is lost, what happens to it, then a tick and the proof: there is no undo (ORG-058, ORG-059)."""
    require(policy.can_manage_members(request.actor, organisation_id))
    rows = queries.member_rows(
        organisation_id, only=queries.MemberFilter(account_ids=tuple(account_ids)), limit=MOST_AT_ONCE
    )
    if len(rows) != len(set(account_ids)):
        raise NotFound
    for row in rows:
        require(policy.can_touch_member(request.actor, organisation_id, current_role=row.role))
    form = ConfirmationForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _asked(request, organisation_id, rows, form)
    try:
        _require_proof(request, form)
        memberships.remove_members(
            actor=request.actor, organisation_id=organisation_id, account_ids=account_ids, choices=request.POST
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return _asked(request, organisation_id, rows, form, refusal=refusal)
    _say_done(request, rows)
    return HttpResponseRedirect(reverse("organisations:members", args=[organisation_id]))


def _asked(
    request: ActorRequest,
    organisation_id: int,
    rows: list[MemberRow],
    form: ConfirmationForm,
    *,
    refusal: DomainError | None = None,
) -> HttpResponse:
    going = tuple(row.account_id for row in rows)
    found = departures.losses_of(departures.Departure(organisation_id=organisation_id, account_ids=going))
    errors = {error.name: str(error.text) for error in refusal.errors} if isinstance(refusal, Invalid) else {}
    led = teams_led(organisation_id, going)
    context = {
        "form": form,
        "leavers": [
            Leaver(
                row,
                tuple(_places(row, led.get(row.account_id, ()))),
                tuple(_with_choice(loss, request.POST, errors) for loss in found if loss.account_id == row.account_id),
            )
            for row in rows
        ],
        "invitations": open_invitations_by(organisation_id, going),
        "only": rows[0] if len(rows) == 1 else None,
        "organisation_id": organisation_id,
    }
    status = 422 if form.errors else 200
    return render(request, "organisations/remove.html", context, status=status, refusal=refusal)


def _places(member: MemberRow, led: Sequence[str]) -> Iterator[str]:
    """What the person is in the organisation besides its role."""
    if member.is_manager or member.has_billing_access:
        if member.receives_billing_messages:
            yield _("The right to see and pay invoices, and the messages about them")
        else:
            yield _("The right to see and pay invoices")
    if member.teams:
        text = ngettext("The place in the team %(names)s", "The places in the teams %(names)s", len(member.teams))
        yield text % {"names": ", ".join(team.name for team in member.teams)}
    if led:
        text = ngettext(
            "The lead of the team %(names)s: name somebody else there",
            "The lead of the teams %(names)s: name somebody else there",
            len(led),
        )
        yield text % {"names": ", ".join(led)}


def _with_choice(loss: departures.Loss, entries: Mapping[str, str], errors: Mapping[str, str]) -> AskedLoss:
    default = loss.choices[0][0] if loss.choices else ""
    return AskedLoss(loss, entries.get(loss.field_name, default), errors.get(loss.field_name, ""))


def _require_proof(request: ActorRequest, form: ConfirmationForm) -> None:
    """The own login as it is written, or the password. Raises Invalid, or as password re-entry does."""
    if "current_password" in form.fields:
        require_password_of(request.actor.account_id or 0, form.cleaned_data["current_password"])
        return
    me = identity_queries.account_row(request.actor.account_id or 0)
    if me is None or form.cleaned_data["login"].strip().lower() != me.email:
        raise Invalid(FieldError("login", "same", _("Type the address you sign in with.")))


def _say_done(request: ActorRequest, rows: list[MemberRow]) -> None:
    if len(rows) == 1:
        messages.success(request, _("%(name)s no longer belongs to this organisation.") % {"name": rows[0].name})
        return
    text = ngettext(
        "%(number)s person no longer belongs to this organisation.",
        "%(number)s people no longer belong to this organisation.",
        len(rows),
    )
    messages.success(request, text % {"number": len(rows)})
