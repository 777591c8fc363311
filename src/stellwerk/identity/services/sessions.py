"""Open browser sessions. The one place of the room's services that needs the request: a session is a cookie."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.internal.httpkit import HTTP_USER_AGENT_MAX_LENGTH, get_client_ip
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef

from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.identity import policy
from stellwerk.identity.events import SessionEnded, SignedOut
from stellwerk.identity.models import Account, KnownBrowser
from stellwerk.identity.services import browsers
from stellwerk.identity.services.switching import set_aside

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from stellwerk.foundation.actor import Actor

_JUST_NOW = timedelta(hours=1)


def open_session(
    request: HttpRequest, account: Account, *, next_url: str, method: str = "password"
) -> HttpResponseBase:
    """Sign the browser in and lead on. The session key is new, so that a planted one is worth nothing.

    Goes through django-allauth's stages: where a second factor is active, the answer leads to it first, unless the
    `method` has proved the person twice (a passkey). The session of another account that this browser has open waits
    for a switch back (ID-042).
    """
    if request.user.is_authenticated:
        if request.user.pk == account.pk:
            renew_key(request)  # Django would keep the key: a copied one would go on
        else:
            set_aside(request)
    record_authentication(request, account, method=method, email=account.email)
    answer: HttpResponseBase = perform_login(request, account, redirect_url=next_url, email=account.email)
    return answer


def open_session_of(request: HttpRequest, *, account_id: int, next_url: str) -> HttpResponseBase:
    """Sign in the account that a use case has just made or proved. System-only."""
    return open_session(request, Account.objects.get(pk=account_id), next_url=next_url)


def close_session(request: HttpRequest, *, actor: Actor) -> None:
    """Sign the browser out; its session row and cookie are gone."""
    if actor.account_id is not None:
        with transaction.atomic():
            UserSession.objects.filter(session_key=request.session.session_key).delete()
            events.publish(SignedOut(account_id=actor.account_id), actor=actor)
    get_adapter(request).logout(request)


def keep_session(request: HttpRequest, account: Account) -> None:
    """After a password change: this browser stays signed in under a new key, all others are out."""
    old_key = request.session.session_key
    for session in UserSession.objects.filter(user_id=account.pk).exclude(session_key=old_key):
        session.end()
    update_session_auth_hash(request, account)
    UserSession.objects.filter(session_key=old_key).delete()  # the session itself moves, it does not end
    note_session(request)


def renew_key(request: HttpRequest) -> None:
    """A new key for the session at hand, after what protects the account has changed. System-only.

    Whoever has copied the cookie before is out.
    """
    old_key = request.session.session_key
    request.session.cycle_key()
    new_key = request.session.session_key
    UserSession.objects.filter(session_key=old_key).update(session_key=new_key)
    KnownBrowser.objects.filter(session_key=old_key).update(session_key=new_key)


def note_session(request: HttpRequest) -> None:
    """Write down which browser a session belongs to, new or signed in once more, in one statement. System-only."""
    session = UserSession(
        user_id=request.user.pk,
        session_key=request.session.session_key,
        ip=get_adapter().get_client_ip(request),
        user_agent=browsers.user_agent_of(request)[:HTTP_USER_AGENT_MAX_LENGTH],
    )
    UserSession.objects.bulk_create(
        [session],
        update_conflicts=True,
        unique_fields=["session_key"],
        update_fields=["user", "ip", "user_agent", "last_seen_at"],
    )


def forget_old_sessions() -> int:
    """Delete sessions that ran out, and the notes about sessions that are gone. System-only. Returns how many."""
    now = clock.wall()
    Session.objects.filter(expire_date__lt=now).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    # A sign-in notes its new session a moment before the session itself is stored under that key.
    gone = UserSession.objects.filter(~Exists(alive), last_seen_at__lt=now - _JUST_NOW)
    deleted: int = gone.delete()[0]
    return deleted


def end_sessions_of(account_id: int) -> None:
    """End every listed session of a person, in the caller's transaction. System-only."""
    for session in UserSession.objects.filter(user_id=account_id):
        session.end()


@transaction.atomic
def end_session(*, actor: Actor, account_id: int, session_id: int) -> None:
    """End one session of a person (SEC-052). Raises NotFound for another person's. Publishes SessionEnded."""
    require(policy.can_manage_secrets_of(actor, account_id))
    session = UserSession.objects.filter(pk=session_id, user_id=account_id).first()
    if session is None:
        raise NotFound
    session.end()
    events.publish(SessionEnded(account_id=account_id, count=1), actor=actor)


@transaction.atomic
def end_other_sessions(*, actor: Actor, account_id: int, kept_key: str) -> int:
    """End all sessions but the one with `kept_key` (SEC-053). Publishes SessionEnded when there was one.

    Every browser needs the second factor again.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    others = list(UserSession.objects.filter(user_id=account_id).exclude(session_key=kept_key))
    for session in others:
        session.end()
    browsers.forget_trust(account_id)
    if others:
        events.publish(SessionEnded(account_id=account_id, count=len(others)), actor=actor)
    return len(others)


def client_address(request: HttpRequest) -> str | None:
    """The network address of the browser, behind as many proxies as the operator trusts."""
    address: str | None = get_client_ip(request)
    return address
