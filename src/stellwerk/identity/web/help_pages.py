"""Texts that explain sign-in, for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from stellwerk.foundation.browsers import applications
from stellwerk.foundation.edge.html import page, render

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.foundation.edge.html import ActorRequest


@require_safe
@page
def login_and_mailbox(request: ActorRequest) -> HttpResponse:
    """The two pairs of address and password, side by side (ID-018…022). The same for everybody (ID-021)."""
    return render(request, "identity/login_and_mailbox.html")


@require_safe
@page
def browser_guide(request: ActorRequest) -> HttpResponse:
    """Switched-off cookies and scripts, and outdated browsers; works without either (ID-038, ID-076, UI-019…025)."""
    return render(request, "identity/browser_guide.html", {"applications": applications()})


@require_safe
@page
def appearance_guide(request: ActorRequest) -> HttpResponse:
    """Light and dark here, and where systems choose it, which "automatic" follows (UI-026, UI-028)."""
    return render(request, "identity/appearance_guide.html")
