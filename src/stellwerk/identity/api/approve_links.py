"""`profile/second-factor/approve`: linking a device that approves, and naming it (SEC-011…016, API-026).

How the device itself joins stands in `api/approve.py`. It is listed and removed like every other factor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from stellwerk.foundation.edge.addresses import web_address
from stellwerk.foundation.edge.api import ApiRequest, Output, Router, seconds, sees, success
from stellwerk.foundation.errors import NotFound
from stellwerk.identity import queries
from stellwerk.identity.api.callers import PASSWORD, SCOPE, WithPassword, my_id, only_mine, password_of
from stellwerk.identity.api.second_factor import ROOT, FactorOut, KeyName, factor_out
from stellwerk.identity.queries import approve as approve_queries
from stellwerk.identity.rules import Method
from stellwerk.identity.services import approve
from stellwerk.identity.services.sign_in import require_password_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from stellwerk.foundation.actor import Actor

router = Router("Second factor", version=2, names=PASSWORD)
APPROVE = f"{ROOT}/approve"


class NewLinkOut(Output):
    """`address` as QR code, or opened on the mobile itself. `code` is the part of it that the device sends."""

    id: int
    code: str
    address: str
    expired_at: int


class LinkOut(Output):
    """Whether the device has joined; `device` is the one that has, unless it was removed since."""

    id: int
    state: Literal["waiting", "linked", "expired"]
    expired_at: int
    device: FactorOut | None


@router.post(f"{APPROVE}/links", scope=SCOPE, answer=NewLinkOut, status=201)
def open_link(request: ApiRequest, entries: WithPassword) -> HttpResponse:
    """Begin to link a device: good for one, for five minutes, and the end of an older link."""
    require_password_of(my_id(request), password_of(entries))
    link = approve.open_link(actor=request.actor, account_id=my_id(request))
    address = web_address(request, link.path)
    opened = {"id": link.id, "code": link.code, "address": address, "expired_at": seconds(link.expires_at)}
    return success(opened, status=201)


@router.get(f"{APPROVE}/links/{{link_id}}", scope=SCOPE, answer=LinkOut)
def link(request: ApiRequest, link_id: int) -> HttpResponse:
    """How far the device is. Ask every few seconds; `expired` follows `waiting` by itself."""
    found = approve_queries.link_state(my_id(request), link_id)
    if found is None:
        raise NotFound
    state = "linked" if found.is_used else "expired" if found.is_over else "waiting"
    device = _device(request, found.device_id)
    return success({"id": link_id, "state": state, "expired_at": seconds(found.expires_at), "device": device})


@router.patch(f"{APPROVE}/devices/{{device_id}}", scope=SCOPE, answer=FactorOut)
def rename_device(request: ApiRequest, device_id: int, entries: KeyName) -> HttpResponse:
    """Another name to recognise a device by."""
    approve.rename_device(actor=request.actor, account_id=my_id(request), device_id=device_id, name=entries.name)
    return success(_device(request, device_id))


@sees("link_id")
def my_link(actor: Actor, link_id: int, _known: Mapping[str, Any]) -> Actor:
    return only_mine(actor, is_mine=approve_queries.link_state(actor.account_id or 0, link_id) is not None)


@sees("device_id")
def my_device(actor: Actor, device_id: int, _known: Mapping[str, Any]) -> Actor:
    rows = queries.factor_rows(actor.account_id or 0)
    return only_mine(actor, is_mine=any((row.method, row.id) == (Method.APPROVE, device_id) for row in rows))


def _device(request: ApiRequest, device_id: int | None) -> dict[str, Any] | None:
    rows = queries.factor_rows(my_id(request)) if device_id else []
    return next((factor_out(row) for row in rows if (row.method, row.id) == (Method.APPROVE, device_id)), None)
