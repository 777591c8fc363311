"""`api/2fa/push`: what an approval app asks and answers. Its calls are signed by its key, never by a token.

How a call and a decision are signed stands in docs/security.md and docs/decisions/0008.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from django.utils import translation
from pydantic import Field

from stellwerk.foundation import clock
from stellwerk.foundation.actor import Actor, Through
from stellwerk.foundation.edge.addresses import client_address
from stellwerk.foundation.edge.api import ApiRequest, Input, Output, Router, seconds, success
from stellwerk.foundation.errors import NotFound
from stellwerk.identity.errors import LinkExpired, RequestAlreadyHandled, RequestExpired
from stellwerk.identity.queries import approve as queries
from stellwerk.identity.rules import CODE_DIGITS, CODE_PERIOD_SECONDS, Decision
from stellwerk.identity.services import approve

if TYPE_CHECKING:
    from django.http import HttpResponse

router = Router("Approve", version=2)
ROOT = "api/2fa/push"


class DeviceFacts(Output):
    """The browser that waits."""

    name: str
    kind: str


class PlaceFacts(Output):
    """Where it is, roughly, and its network address."""

    name: str
    address: str | None


class ChallengeOut(Output):
    """A sign-in that waits for an answer. Clients ignore fields and types they do not know."""

    uuid: str
    type: Literal["approval"]
    device: DeviceFacts
    place: PlaceFacts
    created_at: int
    expires_at: int


class DecisionOut(Output):
    """What the device has decided."""

    uuid: str
    decision: Literal["approved", "rejected"]


class Approval(Input):
    """YES. `number` is the one on the computer; the signature is over request, decision, number and end."""

    number: int = Field(ge=0, le=99)
    signature: str = Field(min_length=1, max_length=200)


class Rejection(Input):
    """NO. The signature is over request, decision and end."""

    signature: str = Field(min_length=1, max_length=200)


class LinkCode(Input):
    """What the QR code holds."""

    code: str = Field(min_length=1, max_length=200)


class NewDeviceIn(Input):
    """A device that joins the account of the code. The signature is over challenge, key and name."""

    code: str = Field(min_length=1, max_length=200)
    name: str = Field(min_length=1, max_length=100)
    public_key: str = Field(min_length=1, max_length=400)
    signature: str = Field(min_length=1, max_length=200)


class AccountFacts(Output):
    """The account a device belongs to."""

    id: int
    display_name: str
    email: str


class LinkOptions(Output):
    """What the device signs, and with what, to join; `devices` are those that belong to the account already."""

    challenge: str
    algorithms: list[str]
    account: AccountFacts
    devices: list[str]
    expires_at: int


class OwnDeviceOut(Output):
    """A device as it knows itself."""

    device: str
    name: str
    account: AccountFacts
    language: str
    has_push: bool
    push_key: str
    server_time: int


class CodeFacts(Output):
    """How the codes are made that it shows without a network (RFC 6238). `seed` is base32 and never sent again."""

    seed: str
    digits: int
    period: int
    algorithm: str


class LinkedOut(OwnDeviceOut):
    """A device that has just joined."""

    code: CodeFacts


class PushSubscription(Input):
    """Where the browser's push service takes messages for the device."""

    endpoint: str = Field(min_length=1, max_length=1000)
    p256dh: str = Field(min_length=1, max_length=200)
    auth: str = Field(min_length=1, max_length=100)


@router.get(f"{ROOT}/challenges", answer=ChallengeOut | None, by_device=True)
def open_challenge(request: ApiRequest) -> HttpResponse:
    """The latest sign-in that waits for an answer, null for none."""
    _note_use(request)
    row = queries.open_request(_account_id(request), language=_language(request))
    return success(_challenge(row) if row else None)


@router.get(f"{ROOT}/challenges/{{uuid}}", answer=ChallengeOut, by_device=True)
def challenge(request: ApiRequest, uuid: str) -> HttpResponse:
    """One sign-in. 410 when it is too old, 404 when it was answered."""
    row = queries.request_row(_account_id(request), _uuid(uuid), language=_language(request))
    if row is None:
        raise NotFound
    if row.is_handled:
        raise RequestAlreadyHandled
    if row.is_expired:
        raise RequestExpired
    return success(_challenge(row))


@router.patch(f"{ROOT}/challenges/{{uuid}}", answer=DecisionOut, by_device=True)
def approve_challenge(request: ApiRequest, uuid: str, entries: Approval) -> HttpResponse:
    """YES, with the number on the computer. The same answer again gets the same result."""
    return _answer(request, uuid, Decision.APPROVED, number=entries.number, signature=entries.signature)


