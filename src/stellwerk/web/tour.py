"""The guided tour: one step per main section, each beside the thing it explains (UI-010)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


@dataclass(frozen=True, slots=True)
class TourStep:
    """`target` is a selector; the first that is visible is marked: a menu may be behind the burger."""

    title: str
    text: str
    target: str


_STEPS = (
    (
        gettext_noop("Where you are"),
        gettext_noop("All you see belongs to this organisation. Press its name to work in another one."),
        ".plate",
    ),
    (
        gettext_noop("Products and settings"),
        gettext_noop("The menu lists products by group; below are accounting, people and settings."),
        "nav.side, .burger",
    ),
    (
        gettext_noop("Find anything"),
        gettext_noop(
            "The search knows products, people, documents, settings and help of all your organisations; "
            "/ or Ctrl K opens it."
        ),
        ".command, .find, .burger",
    ),
    (
        gettext_noop("What needs you"),
        gettext_noop("Expiring products, open invoices and invitations stand here first, each with what to do."),
        "[aria-labelledby='watch'], .page-head",
    ),
    (
        gettext_noop("Your products"),
        gettext_noop("Press a kind for its list, and there a name for the product."),
        ".groups",
    ),
    (
        gettext_noop("Manager and Suite"),
        gettext_noop("The squares lead to every kind of product, and between Manager and Suite."),
        ".apps-menu",
    ),
    (
        gettext_noop("You"),
        gettext_noop("Profile, security, language, appearance, other accounts, and signing out."),
        ".me",
    ),
    (
        gettext_noop("Help"),
        gettext_noop(
            "This tour and the help pages are always down here; “Need help?” beside a title explains that page."
        ),
        ".dock",
    ),
)


def steps() -> list[TourStep]:
    """The sections in the order of the page. Without script they are read as a list."""
    return [TourStep(_(title), _(text), target) for title, text, target in _STEPS]
