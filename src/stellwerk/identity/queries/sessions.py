"""Browsers that are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from stellwerk.foundation import clock

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A browser that is signed in (SEC-052)."""

    id: int
    user_agent: str
    address: str
    created_at: datetime
    is_current: bool


def session_rows(account_id: int, *, current_key: str, limit: int = 50) -> list[SessionRow]:
    """The browsers that are signed in, newest first. Sessions that ran out are left out, in two queries."""
    rows = list(UserSession.objects.filter(user_id=account_id).order_by("-pk")[:limit])
    alive = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=clock.wall())
    keys = set(alive.values_list("session_key", flat=True))
    return [
        SessionRow(row.pk, row.user_agent, row.ip, row.created_at, row.session_key == current_key)
        for row in rows
        if row.session_key in keys
    ]


def has_session(account_id: int, session_id: int) -> bool:
    return bool(UserSession.objects.filter(pk=session_id, user_id=account_id).exists())
