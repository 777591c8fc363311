"""Who may use a product and why: managers give and withdraw rights there (ORG-045…051)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.edge.paging import search_words
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.foundation.searching import words_to_find
from stellwerk.organisations import queries as organisations
from stellwerk.products import policy, queries, services
from stellwerk.products.forms import AccessForm
from stellwerk.products.rules import WHOLE
from stellwerk.products.services import Holder, Target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.products.queries import GrantRow, ProductRow

LONGEST_NUMBER = 18  # digits that every database takes


@dataclass(frozen=True, slots=True)
class Held:
    """What a person or a team was given, on the product itself or on more than it."""

    name: str
    is_team: bool
    holder_url: str
    rights: str
    target: str
    ends_on: date | None
    withdrawal_url: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def access(request: ActorRequest, organisation_id: int, product_id: int) -> HttpResponse:
    """Everybody who was given something that reaches the product, and the form that gives more."""
    row = queries.product_row(request.actor, organisation_id, product_id=product_id)
    require(policy.can_manage_access(request.actor, organisation_id))
    teams = organisations.team_names(organisation_id)
    find = search_words(request, "find")
    holders, has_more = _holders(organisation_id, teams, find=find, chosen=request.POST.get("holder", ""))
    form = AccessForm(
        request.POST if request.method == "POST" else None,
        holders=holders,
        rights=[(right, queries.right_name(right, row.kind_code)) for right in rights_to_choose(row.kind_code)],
    )
    shown = {
        "product": row, "organisation_id": organisation_id, "form": form, "held": _held(request, row, teams),
        "find": find, "has_more": has_more,
    }  # fmt: skip
    if "find" in request.GET and request.headers.get("HX-Request"):
        return render(request, "products/_holders.html", shown)
    if request.method != "POST" or not form.is_valid():
        return render(request, "products/access.html", shown, status=422 if form.is_bound else 200)
    try:
        services.set_access(
            actor=request.actor,
            organisation_id=organisation_id,
            holder=form.holder(),
            target=Target(product_id=product_id),
            rights=form.cleaned_data["rights"],
            ends_on=form.cleaned_data["ends_on"],
        )
    except DomainError as refusal:
        show_refusal(form, refusal, names={"account_id": "holder"})
        return render(request, "products/access.html", shown, refusal=refusal)
    messages.success(request, _("Saved. It applies at once."))
    return _back(organisation_id, product_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def withdraw(request: ActorRequest, organisation_id: int, product_id: int, user_id: int) -> HttpResponse:
    """What changes if a person's direct rights go, then their end (ORG-078)."""
    person = organisations.member_row(organisation_id, user_id)
    if person is None:
        raise NotFound
    return _withdrawal(request, organisation_id, product_id, Holder(account_id=user_id), person.name)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def withdraw_from_team(request: ActorRequest, organisation_id: int, product_id: int, team_id: int) -> HttpResponse:
    """The same for a team: each of its people is named with what stays."""
    name = organisations.team_name(organisation_id, team_id)
    if name is None:
        raise NotFound
    return _withdrawal(request, organisation_id, product_id, Holder(team_id=team_id), name)


def rights_to_choose(kind_code: str) -> tuple[str, ...]:
    """All at once, then each that the kind offers."""
    return (WHOLE, *queries.offered_rights(kind_code))


def _withdrawal(
    request: ActorRequest, organisation_id: int, product_id: int, holder: Holder, name: str
) -> HttpResponse:
    row = queries.product_row(request.actor, organisation_id, product_id=product_id)
    require(policy.can_manage_access(request.actor, organisation_id))
    if request.method == "POST":
        services.set_access(
            actor=request.actor, organisation_id=organisation_id, holder=holder, target=Target(product_id=product_id),
            rights=(),
        )  # fmt: skip
        messages.success(request, _("Withdrawn. It applies at once."))
        return _back(organisation_id, product_id)
    changes = queries.changes_without(
        organisation_id,
        queries.Removal(account_id=holder.account_id, team_id=holder.team_id, product_id=product_id),
    )
    shown = {"product": row, "organisation_id": organisation_id, "name": name, "changes": changes}
    return render(request, "products/withdrawal.html", shown)


def _holders(
    organisation_id: int, teams: dict[int, str], *, find: str, chosen: str
) -> tuple[list[tuple[str, list[tuple[str, str]]]], bool]:
    """Teams, and the people who need grants; managers see everything. With it whether there are more than these.

    Who was chosen is always among them, however the list was narrowed when it was shown.
    """
    most, words = organisations.CHOICES, words_to_find(find.casefold())
    found = [(number, name) for number, name in teams.items() if all(word in name.casefold() for word in words)]
    members = organisations.people_without_all_rights(organisation_id, search=find, limit=most + 1)
    named = {f"team-{number}": name for number, name in found[:most]}
    people = {f"person-{number}": name for number, name in members[:most]}
    sort, _dash, raw = chosen.partition("-")
    if sort == "team":
        named |= {f"team-{number}": name for number, name in teams.items() if str(number) == raw}
    elif sort == "person" and raw.isascii() and raw.isdigit() and len(raw) < LONGEST_NUMBER:
        one = organisations.people_without_all_rights(organisation_id, account_id=int(raw))
        people |= {f"person-{number}": name for number, name in one}
    groups = [(_("Teams"), list(named.items())), (_("People"), list(people.items()))]
    return [(label, choices) for label, choices in groups if choices], max(len(found), len(members)) > most


def _held(request: ActorRequest, row: ProductRow, teams: dict[int, str]) -> list[Held]:
    """One line for each holder and target: rights on the product itself first."""
    grants = queries.grants_reaching(request.actor, row.organisation_id, product_id=row.id)
    groups: dict[tuple[object, ...], list[GrantRow]] = {}
    for grant in grants:
        groups.setdefault((grant.account_id, grant.team_id, grant.product_id, grant.kind_code), []).append(grant)
    people = organisations.names_of(row.organisation_id, [grant.account_id for grant in grants if grant.account_id])
    names = [people.get(same[0].account_id or 0) or teams.get(same[0].team_id or 0) for same in groups.values()]
    return [_held_by(row, same, name) for same, name in zip(groups.values(), names, strict=True) if name]


def _held_by(row: ProductRow, same: Sequence[GrantRow], name: str) -> Held:
    first = same[0]
    is_team = first.team_id is not None
    holder = [row.organisation_id, first.team_id if is_team else first.account_id]
    withdrawal = "products:withdraw-team-access" if is_team else "products:withdraw-access"
    days = [each.ends_on for each in same if each.ends_on]
    return Held(
        name=name,
        is_team=is_team,
        holder_url=reverse("products:team-access" if is_team else "products:person-products", args=holder),
        rights=queries.rights_in_words([each.right for each in same], row.kind_code),
        target="" if first.product_id else queries.target_in_words(first.kind_code),
        ends_on=max(days) if days and len(days) == len(same) else None,
        withdrawal_url=reverse(withdrawal, args=[row.organisation_id, row.id, holder[1]]) if first.product_id else "",
    )


def _back(organisation_id: int, product_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("products:access", args=[organisation_id, product_id]))
