"""Search or go to: pages, products, tags, people, teams and documents of all organisations of a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from stellwerk.billing.queries.search import found_invoices, found_orders
from stellwerk.foundation.actor import Role
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.edge.paging import search_words
from stellwerk.foundation.searching import words_to_find
from stellwerk.help import queries as help_pages
from stellwerk.help.queries import folded
from stellwerk.organisations import queries as organisations
from stellwerk.products import queries as products
from stellwerk.web import navigation
from stellwerk.web.house import House
from stellwerk.web.middleware import LAST_ORGANISATION
from stellwerk.web.shell import NavigationItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.http import HttpResponse

    from stellwerk.foundation.actor import Actor
    from stellwerk.foundation.edge.html import ActorRequest

_EACH = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to go to. `place` names the organisation where it is another one than the current."""

    label: str
    url: str
    icon: str
    detail: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Entries of one sort, under their heading."""

    label: str
    entries: list[Entry] = field(default_factory=list)


@never_cache
@require_safe
@signed_in_page
def search(request: ActorRequest) -> HttpResponse:
    """The page, or for htmx the list under the field. `in` is the organisation whose page asked."""
    words = search_words(request)
    # What an organisation shows on no page to whoever lacks the second factor is not found either (SEC-040).
    closed = organisations.closed_to(request.actor.account_id or 0)
    everywhere = [each for each in organisations.standings(request.actor) if each.organisation_id not in closed]
    here = _current(everywhere, request.GET.get("in", "") or str(request.session.get(LAST_ORGANISATION, "")))
    house = _house_at(request, here)
    groups = _found(house, words, everywhere) if words else []
    template = "web/_found.html" if request.headers.get("HX-Request") else "web/search.html"
    return render(request, template, {"words": words, "groups": groups, "total": sum(len(g.entries) for g in groups)})


def _house_at(request: ActorRequest, here: Actor | None) -> House:
    """The search stands in the organisation that the person came from; the frame around the page shows it."""
    is_operator = bool(getattr(request.user, "is_operator", False))
    house = House(here or request.actor, here.organisation_id if here else None, is_operator=is_operator)
    request.house = house  # type: ignore[attr-defined]  # where house_of() looks
    return house


def _current(everywhere: list[Actor], number: str) -> Actor | None:
    """Where the person is; an organisation that is not theirs is none."""
    return next((each for each in everywhere if str(each.organisation_id) == number), None) or next(
        iter(everywhere), None
    )


def _found(house: House, words: str, everywhere: list[Actor]) -> list[Found]:
    names = {row.organisation_id: row.name for row in house.memberships if row.organisation_id != house.organisation_id}
    groups = [
        Found(_("Pages"), list(_pages(house, words))[:_EACH]),
        Found(_("Products"), list(_products(everywhere, words, names))),
        Found(_("Tags"), list(_tags(everywhere, words, names))),
        Found(_("People"), list(_people(everywhere, words, names))),
        Found(_("Teams"), list(_teams(everywhere, words, names))),
        Found(_("Documents"), list(_documents(everywhere, words, names))),
        Found(_("Help"), list(_help(words))),
    ]
    return [group for group in groups if group.entries]


def _products(everywhere: list[Actor], words: str, names: dict[int, str]) -> Iterator[Entry]:
    for row in products.found_products(everywhere, search=words, limit=_EACH):
        url = reverse("products:product", args=(row.organisation_id, row.id))
        icon = row.kind.icon if row.kind else "package"
        detail = row.kind_name if row.title != row.kind_name else ""
        yield Entry(row.title, url, icon, detail, names.get(row.organisation_id, ""))


def _people(everywhere: list[Actor], words: str, names: dict[int, str]) -> Iterator[Entry]:
    for person in organisations.found_people(everywhere, search=words, limit=_EACH):
        url = reverse("organisations:member", args=(person.organisation_id, person.account_id))
        yield Entry(person.name or person.email, url, "users", person.email, names.get(person.organisation_id, ""))


def _teams(everywhere: list[Actor], words: str, names: dict[int, str]) -> Iterator[Entry]:
    for team in organisations.found_teams(everywhere, search=words, limit=_EACH):
        url = reverse("organisations:team", args=(team.organisation_id, team.id))
        yield Entry(team.name, url, "users", "", names.get(team.organisation_id, ""))


def _tags(everywhere: list[Actor], words: str, names: dict[int, str]) -> Iterator[Entry]:
    """A tag leads to the products that carry it (ORG-088)."""
    for tag in products.found_tags(everywhere, search=words, limit=_EACH):
        url = reverse("products:list", args=(tag.organisation_id,))
        yield Entry(tag.name, f"{url}?tag={tag.id}", "tag", "", names.get(tag.organisation_id, ""))


def _documents(everywhere: list[Actor], words: str, names: dict[int, str]) -> Iterator[Entry]:
    for paper in found_invoices(everywhere, search=words):
        label = _("Credit note %(number)s") if paper.is_credit_note else _("Invoice %(number)s")
        url = reverse("billing:invoice", args=(paper.organisation_id, paper.id))
        yield Entry(label % {"number": paper.number}, url, "receipt", "", names.get(paper.organisation_id, ""))
    for order in found_orders(everywhere, search=words):
        url = reverse("billing:order", args=(order.organisation_id, order.id))
        label = _("Order %(number)s") % {"number": order.number}
        yield Entry(label, url, "receipt", "", names.get(order.organisation_id, ""))


def _help(words: str) -> Iterator[Entry]:
    for article in help_pages.found_articles(words, limit=_EACH):
        yield Entry(article.title, reverse("help:article", args=(article.topic,)), "question")


def _pages(house: House, words: str) -> Iterator[Entry]:
    """What the menus name, and what people come to do, by any word of its name."""
    wanted = [folded(word) for word in words_to_find(words)]
    seen: set[str] = set()
    for item, group in _destinations(house):
        text = folded(f"{item.label} {group}")
        if item.url and item.url not in seen and all(word in text for word in wanted):
            seen.add(item.url)
            yield Entry(item.label, item.url, item.icon or "next", group)


def _destinations(house: House) -> Iterator[tuple[NavigationItem, str]]:
    yield from ((item, "") for item in _actions(house))
    for section in navigation.sections(house, ""):
        for part in section:
            if isinstance(part, NavigationItem):
                yield part, ""
            else:
                yield from ((item, part.label) for item in part.entries)
    for group in navigation.own_groups():
        yield from ((item, group.label) for item in group.entries)


def _actions(house: House) -> Iterable[NavigationItem]:
    here = house.organisation_id
    if here is None:
        return
    if house.actor.role != Role.EXTERNAL:
        yield NavigationItem(label=_("Order a product"), url=navigation.address("catalogue:shop", here), icon="cart")
    if house.actor.is_manager:
        yield NavigationItem(
            label=_("Invite people"), url=navigation.address("organisations:invite", here), icon="plus"
        )
        yield NavigationItem(
            label=_("Create a team"), url=navigation.address("organisations:new-team", here), icon="users"
        )
    yield NavigationItem(
        label=_("Found an organisation"), url=navigation.address("organisations:found"), icon="building"
    )
