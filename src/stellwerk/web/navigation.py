"""The left menu, the switcher, the apps and the avatar menu, from what a person may see (UI-002, UI-007)."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from stellwerk.catalogue.kinds import Universe
from stellwerk.foundation.actor import Role
from stellwerk.web.shell import AppLink, NavigationGroup, NavigationItem, OrganisationChoice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stellwerk.web.house import House
    from stellwerk.web.shell import NavigationSection

UNIVERSE_ICONS = {
    Universe.COLLABORATION: "suite",
    Universe.WEB: "globe",
    Universe.CLOUD: "cloud",
    Universe.EVENTS: "ticket",
    Universe.STREAMING: "radio",
    Universe.SUPPORT: "ring",
}


def universe_name(universe: Universe) -> str:
    """The group's name in the active language (CAT-001)."""
    return {
        Universe.COLLABORATION: _("Collaboration"),
        Universe.WEB: _("Web and domains"),
        Universe.CLOUD: _("Cloud"),
        Universe.EVENTS: _("Events and marketing"),
        Universe.STREAMING: _("Streaming"),
        Universe.SUPPORT: _("Support"),
    }[universe]


def address(name: str, organisation_id: int | None = None) -> str:
    """The address of a page, empty while no room brings it: nothing in the menu leads nowhere."""
    try:
        return reverse(name, kwargs={"organisation_id": organisation_id} if organisation_id else None)
    except NoReverseMatch:
        return ""


def sections(house: House, path: str) -> tuple[NavigationSection, ...]:
    """Products by group, a line, then accounting, organisation and what the operator sees."""
    if house.organisation_id is None:
        own = (tuple(own_groups(path)),) if house.actor.account_id else ()
        return (*own, _operator(house, path)) if house.is_operator else own
    here = house.organisation_id
    start = NavigationItem(label=_("Start"), url=address("web:start", here), icon="home")
    products: NavigationSection = (_marked(start, path), *_product_groups(house, path))
    groups = [
        *_accounting(house, path),
        *_group(_("Organisation"), "users", _organisation_items(house), path),
        *_operator(house, path),
    ]
    return tuple(section for section in (products, tuple(groups)) if section)


def own_groups(path: str = "") -> Iterator[NavigationGroup]:
    """The pages about the person: they belong to no organisation (ID-046)."""
    pages = _own_pages()
    urls = [entry.url for _label, _icon, entries in pages for entry in entries]
    # "/profile" holds all pages below it: the longest address is the page's own.
    # Three steps after a break-in are reached from the password (ID-062).
    path = _moved(path, below=address("identity:compromised"), to=address("identity:password"))
    here = max((url for url in urls if url and _holds(url, path)), key=len, default=None)
    for label, icon, entries in pages:
        yield from _group(label, icon, [replace(entry, current=entry.url == here) for entry in entries], "")


def _moved(path: str, *, below: str, to: str) -> str:
    """The place in the menu of a page that lies below one address and belongs to another."""
    return to if below and _holds(below, path) else path


def _own_pages() -> tuple[tuple[str, str, list[NavigationItem]], ...]:
    return (
        (
            _("Profile"),
            "contact",
            [
                NavigationItem(label=_("Personal data"), url=address("identity:profile")),
                NavigationItem(label=_("My organisations"), url=address("organisations:mine")),
                NavigationItem(label=_("My activity"), url=address("identity:activity")),
            ],
        ),
        (
            _("Sign-in and security"),
            "shield",
            [
                NavigationItem(label=_("Sign-in data"), url=address("identity:sign-in-data")),
                NavigationItem(label=_("Password"), url=address("identity:password")),
                NavigationItem(label=_("Second factor"), url=address("identity:second-factors")),
                NavigationItem(label=_("Devices"), url=address("identity:sessions")),
                NavigationItem(label=_("Alerts and lock"), url=address("identity:alerts")),
            ],
        ),
        (
            _("Programs and interface"),
            "key",
            [
                NavigationItem(label=_("Application passwords"), url=address("identity:application-passwords")),
                NavigationItem(label=_("API tokens"), url=address("identity:tokens")),
                NavigationItem(label=_("Applications"), url=address("identity:applications")),
            ],
        ),
    )


def organisation_choices(house: House) -> tuple[OrganisationChoice, ...]:
    """The person's other organisations; the kind tells two of one name apart."""
    names = [row.name for row in house.memberships]
    return tuple(
        OrganisationChoice(
            id=row.organisation_id,
            name=row.name,
            detail=f"{row.organisation_id}" if names.count(row.name) > 1 else "",
        )
        for row in house.memberships
        if row.organisation_id != house.organisation_id
    )


def apps(house: House) -> tuple[AppLink, ...]:
    """The tiles of the icon top right: the Manager and the Suite, each with its kinds of product (UI-002, UI-005)."""
    if house.organisation_id is None:
        return ()
    manager, suite = _("Manager"), _("Suite")
    here = house.organisation_id
    listed = address("products:list", here)
    tiles = {
        manager: [AppLink(label=_("Start"), url=address("web:start", here), icon="home", space=manager)],
        suite: [AppLink(label=_("Start"), url=address("web:suite", here), icon="suite", space=suite)],
    }
    for each in house.counts:
        space = suite if each.universe == Universe.COLLABORATION else manager
        url = f"{listed}?kind={each.kind_code}"
        tiles[space].append(AppLink(label=each.name, url=url, icon=each.icon, space=space))
    return (*tiles[manager], *tiles[suite])


