"""Browsers that are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from stellwerk.foundation import clock
from stellwerk.foundation.devices import device_of
from stellwerk.foundation.places import place_of
from stellwerk.identity.models import KnownBrowser

if TYPE_CHECKING:
    from datetime import datetime

    from stellwerk.foundation.devices import Device


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A browser that is signed in (SEC-052)."""

    id: int
    user_agent: str
    address: str
    created_at: datetime
    is_current: bool
    device: Device
    place: str
    first_seen_at: datetime
    last_seen_at: datetime


def session_rows(account_id: int, *, current_key: str, language: str = "en", limit: int = 50) -> list[SessionRow]:
    """The browsers that are signed in, newest first. Sessions that ran out are left out, in three queries."""
    rows = list(UserSession.objects.filter(user_id=account_id).order_by("-pk")[:limit])
    alive = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=clock.wall())
    keys = set(alive.values_list("session_key", flat=True))
    known = {row.session_key: row for row in KnownBrowser.objects.filter(account_id=account_id, session_key__in=keys)}
    return [
        _row(row, known.get(row.session_key), current_key=current_key, language=language)
        for row in rows
        if row.session_key in keys
    ]


def _row(session: UserSession, browser: KnownBrowser | None, *, current_key: str, language: str) -> SessionRow:
    return SessionRow(
        id=session.pk,
        user_agent=session.user_agent,
        address=session.ip,
        created_at=session.created_at,
        is_current=session.session_key == current_key,
        device=device_of(session.user_agent),
        place=place_of(session.ip, language),
        first_seen_at=browser.first_seen_at if browser else session.created_at,
        last_seen_at=(browser.last_seen_at if browser else None) or session.created_at,
    )


def has_session(account_id: int, session_id: int) -> bool:
    return bool(UserSession.objects.filter(pk=session_id, user_id=account_id).exists())
