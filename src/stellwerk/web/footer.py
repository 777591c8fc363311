"""The links at the foot of every public page: our own, and those the operator sets (UI-031)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from stellwerk.web.shell import NavigationItem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_SAFE = ("https://", "http://", "/")
# Looked up when asked: the active language decides.
_OPERATOR: dict[str, Callable[[], str]] = {
    "about": lambda: _("About us"),
    "certificates": lambda: _("Certificates"),
    "support": lambda: _("Support"),
    "premium_support": lambda: _("Premium support"),
    "partners": lambda: _("Partners"),
    "report_abuse": lambda: _("Report abuse"),
    "legal": lambda: _("Legal documents"),
    "imprint": lambda: _("Imprint"),
    "data_protection": lambda: _("Data protection"),
    "privacy": lambda: _("Privacy policy"),
}
_LEGAL = ("imprint", "privacy")


def own_links() -> tuple[NavigationItem, ...]:
    """Always there: these pages are ours."""
    return (
        NavigationItem(label=_("Products and prices"), url=reverse("catalogue:public-shop")),
        NavigationItem(label=_("Help"), url=reverse("help:index")),
        NavigationItem(label=_("REST API"), url=reverse("api:docs")),
        NavigationItem(label=_("What your browser stores"), url=reverse("help:article", args=("stored-data",))),
        NavigationItem(label=_("Site map"), url=reverse("help:site-map")),
    )


def operator_links() -> tuple[NavigationItem, ...]:
    """Those that lead somewhere; what is not set, or set to no address, is left out."""
    return tuple(_links(_OPERATOR))


def legal_links() -> tuple[NavigationItem, ...]:
    """What must be one step away on every page, of the Manager too."""
    return tuple(_links(_LEGAL))


def address_of(name: str) -> str:
    """The operator's address of that name, empty for none."""
    url = settings.OPERATOR_LINKS.get(name, "")
    return url if url.startswith(_SAFE) else ""


def _links(names: Collection[str]) -> list[NavigationItem]:
    return [
        NavigationItem(label=label(), url=address_of(name))
        for name, label in _OPERATOR.items()
        if name in names and address_of(name)
    ]
