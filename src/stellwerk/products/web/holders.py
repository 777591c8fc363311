"""What a person or a team may use: the card with every source, and the page that edits it (ORG-045…050, ORG-075)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from stellwerk.catalogue.kinds import kind_name, kinds
from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.edge.paging import PAGE_SIZE, paged, search_words
from stellwerk.foundation.errors import DomainError, FieldError, Invalid, NotFound
from stellwerk.organisations import queries as organisations
from stellwerk.products import policy, queries, services
from stellwerk.products.rules import WHOLE
from stellwerk.products.services import EVERYTHING, Choice, Holder, Target
from stellwerk.products.web.access import rights_to_choose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.organisations.queries import MemberRow
    from stellwerk.products.queries import GrantRow, NamedProduct, PersonAccess


@dataclass(frozen=True, slots=True)
class CardRow:
    """A product that a person may use, and why."""

    product: NamedProduct
    kind_name: str
    rights: str
    sources: tuple[str, ...]
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class KindLine:
    """A category on the edit page."""

    code: str
    name: str
    count: int
    whole: str
    ends_on: date | None
    single: int


@dataclass(frozen=True, slots=True)
class RightsField:
    """The choice of rights on one target: names of form fields and what is ticked."""

    name: str
    title: str
    rights: tuple[tuple[str, str, bool], ...]
    ends_on: date | None
    also: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """Whose access is edited, and the addresses of its pages."""

    holder: Holder
    name: str
    here: str
    back_url: str
    back_label: str


@never_cache
@require_safe
@page
def person_products(request: ActorRequest, organisation_id: int, user_id: int) -> HttpResponse:
    """The person's card: the effective right on each product, and where it comes from (ORG-050)."""
    person = _person(request, organisation_id, user_id)
    access = queries.person_access(request.actor, organisation_id, account_id=user_id)
    words, kind = search_words(request), _kind(request)
    products = [
        each for each in queries.named_products(organisation_id, kind_code=kind, search=words) if access.rights_on(each)
    ]
    shown = {
        "organisation_id": organisation_id,
        "member": person,
        "access": access,
        "page": paged(
            request,
            total=lambda: len(products),
            rows=lambda limit, skip: [_card_row(access, person, each) for each in products[skip : skip + limit]],
        ),
        "kinds": [(code, str(each.name)) for code, each in kinds().items()],
        "chosen": {"q": words, "kind": kind},
        "may_edit": policy.can_manage_access(request.actor, organisation_id),
    }
    return render(request, "products/person_products.html", shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def person_access(request: ActorRequest, organisation_id: int, user_id: int) -> HttpResponse:
    """Edit product access of a collaborator or external (ORG-045, ORG-046)."""
    require(policy.can_manage_access(request.actor, organisation_id))
    person = _person(request, organisation_id, user_id)
    if person.is_manager:
        return HttpResponseRedirect(reverse("products:person-products", args=[organisation_id, user_id]))
    here = reverse("products:person-access", args=[organisation_id, user_id])
    back = reverse("products:person-products", args=[organisation_id, user_id])
    return _edit(request, organisation_id, Edited(Holder(account_id=user_id), person.name, here, back, person.name))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def team_access(request: ActorRequest, organisation_id: int, team_id: int) -> HttpResponse:
    """Edit what a team holds: one product, several, or all of a kind (ORG-070, ORG-075)."""
    require(policy.can_manage_access(request.actor, organisation_id))
    name = organisations.team_name(organisation_id, team_id)
    if name is None:
        raise NotFound
    here = reverse("products:team-access", args=[organisation_id, team_id])
    back = reverse("organisations:team", args=[organisation_id, team_id])
    return _edit(request, organisation_id, Edited(Holder(team_id=team_id), name, here, back, name))


def _edit(request: ActorRequest, organisation_id: int, edited: Edited) -> HttpResponse:
    kind = _kind(request)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            choices = _kind_choices(request, kind) if kind else {EVERYTHING: _choice(request, "everything")}
            services.set_accesses(
                actor=request.actor, organisation_id=organisation_id, holder=edited.holder, choices=choices
            )
        except Invalid as refused:
            refusal = refused
        else:
            messages.success(request, _("Saved. It applies at once."))
            return HttpResponseRedirect(request.get_full_path())
    columns = {name: value for name, value in edited.holder.columns.items() if value is not None}
    grants = queries.grant_rows(request.actor, organisation_id, **columns)
    shown = {"organisation_id": organisation_id, "edited": edited, "refusal": refusal}
    if not kind:
        shown |= _overview(organisation_id, grants)
        return render(request, "products/access_overview.html", shown, refusal=refusal)
    shown |= _category(request, organisation_id, edited, kind, grants)
    return render(request, "products/access_of_kind.html", shown, refusal=refusal)


def _overview(organisation_id: int, grants: list[GrantRow]) -> dict[str, Any]:
    counts = queries.kind_counts(organisation_id)
    everything = [each for each in grants if each.product_id is None and not each.kind_code]
    kind_of = {each.id: each.kind_code for each in queries.named_products(organisation_id)} if grants else {}
    lines = []
    for code, count in counts.items():
        wide = [each for each in grants if each.kind_code == code]
        single = {each.product_id for each in grants if each.product_id and kind_of.get(each.product_id) == code}
        rights = queries.rights_in_words([each.right for each in wide], code)
        lines.append(KindLine(code, kind_name(code), count, rights, _end(wide), len(single)))
    return {"kind_lines": lines, "has_everything": bool(everything), "everything_ends_on": _end(everything)}


def _category(
    request: ActorRequest, organisation_id: int, edited: Edited, kind: str, grants: list[GrantRow]
) -> dict[str, Any]:
    words = search_words(request)
    access = _access_of(organisation_id, edited.holder)

    def rows(limit: int, skip: int) -> list[RightsField]:
        found = queries.named_products(organisation_id, kind_code=kind, search=words, limit=limit, skip=skip)
        return [
            _field(f"product-{each.id}", each.title, kind, [g for g in grants if g.product_id == each.id],
                   also=_also(access, each, edited.holder))
            for each in found
        ]  # fmt: skip

    return {
        "kind": kind,
        "kind_name": kind_name(kind),
        "whole": _field("kind", queries.target_in_words(kind), kind, [g for g in grants if g.kind_code == kind]),
        "page": paged(
            request,
            total=lambda: queries.named_product_total(organisation_id, kind_code=kind, search=words),
            rows=rows,
        ),
        "words": words,
    }


def _kind_choices(request: ActorRequest, kind: str) -> Mapping[Target, Choice]:
    """What was posted for the whole kind and for each product of the page."""
    choices = {Target(kind_code=kind): _choice(request, "kind")}
    for raw in request.POST.getlist("listed")[:PAGE_SIZE]:
        if raw.isascii() and raw.isdigit() and len(raw) < len(str(2**63)):
            choices[Target(product_id=int(raw))] = _choice(request, f"product-{raw}")
    return choices


def _choice(request: ActorRequest, name: str) -> Choice:
    rights = frozenset(request.POST.getlist(f"{name}-rights"))
    raw_day = request.POST.get(f"{name}-until", "").strip() if rights else ""
    try:
        return Choice(rights, date.fromisoformat(raw_day) if raw_day else None)
    except ValueError as wrong:
        raise Invalid(FieldError(f"{name}-until", "date", _("Enter a date."))) from wrong


def _field(name: str, title: str, kind: str, grants: list[GrantRow], *, also: str = "") -> RightsField:
    ticked = {each.right for each in grants}
    rights = tuple((right, queries.right_name(right, kind), right in ticked) for right in rights_to_choose(kind))
    return RightsField(name, title, rights, _end(grants), also)


def _also(access: PersonAccess | None, product: NamedProduct, holder: Holder) -> str:
    """What a person holds on a product besides what this line sets: it would stay (ORG-078)."""
    if access is None or holder.account_id is None:
        return ""
    others = [each for each in access.sources_on(product) if each.team_id or each.product_id is None]
    return ", ".join(dict.fromkeys(queries.source_in_words(each) for each in others))


def _access_of(organisation_id: int, holder: Holder) -> PersonAccess | None:
    if holder.account_id is None:
        return None
    return queries.access_of_people(organisation_id, [holder.account_id])[holder.account_id]


def _card_row(access: PersonAccess, person: MemberRow, product: NamedProduct) -> CardRow:
    name = kind_name(product.kind_code)
    if access.sees_all:
        return CardRow(product, name, queries.right_name(WHOLE), (person.role_name,), None)
    sources = access.sources_on(product)
    days = [each.ends_on for each in sources]
    return CardRow(
        product,
        name,
        queries.rights_in_words(access.rights_on(product), product.kind_code),
        tuple(dict.fromkeys(queries.source_in_words(each) for each in sources)),
        max((day for day in days if day), default=None) if all(days) else None,
    )


def _end(grants: list[GrantRow]) -> date | None:
    days = [each.ends_on for each in grants if each.ends_on]
    return max(days) if days and len(days) == len(grants) else None


def _person(request: ActorRequest, organisation_id: int, account_id: int) -> MemberRow:
    require(policy.can_see_access_of(request.actor, organisation_id, account_id=account_id))
    person = organisations.member_row(organisation_id, account_id)
    if person is None:
        raise NotFound
    return person


def _kind(request: ActorRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in kinds() else ""
