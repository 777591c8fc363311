"""Leading the browser on to an application, also to the schemes of native ones."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from csp.constants import SELF
from django.http import HttpResponse

from stellwerk.foundation.edge.html import render

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


def led_to(request: ActorRequest, location: str) -> HttpResponse:
    """A redirect that also knows the schemes of native applications.

    After the sign-in form it is a page that leads on: the form's own page allows redirects within this host only.
    """
    if request.method == "GET" and request.headers.get("Sec-Fetch-Site") == "same-origin":
        return render(request, "identity/oauth_continue.html", {"location": location})
    answer = HttpResponse(status=302 if request.method == "GET" else 303)
    answer["Location"] = location
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def allow_form_to(answer: HttpResponse, location: str) -> HttpResponse:
    """The answer of the form leads to the application: browsers apply form-action to redirects as well."""
    if location:
        parts = urlsplit(location)
        origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
        answer._csp_update = {"form-action": [SELF, origin]}  # type: ignore[attr-defined]  # noqa: SLF001  django-csp's way
    return answer
