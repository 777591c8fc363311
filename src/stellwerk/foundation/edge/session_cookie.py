"""The session's cookie in browsers that do several things at once.

A page that asks in the background, or a second tab, may still send the key that a sign-in has just replaced. Its answer
can arrive last. Django would then take the cookie away, or write the old key over the new one: the person who has just
signed in is a visitor again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.sessions import middleware

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class SessionMiddleware(middleware.SessionMiddleware):
    """Sends the cookie with a new key, and takes it away where the session ends: nowhere else."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Django's answer without the cookies that say nothing new."""
        answer = super().process_response(request, response)
        cookie = answer.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is None:
            return answer
        is_known_key = cookie.value == request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        is_late_goodbye = not cookie.value and not getattr(request.session, "has_ended", False)
        if is_known_key or is_late_goodbye:
            del answer.cookies[settings.SESSION_COOKIE_NAME]
        return answer
