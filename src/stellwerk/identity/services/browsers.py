"""Browsers that an account has used: told by one long-lived cookie, bound to the account row by row.

The value of the cookie changes with every sign-in. A value that somebody planted beforehand is therefore worth
nothing afterwards: it neither passes for the person's browser nor skips the second factor nor reaches a session.
System-only throughout: the sign-in, or the person's own pages, decide who may.
"""

from __future__ import annotations

import re
import secrets as standard
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction

from stellwerk.foundation import clock, events, places, secrets
from stellwerk.foundation.decisions import require
from stellwerk.foundation.devices import LONGEST, device_of
from stellwerk.foundation.edge.addresses import client_address
from stellwerk.foundation.edge.session_store import SessionStore
from stellwerk.foundation.errors import NotFound
from stellwerk.identity import policy
from stellwerk.identity.events import BrowserRemoved
from stellwerk.identity.models import KnownBrowser, KnownPlace

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from stellwerk.foundation.actor import Actor

COOKIE = "browser"
TRUST_DAYS = 30
KNOWN_DAYS = 365
SEEN_EVERY = timedelta(hours=1)  # exact enough for "last seen", and no write per request
_SEEN = "browser_seen_at"
_SEVERAL = "has_several_accounts"
_SHAPE = re.compile(r"[\w-]{22}", re.ASCII)  # 128 random bits


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was new about a sign-in. An account's very first one is news to nobody."""

    is_new_browser: bool
    is_new_place: bool

    @property
    def is_news(self) -> bool:
        return self.is_new_browser or self.is_new_place


def known_accounts(request: HttpRequest) -> frozenset[int]:
    """The accounts that have signed in with this browser within a year, in one query whoever knocks."""
    since = clock.now() - timedelta(days=KNOWN_DAYS)
    return frozenset(rows_of(request).filter(last_seen_at__gt=since).values_list("account_id", flat=True))


def is_known(request: HttpRequest, account_id: int) -> bool:
    """Whether this account has signed in with this browser before, within a year."""
    return account_id in known_accounts(request)


def is_trusted(request: HttpRequest, account_id: int) -> bool:
    """Whether this account needs no second factor in this browser now."""
    return rows_of(request).filter(account_id=account_id, trusted_until__gt=clock.now()).exists()


@transaction.atomic
def trust(request: HttpRequest, account_id: int) -> None:
    """Ask for no second factor in this browser for 30 days. Only after a second factor was just given."""
    row = _row(request, account_id)
    row.trusted_until = clock.now() + timedelta(days=TRUST_DAYS)
    row.save()


def note(request: HttpRequest, account_id: int) -> Sighting:
    """A sign-in went through: remember browser, place and session, and give the cookie a new value.

    In the caller's transaction.
    """
    now = clock.now()
    # Nobody else knows the new value: rows that did not move with it are not there, and none can appear.
    rows = list(rows_of(request).select_for_update()) if _renew(request) else []
    row = next((each for each in rows if each.account_id == account_id), None)
    if row is None:
        row = KnownBrowser(account_id=account_id, digest=digest_of(request), first_seen_at=now)
    is_first = (
        row.last_seen_at is None
        and not KnownBrowser.objects.filter(account_id=account_id).exclude(last_seen_at=None).exists()
    )
    is_new_browser = row.last_seen_at is None or row.last_seen_at < now - timedelta(days=KNOWN_DAYS)
    row.user_agent = user_agent_of(request)
    row.address = client_address(request) or None
    row.session_key = request.session.session_key or ""
    row.is_remembered = True
    row.last_seen_at = now
    row.save()
    request.session[_SEEN] = now.timestamp()
    request.session[_SEVERAL] = any(each.is_remembered for each in rows if each.account_id != account_id)
    is_new_place = _is_new_place(account_id, row.address)
    return Sighting(is_new_browser and not is_first, is_new_place and not is_first)


