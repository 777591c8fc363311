"""Who may use a product: managers give and withdraw rights (ORG-045…051)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.organisations import queries as organisations
from stellwerk.products import policy, queries, services
from stellwerk.products.forms import AccessForm
from stellwerk.products.rules import Right
from stellwerk.products.web.shown import right_names

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.organisations.queries import MemberRow
    from stellwerk.products.queries import ProductRow


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a right that was granted on this product."""

    member: MemberRow
    rights: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def access(request: ActorRequest, organisation_id: int, product_id: int) -> HttpResponse:
    """The people with rights on the product, and the form that sets somebody's."""
    row = queries.product_row(request.actor, organisation_id, product_id=product_id)
    require(policy.can_manage_access(request.actor, organisation_id))
    others = [each for each in organisations.member_rows(organisation_id, limit=500) if not each.is_manager]
    form = AccessForm(
        request.POST if request.method == "POST" else None,
        people=[(each.account_id, each.name) for each in others],
        rights=_rights_of(row),
    )
    shown = {"product": row, "organisation_id": organisation_id, "form": form, "people": _people(request, row, others)}
    if request.method != "POST" or not form.is_valid():
        return render(request, "products/access.html", shown, status=422 if form.is_bound else 200)
    try:
        services.grant_access(
            actor=request.actor,
            organisation_id=organisation_id,
            product_id=product_id,
            account_id=form.cleaned_data["person"],
            rights=[Right(each) for each in form.cleaned_data["rights"]],
        )
    except DomainError as refusal:
        show_refusal(form, refusal, names={"account_id": "person"})
        return render(request, "products/access.html", shown, refusal=refusal)
    return HttpResponseRedirect(reverse("products:access", args=[organisation_id, product_id]))


@require_POST
@page
def withdraw(request: ActorRequest, organisation_id: int, product_id: int, user_id: int) -> HttpResponse:
    """Take all rights of a person on the product, at once."""
    queries.product_row(request.actor, organisation_id, product_id=product_id)
    if organisations.member_row(organisation_id, user_id) is None:
        raise NotFound
    services.withdraw_access(
        actor=request.actor, organisation_id=organisation_id, product_id=product_id, account_id=user_id
    )
    return HttpResponseRedirect(reverse("products:access", args=[organisation_id, product_id]))


def _rights_of(row: ProductRow) -> list[tuple[str, str]]:
    names = right_names()
    offered = row.kind.rights if row.kind else tuple(Right)
    return [(right, names[Right(right)]) for right in offered]


def _people(request: ActorRequest, row: ProductRow, others: list[MemberRow]) -> list[Person]:
    names = right_names()
    held: dict[int, list[str]] = {}
    for grant in queries.grant_rows(request.actor, row.organisation_id, product_id=row.id):
        held.setdefault(grant.account_id, []).append(names[grant.right])
    return [Person(each, ", ".join(held[each.account_id])) for each in others if each.account_id in held]
