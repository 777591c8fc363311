"""`profile/sessions`: the browsers in which the caller is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stellwerk.foundation.edge.api import ApiRequest, Listing, Output, Router, listed, seconds, sees, success
from stellwerk.identity import queries
from stellwerk.identity.api.callers import SCOPE, my_id, only_mine
from stellwerk.identity.services import sessions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from stellwerk.foundation.actor import Actor

router = Router("Sessions")


class SessionOut(Output):
    """A browser that is signed in."""

    id: int
    user_agent: str
    address: str
    created_at: int


@router.get("profile/sessions", version=2, scope=SCOPE, answer=SessionOut, listing=Listing(is_searchable=False))
def session_list(request: ApiRequest) -> HttpResponse:
    """The browsers in which the caller is signed in."""
    return listed(request, my_sessions(my_id(request)))


@router.delete("profile/sessions/{session_id}", version=2, scope=SCOPE)
def delete_session(request: ApiRequest, session_id: int) -> HttpResponse:
    """Sign a browser out."""
    sessions.end_session(actor=request.actor, account_id=my_id(request), session_id=session_id)
    return success(True)


@sees("session_id")
def my_session(actor: Actor, session_id: int, _known: Mapping[str, Any]) -> Actor:
    return only_mine(actor, is_mine=queries.has_session(actor.account_id or 0, session_id))


def my_sessions(account_id: int) -> list[dict[str, Any]]:
    return [
        {"id": row.id, "user_agent": row.user_agent, "address": row.address, "created_at": seconds(row.created_at)}
        for row in queries.session_rows(account_id, current_key="")
    ]
