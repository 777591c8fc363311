"""The context processor of all pages: `shell`, made only when a template asks for it."""

from __future__ import annotations

from functools import lru_cache
from importlib import metadata
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from stellwerk.web.shell import Person, Shell

if TYPE_CHECKING:
    from django.http import HttpRequest

THEME_COOKIE = "theme"
THEMES = ("automatic", "light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` for the templates. Lazy: answers without a page (pieces, downloads) pay nothing for it."""
    return {"shell": SimpleLazyObject(lambda: shell_of(request))}


def shell_of(request: HttpRequest) -> Shell:
    """The frame around a page for whoever asks; an error page may ask before anybody is known."""
    return Shell(
        version=_version(),
        theme=theme_of(request),
        person=_person(request),
        sign_in_url=_url("account_login"),
        sign_out_url=_url("account_logout"),
    )


def theme_of(request: HttpRequest) -> str:
    """The chosen theme: the account's, else this browser's, else automatic (UI-026)."""
    user = getattr(request, "user", None)
    chosen = getattr(user, "theme", None) or request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "automatic"


def _person(request: HttpRequest) -> Person | None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    return Person(name=user.display_name, email=user.email, initials=user.initials)


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