@router.delete(f"{ROOT}/challenges/{{uuid}}", answer=DecisionOut, by_device=True)
def reject_challenge(request: ApiRequest, uuid: str, entries: Rejection) -> HttpResponse:
    """NO. The sign-in ends."""
    return _answer(request, uuid, Decision.REJECTED, number=None, signature=entries.signature)


@router.post(f"{ROOT}/links", answer=LinkOptions, is_public=True)
def link_options(request: ApiRequest, entries: LinkCode) -> HttpResponse:  # noqa: ARG001  the code says it all
    """What to sign to join the account of a link. Uses nothing up."""
    link = queries.open_link(entries.code)
    if link is None:
        raise LinkExpired
    return success(
        {
            "challenge": link.challenge,
            "algorithms": ["ES256"],
            "account": {"id": link.account_id, "display_name": link.account_name, "email": link.email},
            "devices": [str(handle) for handle in link.devices],
            "expires_at": seconds(link.expires_at),
        }
    )


@router.post(f"{ROOT}/devices", answer=LinkedOut, status=201, is_public=True)
def join(request: ApiRequest, entries: NewDeviceIn) -> HttpResponse:
    """Join the account of a link, once."""
    linked = approve.link_device(
        actor=Actor(through=Through.DEVICE, address=client_address(request) or None, request_id=request.request_id),
        code=entries.code,
        entries=approve.NewDevice(
            name=entries.name,
            public_key=entries.public_key,
            signature=entries.signature,
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
        ),
    )
    own = queries.own_device(linked.device.pk)
    code = {"seed": linked.seed, "digits": CODE_DIGITS, "period": CODE_PERIOD_SECONDS, "algorithm": "SHA256"}
    return success({**_own(own), "code": code}, status=201)


@router.get(f"{ROOT}/device", answer=OwnDeviceOut, by_device=True)
def this_device(request: ApiRequest) -> HttpResponse:
    """What the device may know of itself; the time for one whose clock is wrong."""
    return success(_own(queries.own_device(_device_id(request))))


@router.put(f"{ROOT}/device/subscription", by_device=True)
def subscribe(request: ApiRequest, entries: PushSubscription) -> HttpResponse:
    """Push messages from now on go here."""
    subscription = approve.Subscription(endpoint=entries.endpoint, p256dh=entries.p256dh, auth=entries.auth)
    approve.store_subscription(device_id=_device_id(request), subscription=subscription)
    return success(True)


@router.delete(f"{ROOT}/device/subscription", by_device=True)
def unsubscribe(request: ApiRequest) -> HttpResponse:
    """No push messages any more."""
    approve.forget_subscription(device_id=_device_id(request))
    return success(True)


def _answer(request: ApiRequest, uuid: str, decision: Decision, *, number: int | None, signature: str) -> HttpResponse:
    answered = approve.answer_request(
        actor=request.actor,
        device_id=_device_id(request),
        uuid=_uuid(uuid),
        decision=decision,
        number=number,
        signature=signature,
    )
    if answered.refusal is not None:
        raise answered.refusal
    return success({"uuid": uuid, "decision": decision.value})


def _language(request: ApiRequest) -> str:
    """Of the page on the device, which names it with every call; of the account where nothing is named."""
    return (translation.get_language() or "en") if "Accept-Language" in request.headers else request.device_language


def _note_use(request: ApiRequest) -> None:
    if request.is_use_unnoted:
        approve.note_device_use(device_id=_device_id(request))


def _account_id(request: ApiRequest) -> int:
    return request.actor.account_id or 0


def _device_id(request: ApiRequest) -> int:
    return request.device_id or 0


def _uuid(raw: str) -> UUID:
    try:
        return UUID(raw)
    except ValueError as bad:
        raise NotFound from bad


def _challenge(row: queries.RequestRow) -> dict[str, Any]:
    return {
        "uuid": str(row.uuid),
        "type": "approval",
        "device": {"name": row.device_name, "kind": row.device_kind},
        "place": {"name": row.place, "address": row.address},
        "created_at": seconds(row.created_at),
        "expires_at": seconds(row.expires_at),
    }


def _own(own: queries.OwnDevice | None) -> dict[str, Any]:
    if own is None:
        raise NotFound
    return {
        "device": str(own.handle),
        "name": own.name,
        "account": {"id": own.account_id, "display_name": own.account_name, "email": own.email},
        "language": own.language,
        "has_push": own.has_push,
        "push_key": approve.push_public_key(),
        "server_time": seconds(clock.now()),
    }
