"""What happens when a sign-in has gone through all its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation.actor import Actor
from stellwerk.foundation.devices import device_of
from stellwerk.identity.services import browsers
from stellwerk.identity.services.sessions import note_session
from stellwerk.identity.services.sign_in import note_sign_in

if TYPE_CHECKING:
    from django.http import HttpRequest

    from stellwerk.identity.models import Account


@transaction.atomic
def note_arrival(request: HttpRequest, account: Account) -> None:
    """Remember session and browser and say that the account signed in, and what was new about it. System-only."""
    note_session(request)
    sighting = browsers.note(request, account.pk)
    news = "browser" if sighting.is_new_browser else "place" if sighting.is_new_place else ""
    device = device_of(browsers.user_agent_of(request)).name
    note_sign_in(actor=getattr(request, "actor", Actor()), account=account, device=device, news=news)
