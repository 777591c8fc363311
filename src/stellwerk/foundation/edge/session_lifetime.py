"""How long a browser stays signed in: not for ever when used, and less when nobody uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import logout

from stellwerk.foundation import clock

if TYPE_CHECKING:
    from django.http import HttpRequest

# Seconds since 1970 by the real clock: a session belongs to a browser, which does not travel with the business time.
_SIGNED_IN_AT = "signed_in_at"
_SEEN_AT = "session_used_at"
_CONFIRMED_AT = "password_confirmed_at"
_NOTED_EVERY_SECONDS = 3600  # exact enough for days, and no write for each page


def begin(request: HttpRequest) -> None:
    """Both times count from the sign-in, also of a session that nobody uses before it is old."""
    request.session[_SIGNED_IN_AT] = request.session[_SEEN_AT] = int(clock.wall().timestamp())


def confirm(request: HttpRequest) -> None:
    """The person has just entered the password once more. The session lasts no longer for it."""
    request.session[_CONFIRMED_AT] = int(clock.wall().timestamp())


def authenticated_at(request: HttpRequest) -> int:
    """When the person last proved who it is, in seconds since 1970."""
    now = int(clock.wall().timestamp())
    return max(int(request.session.get(_SIGNED_IN_AT, now)), int(request.session.get(_CONFIRMED_AT, 0)))


def keep_or_end(request: HttpRequest) -> None:
    """End the session of a request that is too old or was left alone too long; otherwise note that it is used.

    Both limits are the operator's (STELLWERK_SESSION_DAYS, STELLWERK_SESSION_IDLE_DAYS). An ended session leaves the
    request as that of a visitor. Writes at most once an hour.
    """
    if not request.user.is_authenticated:
        return
    now = int(clock.wall().timestamp())
    signed_in_at = request.session.setdefault(_SIGNED_IN_AT, now)
    seen_at = request.session.get(_SEEN_AT, now)
    too_old = now - signed_in_at >= settings.SESSION_DAYS * 86_400
    left_alone = now - seen_at >= settings.SESSION_IDLE_DAYS * 86_400
    if too_old or left_alone:
        logout(request)
    elif _SEEN_AT not in request.session or now - seen_at >= _NOTED_EVERY_SECONDS:
        request.session[_SEEN_AT] = now
