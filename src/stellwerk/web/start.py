"""The start page: where am I, what is due, what runs (UI-001)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from stellwerk.catalogue.kinds import Universe
from stellwerk.foundation import activity, clock
from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.errors import NotFound
from stellwerk.identity import queries as identity
from stellwerk.products import policy as products
from stellwerk.web import navigation, tour
from stellwerk.web.house import house_of
from stellwerk.web.matters import matters
from stellwerk.web.payments import next_payments

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.products.queries import GroupCount
    from stellwerk.web.house import House

RECENT = 5
_WITHOUT_MESSAGES = activity.Narrowing(without_kind="messages")  # each deed sends some; they would be all one sees


@dataclass(frozen=True, slots=True)
class Group:
    """A panel of product kinds. `code` is the shelf of the shop that sells them."""

    code: str
    name: str
    icon: str
    kinds: list[GroupCount]


@never_cache
@require_safe
@page
def start(request: ActorRequest, organisation_id: int) -> HttpResponse:
    house = house_of(request)
    house.flags = ("second_factor", "seen_tour")
    flags = house.membership.flags if house.membership else frozenset(house.flags)
    shown = {
        "first_name": getattr(request.user, "first_name", ""),
        "today": clock.today(),
        "groups": groups(house),
        "matters": matters(
            house,
            email=getattr(request.user, "email", ""),
            is_check_due=request.user.is_authenticated and identity.is_data_check_due(request.user),
        ),
        "payments": next_payments(house),
        "organisation_id": organisation_id,
        "may_order": products.can_order(request.actor, organisation_id),
        "lacks_factor": "second_factor" not in flags,
        "tour": tour.steps(),
        "starts_tour": "tour" in request.GET or "seen_tour" not in flags,
        "shop_url": navigation.address("catalogue:shop", organisation_id),
        "products_url": navigation.address("products:list", organisation_id),
        "activity_url": navigation.address("organisations:activity", organisation_id),
        "recent": activity.organisation_rows(organisation_id, only=_WITHOUT_MESSAGES, limit=RECENT)
        if request.actor.is_manager
        else [],
    }
    return render(request, "web/start.html", shown)


@never_cache
@require_safe
@page
def suite(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """The Suite's side of the switch: its apps in this organisation, and the person's other spaces, the personal one
    first (UI-005, UI-014, ORG-008).
    """
    house = house_of(request)
    personal = [row for row in house.memberships if row.is_individual]
    others = [row for row in house.memberships if not row.is_individual]
    shown = {
        "organisation_id": organisation_id,
        "apps": [each for each in house.counts if each.universe == Universe.COLLABORATION and each.count],
        "spaces": [row for row in (*personal, *others) if row.organisation_id != organisation_id],
        "may_order": products.can_order(request.actor, organisation_id),
    }
    return render(request, "web/suite.html", shown)


@require_POST
@page
def return_to_today(request: ActorRequest) -> HttpResponse:
    """The travelled clock goes back to real time; what happened stays. For operators; for others it does not exist."""
    if not getattr(request.user, "is_operator", False):
        raise NotFound
    clock.set_offset(timedelta())
    return HttpResponseRedirect("/")


def groups(house: House) -> list[Group]:
    """The kinds by universe, with those not yet owned: the shop is one step away (UI-001)."""
    return [
        Group(universe.value, navigation.universe_name(universe), navigation.UNIVERSE_ICONS[universe], list(kinds))
        for universe, kinds in groupby(house.counts, key=lambda each: each.universe)
    ]
