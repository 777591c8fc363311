"""`profile/tokens` and `profile/applications/passwords`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from stellwerk.foundation.edge.api import ApiRequest, Input, Listing, Output, Router, listed, seconds, sees, success
from stellwerk.identity import queries
from stellwerk.identity.api.callers import SCOPE, my_id, only_mine
from stellwerk.identity.services import create_application_password
from stellwerk.identity.services.revocations import revoke_application_password, revoke_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from stellwerk.foundation.actor import Actor

router = Router("Tokens and application passwords")


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
        for row in queries.token_rows(my_id(request))
    ]
    return listed(request, rows)


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
def create_my_application_password(request: ApiRequest, entries: NewApplicationPassword) -> HttpResponse:
    """A new application password; its value is in this answer and never again."""
    made, value = create_application_password(actor=request.actor, account_id=my_id(request), name=entries.name)
    row = queries.ApplicationPasswordRow(made.pk, made.name, made.created_at, None, None)
    return success({**_password(row), "value": value}, status=201)


@router.delete("profile/applications/passwords/{password_id}", version=2, scope=SCOPE)
def delete_application_password(request: ApiRequest, password_id: int) -> HttpResponse:
    """Revoke an application password; its program fails at the next request."""
    revoke_application_password(actor=request.actor, account_id=my_id(request), password_id=password_id)
    return success(True)


@sees("token_id")
def my_token(actor: Actor, token_id: int, _known: Mapping[str, Any]) -> Actor:
    return only_mine(actor, is_mine=any(row.id == token_id for row in queries.token_rows(actor.account_id or 0)))


@sees("password_id")
def my_application_password(actor: Actor, password_id: int, _known: Mapping[str, Any]) -> Actor:
    rows = queries.application_password_rows(actor.account_id or 0)
    return only_mine(actor, is_mine=any(row.id == password_id for row in rows))


def _password(row: queries.ApplicationPasswordRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "created_at": seconds(row.created_at),
        "last_used_at": seconds(row.last_used_at),
        "last_used_from": row.last_used_from,
    }
