"""The context processor of all pages: `shell`, made only when a template asks for it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from importlib import metadata
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from stellwerk.foundation.browsers import is_mobile, is_outdated
from stellwerk.help import queries as help_pages
from stellwerk.identity import queries as identity
from stellwerk.identity.services import browsers
from stellwerk.web import footer, navigation, strips
from stellwerk.web.house import house_of
from stellwerk.web.shell import AccountChoice, OrganisationChoice, Person, Shell

if TYPE_CHECKING:
    from django.http import HttpRequest

    from stellwerk.organisations.queries import MembershipRow
    from stellwerk.web.house import House
    from stellwerk.web.shell import NavigationSection

THEME_COOKIE = "theme"
THEMES = ("automatic", "light", "dark")
# On a phone these follow the system, whatever was chosen in this browser before (UI-027).
_ENTRANCES = ("/sign-in", "/sign-up")


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` for the templates. Lazy: answers without a page (pieces, downloads) pay nothing for it."""
    return {"shell": SimpleLazyObject(lambda: shell_of(request))}


def shell_of(request: HttpRequest) -> Shell:
    """The frame around a page for whoever asks; an error page may ask before anybody is known."""
    follows_system = _follows_system(request)
    outside = Shell(
        version=_version(),
        theme="automatic" if follows_system else theme_of(request),
        is_theme_fixed=follows_system,
        is_browser_outdated=is_outdated(_user_agent(request)),
        person=_person(request),
        sign_in_url=_url("account_login"),
        sign_out_url=_url("account_logout"),
        strips=strips.of_the_browser(request) + strips.of_the_clock(request),
        help_url=_help_url(request),
        support_url=footer.address_of("support") or reverse("help:index"),
        status_url=footer.address_of("status"),
        footer_links=(*footer.own_links(), *footer.operator_links()),
        operator_links=footer.operator_links(),
        legal_links=footer.legal_links(),
    )
    # An error page may be drawn before the middleware knew anybody.
    if outside.person is None or not hasattr(request, "actor"):
        return outside
    return _inside(outside, request, house_of(request))


def _here(mine: MembershipRow) -> OrganisationChoice:
    return OrganisationChoice(id=mine.organisation_id, name=mine.name, logo_url=mine.logo_url)


def _inside(outside: Shell, request: HttpRequest, house: House) -> Shell:
    """The frame of somebody who is signed in; in an organisation when the address names one."""
    mine = house.membership
    return replace(
        outside,
        home_url=navigation.address("web:start", house.organisation_id) if house.organisation_id else "/",
        organisation=_here(mine) if mine else None,
        role=mine.role_name if mine else "",
        other_organisations=navigation.organisation_choices(house),
        switch_url=_url("organisations:switch"),
        search_url=_url("web:search"),
        new_organisation_url=_url("organisations:found"),
        apps=navigation.apps(house),
        account_links=navigation.account_links(),
        other_accounts=_other_accounts(request),
        switch_account_url=_url("identity:switch-account"),
        accounts_url=_url("identity:accounts"),
        tour_url=_tour_url(house),
        navigation=_navigation(house, request),
    )


def _other_accounts(request: HttpRequest) -> tuple[AccountChoice, ...]:
    """The accounts to switch to; most browsers remember one, and their pages ask nothing."""
    if not browsers.has_several(request):
        return ()
    return tuple(
        AccountChoice(
            id=row.id,
            name=row.name,
            login=row.login,
            initials=row.initials,
            picture_url=row.picture_url,
            is_open=row.is_open,
        )
        for row in identity.remembered_accounts(browsers.digest_of(request))
        if row.id != request.user.pk
    )


def theme_of(request: HttpRequest) -> str:
    """The chosen theme: the account's, else this browser's, else automatic (UI-026)."""
    user = getattr(request, "user", None)
    chosen = getattr(user, "theme", None) or request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "automatic"


def _follows_system(request: HttpRequest) -> bool:
    """Sign-in and sign-up on a phone or tablet match its apps: light or dark as the system is (UI-027)."""
    is_entrance = request.path.startswith(_ENTRANCES) or request.path.endswith("/sign-up")
    return is_entrance and is_mobile(_user_agent(request))


def _user_agent(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")


def _person(request: HttpRequest) -> Person | None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    picture_url = identity.picture_address(user.pk, user.picture_sha256)
    return Person(name=user.display_name, email=user.email, initials=user.initials, picture_url=picture_url)


def _navigation(house: House, request: HttpRequest) -> tuple[NavigationSection, ...]:
    match = getattr(request, "resolver_match", None)
    in_suite = match is not None and match.view_name == "web:suite"
    sections = navigation.suite_sections if in_suite else navigation.sections
    return sections(house, request.get_full_path())


def _tour_url(house: House) -> str:
    """The tour shows the sections of an organisation: without one there is nothing to show."""
    start = navigation.address("web:start", house.organisation_id) if house.organisation_id else ""
    return f"{start}?tour=1" if start else ""


def _help_url(request: HttpRequest) -> str:
    """The help page that explains this one; empty where none does (UI-011)."""
    match = getattr(request, "resolver_match", None)
    topic = help_pages.topic_of(match.view_name) if match else ""
    return reverse("help:article", args=(topic,)) if topic else ""


def _url(name: str) -> str:
    """The address of a page that another room may bring; empty while it does not exist."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=1)
def _version() -> str:
    try:
        return metadata.version("stellwerk")
    except metadata.PackageNotFoundError:  # run from a source tree that nobody installed
        return ""