def note_use(request: HttpRequest, account_id: int) -> None:
    """Remember, once an hour, that the browser is in use."""
    now = clock.now()
    if abs(now.timestamp() - request.session.get(_SEEN, 0)) < SEEN_EVERY.total_seconds():
        return
    request.session[_SEEN] = now.timestamp()
    rows_of(request).filter(account_id=account_id).update(last_seen_at=now, address=client_address(request) or None)


def mark_session(request: HttpRequest) -> None:
    """Note in the session whether the browser remembers several accounts, so that no page asks in vain."""
    request.session[_SEVERAL] = rows_of(request).filter(is_remembered=True).count() > 1


def has_several(request: HttpRequest) -> bool:
    """Whether the browser may remember other accounts than the one at hand."""
    return bool(request.session.get(_SEVERAL))


@transaction.atomic
def remove(*, actor: Actor, account_id: int, browser_id: int, current: SessionBase) -> None:
    """Make a browser a stranger to the account: trust and, unless it is the session at hand, its session end.

    Refusals in order: policy, NotFound. Publishes BrowserRemoved.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    row = KnownBrowser.objects.select_for_update().filter(pk=browser_id, account_id=account_id).first()
    if row is None:
        raise NotFound
    if row.session_key and row.session_key != current.session_key:
        SessionStore(row.session_key).delete()
        UserSession.objects.filter(session_key=row.session_key).delete()
    row.delete()
    events.publish(BrowserRemoved(account_id=account_id, device=device_of(row.user_agent).name), actor=actor)


def forget_strangers() -> int:
    """Delete browsers that no cookie can name any more. System-only. Returns how many."""
    before = clock.now() - timedelta(days=KNOWN_DAYS + 35)
    return KnownBrowser.objects.filter(last_seen_at__lt=before).delete()[0]


def forget_trust(account_id: int) -> None:
    """Ask for the second factor in every browser again: after a new password, a lost factor, "end all"."""
    KnownBrowser.objects.filter(account_id=account_id).update(trusted_until=None)


def write_cookie(request: HttpRequest, answer: HttpResponse) -> None:
    """Send the cookie if this request gave it a value."""
    value = getattr(request, "new_browser", "")
    if value:
        answer.set_cookie(
            COOKIE,
            value,
            max_age=KNOWN_DAYS * 24 * 3600,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE or request.is_secure(),
        )


def digest_of(request: HttpRequest) -> str:
    """The digest of the browser's cookie, empty without one."""
    value: str = getattr(request, "new_browser", "") or request.COOKIES.get(COOKIE, "")
    return secrets.digest(value) if _SHAPE.fullmatch(value) else ""


def user_agent_of(request: HttpRequest) -> str:
    return str(request.META.get("HTTP_USER_AGENT", ""))[:LONGEST].replace("\x00", "")


def rows_of(request: HttpRequest) -> QuerySet[KnownBrowser]:
    """The rows of the browser at hand, one for each account."""
    digest = digest_of(request)
    return KnownBrowser.objects.filter(digest=digest) if digest else KnownBrowser.objects.none()


def _row(request: HttpRequest, account_id: int) -> KnownBrowser:
    """The row of account and browser, made when there is none; without a cookie the browser gets one."""
    if not digest_of(request):
        _renew(request)
    row, _is_new = KnownBrowser.objects.select_for_update().get_or_create(
        account_id=account_id,
        digest=digest_of(request),
        defaults={"first_seen_at": clock.now(), "user_agent": user_agent_of(request)},
    )
    return row


def _renew(request: HttpRequest) -> int:
    """A new value for the cookie; the rows of all its accounts move along. Returns how many there are."""
    old = digest_of(request)
    request.new_browser = standard.token_urlsafe(16)  # type: ignore[attr-defined]  # read by write_cookie
    return KnownBrowser.objects.filter(digest=old).update(digest=digest_of(request)) if old else 0


def _is_new_place(account_id: int, address: str | None) -> bool:
    """Whether the account signs in from this region for the first time; without a place database never."""
    region = places.region_of(address)
    if not region:
        return False
    _place, is_new = KnownPlace.objects.get_or_create(
        account_id=account_id, region=region, defaults={"first_seen_at": clock.now()}
    )
    return is_new
