"""`profile/tokens` and `profile/applications/passwords`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from stellwerk.foundation.edge.api import ApiRequest, Id, Input, Listing, Output, Router, listed, seconds, sees, success
from stellwerk.identity import queries
from stellwerk.identity.api.callers import PASSWORD, SCOPE, my_id, only_mine
from stellwerk.identity.services import NewApplicationPassword, create_application_password, create_token
from stellwerk.identity.services.revocations import revoke_application_password, revoke_token
from stellwerk.identity.services.sign_in import require_password_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from stellwerk.foundation.actor import Actor

SyncScope = Literal["calendar", "contacts", "files", "mail"]
_LAST_SECOND = 253_402_300_799  # of the year 9999

router = Router("Tokens and application passwords", names={**PASSWORD, "expires_at": "expired_at"})


class TokenOut(Output):
    """A token as its owner recognises it. `value` stands in the answer to its creation only."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    state: Literal["active", "expired", "inactive"]
    created_at: int
    expired_at: int | None
    last_used_at: int | None
    organisation_id: int | None
    value: str | None = None


class NewToken(Input):
    """What a new token may do, until when, and in which organisation only. `password` is the account's."""

    name: str = Field(min_length=1, max_length=100)
    scopes: list[str] = Field(min_length=1, max_length=100)
    organisation_id: Id | None = None
    expired_at: int | None = Field(default=None, ge=0, le=_LAST_SECOND)
    password: str | None = Field(default=None, max_length=1_000)


class ApplicationPasswordOut(Output):
    """`value` stands in the answer to its creation only."""

    id: int
    name: str
    scopes: list[SyncScope]
    is_read_only: bool
    created_at: int
    expired_at: int | None
    last_used_at: int | None
    last_used_from: str | None
    value: str | None = None


class NewPassword(Input):
    """The name of the program that will use it, and what it opens. `password` is the account's."""

    name: str = Field(min_length=1, max_length=100)
    scopes: list[SyncScope] = Field(default=["calendar", "contacts", "files", "mail"], min_length=1)
    is_read_only: bool = False
    expired_at: int | None = Field(default=None, ge=0, le=_LAST_SECOND)
    password: str | None = Field(default=None, max_length=1_000)


@router.get("profile/tokens", version=2, scope=SCOPE, answer=TokenOut, listing=Listing(order=("id", "name")))
def tokens(request: ApiRequest) -> HttpResponse:
    """The caller's tokens that were not revoked."""
    return listed(request, [_token(row) for row in queries.token_rows(my_id(request))])


@router.post("profile/tokens", version=2, scope=SCOPE, answer=TokenOut, status=201)
def create_my_token(request: ApiRequest, entries: NewToken) -> HttpResponse:
    """A new token; its value is in this answer and never again. Asks for the account's password."""
    me = my_id(request)
    require_password_of(me, entries.password)
    made, value = create_token(
        actor=request.actor,
        account_id=me,
        name=entries.name,
        scopes=entries.scopes,
        expires_at=_moment(entries),
        organisation_id=entries.organisation_id,
    )
    (row,) = queries.token_rows(me, token_ids=[made.pk])
    return success({**_token(row), "value": value}, status=201)


@router.delete("profile/tokens/{token_id}", version=2, scope=SCOPE)
def delete_token(request: ApiRequest, token_id: int) -> HttpResponse:
    """Revoke a token; its next call is refused."""
    revoke_token(actor=request.actor, account_id=my_id(request), token_id=token_id)
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
    return listed(request, [_password(row) for row in queries.application_password_rows(my_id(request))])


@router.post("profile/applications/passwords", version=2, scope=SCOPE, answer=ApplicationPasswordOut, status=201)
def create_my_application_password(request: ApiRequest, entries: NewPassword) -> HttpResponse:
    """A new application password; its value is in this answer and never again. Asks for the account's password."""
    me = my_id(request)
    require_password_of(me, entries.password)
    wanted = NewApplicationPassword(
        name=entries.name,
        scopes=tuple(entries.scopes),
        is_read_only=entries.is_read_only,
        expires_at=_moment(entries),
    )
    made, value = create_application_password(actor=request.actor, account_id=me, entries=wanted)
    (row,) = queries.application_password_rows(me, password_ids=[made.pk])
    return success({**_password(row), "value": value}, status=201)


@router.delete("profile/applications/passwords/{password_id}", version=2, scope=SCOPE)
def delete_application_password(request: ApiRequest, password_id: int) -> HttpResponse:
    """Revoke an application password; its program fails at the next request."""
    revoke_application_password(actor=request.actor, account_id=my_id(request), password_id=password_id)
    return success(True)


@sees("token_id")
def my_token(actor: Actor, token_id: int, _known: Mapping[str, Any]) -> Actor:
    return only_mine(actor, is_mine=queries.has_token(actor.account_id or 0, token_id))


@sees("password_id")
def my_application_password(actor: Actor, password_id: int, _known: Mapping[str, Any]) -> Actor:
    return only_mine(actor, is_mine=queries.has_application_password(actor.account_id or 0, password_id))


def _moment(entries: NewToken | NewPassword) -> datetime | None:
    return None if entries.expired_at is None else datetime.fromtimestamp(entries.expired_at, tz=UTC)


def _token(row: queries.TokenRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "prefix": row.prefix,
        "scopes": row.scopes,
        "state": row.state,
        "created_at": seconds(row.created_at),
        "expired_at": seconds(row.expires_at),
        "last_used_at": seconds(row.last_used_at),
        "organisation_id": row.organisation_id,
    }


def _password(row: queries.ApplicationPasswordRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "scopes": row.scopes,
        "is_read_only": row.is_read_only,
        "created_at": seconds(row.created_at),
        "expired_at": seconds(row.expires_at),
        "last_used_at": seconds(row.last_used_at),
        "last_used_from": row.last_used_from,
    }