def suite_sections(house: House, path: str) -> tuple[NavigationSection, ...]:
    """The menu inside the Suite: its apps only. Domains, servers and invoices are in the Manager (UI-014)."""
    here = house.organisation_id
    start = NavigationItem(label=_("Start"), url=address("web:suite", here), icon="suite")
    listed = address("products:list", here)
    owned = [each for each in house.counts if each.universe == Universe.COLLABORATION and each.count]
    entries = [
        NavigationItem(label=each.name, url=f"{listed}?kind={each.kind_code}", icon=each.icon, count=each.count)
        for each in owned
    ]
    manager = NavigationItem(label=_("To the Manager"), url=address("web:start", here), icon="grid")
    return (tuple(_marked(entry, path) for entry in (start, *entries)), (manager,))


def account_links() -> tuple[NavigationItem, ...]:
    """The avatar menu beside language, appearance and sign out (UI-006)."""
    links = (
        NavigationItem(label=_("Profile and security"), url=address("identity:profile"), icon="shield"),
        NavigationItem(label=_("My organisations"), url=address("organisations:mine"), icon="building"),
        NavigationItem(label=_("API tokens"), url=address("identity:tokens"), icon="key"),
    )
    return tuple(link for link in links if link.url)


def _product_groups(house: House, path: str) -> Iterable[NavigationGroup]:
    listed = address("products:list", house.organisation_id)
    for universe, counts in groupby(house.counts, key=lambda each: each.universe):
        entries = [
            NavigationItem(
                label=each.name,
                url=f"{listed}?kind={each.kind_code}" if listed else "",
                count=each.count or None,
            )
            for each in counts
        ]
        yield from _group(universe_name(universe), UNIVERSE_ICONS[universe], entries, path)


def _accounting(house: House, path: str) -> Iterable[NavigationGroup]:
    """Without the billing right the whole section is hidden (GEN-002)."""
    here = house.organisation_id
    entries = [
        NavigationItem(label=_("To pay"), url=address("billing:to-pay", here)),
        NavigationItem(label=_("Orders"), url=address("billing:orders", here)),
        NavigationItem(label=_("Invoices"), url=address("billing:invoices", here)),
        NavigationItem(label=_("Prepaid account"), url=address("billing:prepaid", here)),
        NavigationItem(label=_("Billing addresses"), url=address("billing:addresses", here)),
        NavigationItem(label=_("Cart"), url=address("billing:cart", here)),
    ]
    if not house.actor.has_billing_access:
        return ()
    path = _moved(path, below=address("billing:checkout", here), to=address("billing:cart", here))
    return _group(_("Accounting"), "receipt", entries, path)


def _organisation_items(house: House) -> list[NavigationItem]:
    here = house.organisation_id
    entries = [NavigationItem(label=_("People and teams"), url=address("organisations:members", here))]
    if house.actor.is_manager:
        entries.append(NavigationItem(label=_("Activity log"), url=address("organisations:activity", here)))
    entries.append(NavigationItem(label=_("Tags"), url=address("products:tags", here)))
    if house.actor.is_manager:
        entries.append(NavigationItem(label=_("Product transfers"), url=address("products:transfers", here)))
    if house.actor.role != Role.EXTERNAL:
        entries.append(NavigationItem(label=_("Settings"), url=address("organisations:organisation", here)))
    return entries


def _operator(house: House, path: str) -> tuple[NavigationGroup, ...]:
    if not house.is_operator:
        return ()
    entries = [
        NavigationItem(label=_("Outbox"), url=address("identity:outbox")),
        NavigationItem(label=_("Bank files"), url=address("billing:bank-import")),
        NavigationItem(label=_("Withdrawals"), url=address("billing:payouts")),
        NavigationItem(label=_("Help requests"), url=address("identity:help-requests")),
    ]
    return tuple(_group(_("Operator"), "server", entries, path))


def _group(label: str, icon: str, entries: Iterable[NavigationItem], path: str) -> Iterable[NavigationGroup]:
    shown = tuple(_marked(entry, path) for entry in entries if entry.url)
    if shown:
        yield NavigationGroup(label=label, icon=icon, entries=shown)


def _marked(entry: NavigationItem, path: str) -> NavigationItem:
    """The entry whose page this is, or whose list it belongs to, is the current one."""
    if not _holds(entry.url, path):
        return entry
    return NavigationItem(label=entry.label, url=entry.url, icon=entry.icon, count=entry.count, current=True)


def _holds(url: str, path: str) -> bool:
    """A list holds its own page, filtered or not, and what is below; an entry with a filter of its own only itself."""
    if "?" in url or url.endswith("/"):
        return url == path
    here = path.partition("?")[0]
    return here == url or here.startswith(f"{url}/")
