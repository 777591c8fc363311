"""Browsers that an account has used, and accounts that a browser remembers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from stellwerk.foundation import clock
from stellwerk.foundation.devices import Device, device_of
from stellwerk.foundation.places import place_of
from stellwerk.identity.models import KnownBrowser
from stellwerk.identity.queries.pictures import picture_address

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class RememberedAccount:
    """An account that signed in with this browser and was not removed from it (ID-041)."""

    id: int
    name: str
    login: str
    initials: str
    picture_url: str
    is_open: bool  # its session here is alive: switching to it asks for no password (ID-042)


@dataclass(frozen=True, slots=True)
class BrowserRow:
    """A browser as the person recognises it. `trusted_until` is empty when the second factor is asked for there."""

    id: int
    device: Device
    place: str
    address: str
    first_seen_at: datetime
    last_seen_at: datetime
    trusted_until: datetime | None
    is_current: bool


def remembered_accounts(digest: str, *, limit: int = 20) -> list[RememberedAccount]:
    """The accounts of a browser, told by the digest of its cookie, the latest first; one query."""
    if not digest:
        return []
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=clock.wall())
    rows = (
        KnownBrowser.objects.filter(digest=digest, is_remembered=True, account__is_active=True)
        .select_related("account")
        .annotate(is_open=Exists(alive))
        .order_by("-last_seen_at")
    )
    return [
        RememberedAccount(
            row.account_id,
            row.account.display_name,
            row.account.email,
            row.account.initials,
            picture_address(row.account_id, row.account.picture_sha256),
            is_open=row.is_open,
        )
        for row in rows[:limit]
    ]


def browser_rows(account_id: int, *, digest: str, language: str, limit: int = 50) -> list[BrowserRow]:
    """The browsers that an account has used, the latest first. `digest` is that of the browser at hand."""
    rows = KnownBrowser.objects.filter(account_id=account_id, last_seen_at__isnull=False).order_by("-last_seen_at")
    now = clock.now()
    return [
        BrowserRow(
            id=row.pk,
            device=device_of(row.user_agent),
            place=place_of(row.address, language),
            address=row.address or "",
            first_seen_at=row.first_seen_at,
            last_seen_at=row.last_seen_at or row.first_seen_at,
            trusted_until=row.trusted_until if row.trusted_until and row.trusted_until > now else None,
            is_current=row.digest == digest,
        )
        for row in rows[:limit]
    ]
