"""Whose account a request is about: always the caller's own; and the password where a token is not enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from stellwerk.foundation.edge.api import Input
from stellwerk.foundation.errors import NotFound
from stellwerk.identity.errors import password_required

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor
    from stellwerk.foundation.edge.api import ApiRequest

SCOPE = "user_info"
PASSWORD = {"current_password": "password"}  # the services' word for the field, and the wire's


class WithPassword(Input):
    """The account password once more; without it 403 `password_required`."""

    password: str | None = Field(default=None, max_length=1_000)


def my_id(request: ApiRequest) -> int:
    return request.actor.account_id or 0


def only_mine(actor: Actor, *, is_mine: bool) -> Actor:
    """For `@sees`: what belongs to somebody else does not exist."""
    if not is_mine:
        raise NotFound
    return actor


def password_of(entries: WithPassword | None) -> str:
    """The password that was sent. Raises AccessDenied `password_required` without one."""
    if entries is None or not entries.password:
        raise password_required()
    return entries.password
