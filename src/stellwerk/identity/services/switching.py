"""Several accounts in one browser: switching between them, and forgetting one (ID-040…043).

The keys of the other accounts' sessions stay here, in the rows of the browser's cookie; the browser itself holds one
session at a time. A switch gives the session a new key, so that a key seen before is worth nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.middleware.csrf import rotate_token
from django.utils.crypto import constant_time_compare

from stellwerk.foundation import events
from stellwerk.foundation.edge.session_lifetime import keep_or_end
from stellwerk.foundation.edge.session_store import SessionStore
from stellwerk.foundation.errors import NotFound
from stellwerk.identity.events import AccountForgotten, AccountSwitched
from stellwerk.identity.services import browsers

if TYPE_CHECKING:
    from django.http import HttpRequest

    from stellwerk.foundation.actor import Actor
    from stellwerk.identity.models import Account, KnownBrowser


def set_aside(request: HttpRequest) -> None:
    """Keep the session at hand for later and go on as a visitor. System-only: before somebody else signs in.

    Without it Django would throw the session away. Nothing of it reaches the next account.
    """
    if not request.user.is_authenticated:
        return
    _keep_key(request)
    request.session = SessionStore()
    request.user = AnonymousUser()


def switch_account(request: HttpRequest, *, actor: Actor, account_id: int) -> bool:
    """Go on as another account of this browser whose session is still good; False when it must sign in (ID-042).

    System-only: the browser's cookie is the right. Raises NotFound for an account that this browser does not
    remember. Publishes AccountSwitched.
    """
    row = _remembered(request, account_id)
    session = SessionStore(row.session_key) if row.session_key else SessionStore()
    if not _is_good(session, row.account):
        return False
    if request.user.is_authenticated:
        _keep_key(request)
    old_key, former = row.session_key, (request.session, request.user)
    request.session, request.user = session, row.account
    keep_or_end(request)
    if not _is_signed_in(request):
        request.session, request.user = former
        return False
    with transaction.atomic():
        session.cycle_key()
        row.session_key = cast("str", session.session_key)
        row.save(update_fields=["session_key"])
        UserSession.objects.filter(session_key=old_key).update(session_key=session.session_key)
        events.publish(AccountSwitched(account_id=account_id), actor=row.account.acting(actor))
    rotate_token(request)
    browsers.mark_session(request)
    return True


def forget_account(request: HttpRequest, *, actor: Actor, account_id: int) -> None:
    """Remove an account from this browser: its session here ends and the browser is a stranger to it again (ID-041).

    System-only: the browser's cookie is the right. Raises NotFound. Publishes AccountForgotten. Not for the account
    at hand: that one signs out.
    """
    row = _remembered(request, account_id)
    if actor.account_id == account_id:
        raise NotFound
    with transaction.atomic():
        _end(row.session_key)
        row.delete()
        events.publish(AccountForgotten(account_id=account_id), actor=row.account.acting(actor))
    browsers.mark_session(request)


def _remembered(request: HttpRequest, account_id: int) -> KnownBrowser:
    rows = browsers.rows_of(request).select_related("account")
    row = rows.filter(account_id=account_id, is_remembered=True, account__is_active=True).first()
    if row is None:
        raise NotFound
    return row


def _is_good(session: SessionStore, account: Account) -> bool:
    """The session is this account's, and no new password has made it worthless."""
    belongs = session.get(SESSION_KEY) == str(account.pk)
    return belongs and constant_time_compare(session.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash())


def _is_signed_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated


def _keep_key(request: HttpRequest) -> None:
    """The key may have changed since the sign-in: after a new password, for example."""
    if request.session.modified:  # when it was last used, for example: nobody else saves a session that is left
        request.session.save()
    key = request.session.session_key or ""
    browsers.rows_of(request).filter(account_id=cast("int", request.user.pk)).update(session_key=key)


def _end(session_key: str) -> None:
    if session_key:
        SessionStore(session_key).delete()
        UserSession.objects.filter(session_key=session_key).delete()
