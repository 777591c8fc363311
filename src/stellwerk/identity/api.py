"""`profile`: the caller's own account, its secrets and its sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction
from pydantic import Field

from stellwerk.foundation.edge.api import (
    LANGUAGES,
    LOCALES,
    ApiRequest,
    Input,
    Listing,
    Output,
    Router,
    listed,
    seconds,
    sees,
    success,
)
from stellwerk.foundation.errors import NotFound
from stellwerk.identity import queries
from stellwerk.identity.services import create_application_password, sessions
from stellwerk.identity.services.profile import ProfileChange, change_profile
from stellwerk.identity.services.revocations import revoke_application_password, revoke_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from stellwerk.foundation.actor import Actor
    from stellwerk.identity.queries import ProfileRow

router = Router("Profile")
SCOPE = "user_info"
Locale = Literal["de_DE", "en_GB", "es_ES", "fr_FR", "it_IT"]
Theme = Literal["automatic", "light", "dark"]
INCLUDE = ("security", "emails", "phones", "sessions")


class Preferences(Output):
    """How the person wants to be shown things."""

    locale: Locale
    theme: Theme


class ProfileOut(Output):
    """The caller's own account."""

    id: int
    display_name: str
    first_name: str
    last_name: str
    email: str
    login: str
    avatar: str | None
    preferences: Preferences


class ProfileIn(Input):
    """Only what changes. With `dry_run` everything is checked and nothing kept."""

    first_name: str | None = Field(default=None, min_length=1, max_length=100)
    last_name: str | None = Field(default=None, min_length=1, max_length=100)
    phone: str | None = Field(default=None, min_length=3, max_length=40)
    locale: Locale | None = None
    theme: Theme | None = None
    dry_run: bool = False


class TokenOut(Output):
    """A token as its owner recognises it; never its value."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    created_at: int
    expired_at: int | None
    last_used_at: int | None


class ApplicationPasswordOut(Output):
    """`value` stands in the answer to its creation only."""

    id: int
    name: str
    created_at: int
    last_used_at: int | None
    last_used_from: str | None
    value: str | None = None


class NewApplicationPassword(Input):
    """The name of the program that will use it."""

    name: str = Field(min_length=1, max_length=100)


class SessionOut(Output):
    """A browser that is signed in."""

    id: int
    user_agent: str
    address: str
    created_at: int


@router.get("profile", version=2, scope=SCOPE, answer=ProfileOut, listing=Listing(include=INCLUDE, is_one=True))
def profile(request: ApiRequest) -> HttpResponse:
    """The caller's own account."""
    return success(_profile(_mine(request), request.asked.include))


@router.patch("profile", version=2, scope=SCOPE, answer=ProfileOut)
def change_my_profile(request: ApiRequest, entries: ProfileIn) -> HttpResponse:
    """Change personal data and preferences."""
    values = entries.model_dump(exclude_none=True, exclude={"dry_run", "locale"})
    if entries.locale is not None:
        values["language"] = LANGUAGES[entries.locale]
    with transaction.atomic():
        change_profile(actor=request.actor, account_id=_me(request), change=ProfileChange(**values))
        answer = success(_profile(_mine(request), frozenset()))
        transaction.set_rollback(entries.dry_run)
    return answer


@router.get("profile/tokens", version=2, scope=SCOPE, answer=TokenOut, listing=Listing(order=("id", "name")))
def tokens(request: ApiRequest) -> HttpResponse:
    """The caller's tokens that were not revoked. New ones are made in the Manager, with the password."""
    rows = [
        {
            "id": row.id,
            "name": row.name,
            "prefix": row.prefix,
            "scopes": row.scopes,
            "created_at": seconds(row.created_at),
            "expired_at": seconds(row.expires_at),
            "last_used_at": seconds(row.last_used_at),
        }
        for row in queries.token_rows(_me(request))
    ]
    return listed(request, rows)


@router.delete("profile/tokens/{token_id}", version=2, scope=SCOPE)
def delete_token(request: ApiRequest, token_id: int) -> HttpResponse:
    """Revoke a token; its next call is refused."""
    revoke_token(actor=request.actor, account_id=_me(request), token_id=token_id)
    return success(True)


