"""States that concern every page: a line under the top bar that stays while it is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from stellwerk.foundation import browsers, clock
from stellwerk.web import formats
from stellwerk.web.shell import Strip, Tone

if TYPE_CHECKING:
    from django.http import HttpRequest


def of_the_browser(request: HttpRequest) -> tuple[Strip, ...]:
    """A browser below the minimum is told so on every page, with the way to a newer one (UI-018)."""
    if not browsers.is_outdated(request.headers.get("User-Agent", "")):
        return ()
    return (
        Strip(
            tone=Tone.WARN,
            icon="monitor",
            title=_("This browser is too old."),
            text=_("Security and display are no longer assured here."),
            action_label=_("Update the browser"),
            action_url=reverse("identity:browser-guide") + "#versions",
        ),
    )


def of_the_clock(request: HttpRequest) -> tuple[Strip, ...]:
    """A travelled clock is said on every page; only the operator can return to today."""
    if not clock.offset():
        return ()
    may_return = bool(getattr(getattr(request, "user", None), "is_operator", False))
    return (
        Strip(
            tone=Tone.DEMO,
            icon="flask",
            title=_("Demo: the clock stands at %(date)s.") % {"date": formats.date_long(clock.today())},
            text=_("The dates of this instance are not those of your calendar."),
            action_label=_("Return to today") if may_return else "",
            action_url=reverse("web:return-to-today") if may_return else "",
            posts=True,
        ),
    )
