"""Whose account a request is about: always the caller's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor
    from stellwerk.foundation.edge.api import ApiRequest

SCOPE = "user_info"


def my_id(request: ApiRequest) -> int:
    return request.actor.account_id or 0


def only_mine(actor: Actor, *, is_mine: bool) -> Actor:
    """For `@sees`: what belongs to somebody else does not exist."""
    if not is_mine:
        raise NotFound
    return actor
