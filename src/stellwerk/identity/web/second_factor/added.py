"""What follows a change of the factors, whichever: a new session key, and the codes or the overview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from stellwerk.foundation.edge.html import render
from stellwerk.identity.services import sessions

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


def added(request: ActorRequest, codes: tuple[str, ...]) -> HttpResponse:
    """After `services.second_factor.add`: its recovery codes on a page shown once, else the overview."""
    sessions.renew_key(request)
    if codes:
        messages.success(request, _("The second factor is on."))
        return show_codes(request, codes)
    messages.success(request, _("The second factor is added."))
    return HttpResponseRedirect(reverse("identity:second-factors"))


def show_codes(request: ActorRequest, codes: tuple[str, ...]) -> HttpResponse:
    """Shown once: the answer is not kept anywhere (SEC-029, SEC-030)."""
    context = {"codes": codes, "text": "\n".join(codes)}
    answer = render(request, "identity/second_factor/recovery_codes.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
