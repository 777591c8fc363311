"""Which messages of an organisation somebody receives: one's own page, the panel on those of others (ORG-052)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from stellwerk.foundation import clock, notify
from stellwerk.foundation.actor import Role
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError, NotFound, RuleBroken
from stellwerk.organisations import policy, queries
from stellwerk.organisations.services import memberships

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.organisations.queries import MemberRow


@never_cache
@require_safe
@signed_in_page
def own(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """One's own switches, for everybody who belongs here: externals see no page of people."""
    row = known_member(organisation_id, request.actor.account_id or 0)
    organisation = queries.organisation_row(organisation_id)
    return render(
        request,
        "organisations/my_messages.html",
        {**preferences_shown(request, row), "organisation": organisation},
    )


@require_POST
@signed_in_page
def switch(request: ActorRequest, organisation_id: int, user_id: int, kind: str) -> HttpResponse:
    """One switch that saves at once; without script the button below it does (ORG-056)."""
    row = known_member(organisation_id, user_id)
    values = {
        "billing": row.receives_billing_messages,
        "products": row.receives_product_messages,
        "billing_texts": row.receives_billing_texts,
    }
    if kind not in values:
        raise NotFound
    values[kind] = kind in request.POST
    refusal: DomainError | None = None
    try:
        memberships.set_contact_preferences(
            actor=request.actor,
            organisation_id=organisation_id,
            account_id=user_id,
            wishes=memberships.Wishes(**values),
        )
    except RuleBroken as refused:
        refusal = refused
    context = {
        **preferences_shown(request, known_member(organisation_id, user_id)),
        "refusal": refusal,
        "saved_at": None if refusal else clock.now(),
    }
    if request.headers.get("HX-Request"):
        return render(request, "organisations/_preferences.html", context, refusal=refusal)
    if refusal is not None:
        raise refusal
    messages.success(request, _("Saved. It applies at once."))
    if user_id == request.actor.account_id:
        return HttpResponseRedirect(reverse("organisations:my-messages", args=[organisation_id]))
    return HttpResponseRedirect(reverse("organisations:member", args=[organisation_id, user_id]))


def known_member(organisation_id: int, account_id: int) -> MemberRow:
    row = queries.member_row(organisation_id, account_id)
    if row is None:
        raise NotFound
    return row


def preferences_shown(request: ActorRequest, row: MemberRow) -> dict[str, object]:
    """What the panel of switches needs."""
    organisation_id = request.actor.organisation_id or 0
    is_legal = row.role is Role.LEGAL_REPRESENTATIVE
    return {
        "member": row,
        "organisation_id": organisation_id,
        "can_set_preferences": policy.can_set_preferences(request.actor, organisation_id, account_id=row.account_id),
        "sees_billing": row.has_billing_access,
        "must_receive": is_legal and queries.legal_representative_total(organisation_id) == 1,
        "has_texts": notify.can_send_sms(),
    }
