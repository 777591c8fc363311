"""How the sign-ins of an organisation are guarded: requiring a second factor, security alerts (SEC-039…043)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.organisations import policy, queries
from stellwerk.organisations.services.second_factor import require_second_factor
from stellwerk.organisations.services.security_alert import send_security_alert

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

_SHOWN = 20  # people named on the page; the list of members shows them all


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def security(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Whether a second factor is required, and who would be held at the next page (SEC-039)."""
    require(policy.can_guard_sign_ins(request.actor, organisation_id))
    if request.method == "POST":
        return _switched(request, organisation_id)
    without = queries.MemberFilter(has_second_factor=False)
    people = queries.member_rows(organisation_id, only=without, limit=_SHOWN)
    total = queries.member_total(organisation_id, only=without)
    context = {
        "organisation_id": organisation_id,
        "is_required": queries.requires_second_factor(organisation_id),
        "people": people,
        "total": total,
        "others": total - len(people),
        "is_me_among_them": any(person.account_id == request.actor.account_id for person in people),
    }
    return render(request, "organisations/security.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def alert(request: ActorRequest, organisation_id: int, user_id: int) -> HttpResponse:
    """Asks first: as a dialog over the list, as a page without script (SEC-043)."""
    require(policy.can_guard_sign_ins(request.actor, organisation_id))
    row = queries.member_row(organisation_id, user_id)
    if row is None:
        raise NotFound
    context = {"organisation_id": organisation_id, "member": row}
    if request.method != "POST":
        is_piece = bool(request.headers.get("HX-Request"))
        name = "organisations/_security_alert_dialog.html" if is_piece else "organisations/security_alert.html"
        return render(request, name, context)
    try:
        send_security_alert(actor=request.actor, organisation_id=organisation_id, account_id=user_id)
    except DomainError as refusal:
        return render(request, "organisations/security_alert.html", {**context, "refusal": refusal}, refusal=refusal)
    messages.success(request, _("%(name)s is asked by e-mail to improve the security settings.") % {"name": row.name})
    return HttpResponseRedirect(reverse("organisations:members", args=[organisation_id]))


def _switched(request: ActorRequest, organisation_id: int) -> HttpResponse:
    is_on = request.POST.get("required") == "yes"
    require_second_factor(actor=request.actor, organisation_id=organisation_id, is_on=is_on)
    if is_on:
        messages.success(request, _("A second factor is required now. It applies to everybody at the next page."))
    else:
        messages.success(request, _("A second factor is no longer required."))
    return HttpResponseRedirect(reverse("organisations:security", args=[organisation_id]))