@router.get(
    "profile/applications/passwords",
    version=2,
    scope=SCOPE,
    answer=ApplicationPasswordOut,
    listing=Listing(order=("id", "name")),
)
def application_passwords(request: ApiRequest) -> HttpResponse:
    """The caller's application passwords that were not revoked."""
    return listed(request, [_password(row) for row in queries.application_password_rows(_me(request))])


@router.post("profile/applications/passwords", version=2, scope=SCOPE, answer=ApplicationPasswordOut, status=201)
def create_my_application_password(request: ApiRequest, entries: NewApplicationPassword) -> HttpResponse:
    """A new application password; its value is in this answer and never again."""
    made, value = create_application_password(actor=request.actor, account_id=_me(request), name=entries.name)
    row = queries.ApplicationPasswordRow(made.pk, made.name, made.created_at, None, None)
    return success({**_password(row), "value": value}, status=201)


@router.delete("profile/applications/passwords/{password_id}", version=2, scope=SCOPE)
def delete_application_password(request: ApiRequest, password_id: int) -> HttpResponse:
    """Revoke an application password; its program fails at the next request."""
    revoke_application_password(actor=request.actor, account_id=_me(request), password_id=password_id)
    return success(True)


@router.get("profile/sessions", version=2, scope=SCOPE, answer=SessionOut, listing=Listing(is_searchable=False))
def session_list(request: ApiRequest) -> HttpResponse:
    """The browsers in which the caller is signed in."""
    return listed(request, _sessions(_me(request)))


@router.delete("profile/sessions/{session_id}", version=2, scope=SCOPE)
def delete_session(request: ApiRequest, session_id: int) -> HttpResponse:
    """Sign a browser out."""
    sessions.end_session(actor=request.actor, account_id=_me(request), session_id=session_id)
    return success(True)


@sees("token_id")
def my_token(actor: Actor, token_id: int, _known: Mapping[str, Any]) -> Actor:
    return _only_mine(actor, any(row.id == token_id for row in queries.token_rows(actor.account_id or 0)))


@sees("password_id")
def my_application_password(actor: Actor, password_id: int, _known: Mapping[str, Any]) -> Actor:
    rows = queries.application_password_rows(actor.account_id or 0)
    return _only_mine(actor, any(row.id == password_id for row in rows))


@sees("session_id")
def my_session(actor: Actor, session_id: int, _known: Mapping[str, Any]) -> Actor:
    return _only_mine(actor, queries.has_session(actor.account_id or 0, session_id))


def _only_mine(actor: Actor, is_mine: bool) -> Actor:  # noqa: FBT001  the answer of the look-up before
    if not is_mine:
        raise NotFound
    return actor


def _me(request: ApiRequest) -> int:
    return request.actor.account_id or 0


def _mine(request: ApiRequest) -> ProfileRow:
    row = queries.profile_row(_me(request))
    if row is None:
        raise NotFound
    return row


def _password(row: queries.ApplicationPasswordRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "created_at": seconds(row.created_at),
        "last_used_at": seconds(row.last_used_at),
        "last_used_from": row.last_used_from,
    }


def _sessions(account_id: int) -> list[dict[str, Any]]:
    return [
        {"id": row.id, "user_agent": row.user_agent, "address": row.address, "created_at": seconds(row.created_at)}
        for row in queries.session_rows(account_id, current_key="")
    ]


def _profile(row: ProfileRow, include: frozenset[str]) -> dict[str, Any]:
    out: dict[str, Any] = {
        "id": row.id,
        "display_name": row.display_name,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "email": row.email,
        "login": row.email,
        "avatar": None,
        "preferences": {"locale": LOCALES[row.language], "theme": row.theme},
    }
    if "security" in include:
        out["security"] = {"has_otp": False, "last_login_at": seconds(row.last_login)}
    if "emails" in include:
        out["emails"] = [{"email": row.email, "type": "login", "is_verified": True}]
    if "phones" in include:
        out["phones"] = [{"phone": row.phone}] if row.phone else []
    if "sessions" in include:
        out["sessions"] = _sessions(row.id)
    return out
