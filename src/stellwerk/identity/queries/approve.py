"""Reads of Approve: linked devices, links that wait, requests that wait, and who signed a call."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from stellwerk.foundation import clock, secrets
from stellwerk.foundation.devices import device_of
from stellwerk.foundation.places import place_of
from stellwerk.identity.errors import DeviceNotRecognised
from stellwerk.identity.models import ApprovalDevice, ApprovalRequest, DeviceLink
from stellwerk.identity.rules import (
    LINK_PREFIX,
    SIGNED_REQUEST_SECONDS,
    is_signed_by,
    signed_request_text,
)

if TYPE_CHECKING:
    from datetime import datetime


_USE_NOTED_EVERY = timedelta(hours=1)
_HEADER = re.compile(
    DeviceNotRecognised.scheme
    + r" device=(?P<device>[0-9a-f-]{36}), ?time=(?P<time>\d{1,12}), ?signature=(?P<signature>[\w-]{1,200})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class DeviceCheck:
    """The outcome of a signed call: the device and its account, or the reason for a 401."""

    device_id: int | None = None
    account_id: int | None = None
    account_name: str = ""
    refused_because: str = ""
    language: str = "en"
    is_use_unnoted: bool = False


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A linked device as its owner sees it (SEC-015)."""

    id: int
    name: str
    model: str
    kind: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnDevice:
    """What a device may know of itself and its account."""

    handle: UUID
    name: str
    has_push: bool
    account_id: int
    account_name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link that can still be used, and the account it leads to."""

    challenge: str
    expires_at: datetime
    account_id: int
    account_name: str
    email: str
    devices: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class LinkState:
    """How far the device is that should scan the QR code."""

    is_used: bool
    is_over: bool
    expires_at: datetime
    device_id: int | None


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as its devices see it: never the number (SEC-020, SEC-060)."""

    uuid: UUID
    device_name: str
    device_kind: str
    place: str
    address: str | None
    created_at: datetime
    expires_at: datetime
    is_handled: bool
    is_expired: bool


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A request as the browser sees it that waits for the answer."""

    number: int
    expires_at: datetime
    device_name: str
    place: str
    address: str | None


def checked_device(*, authorization: str, method: str, path: str, body: bytes) -> DeviceCheck:
    """Who signed this call: one indexed query, none for a header that cannot be a device's (SEC-064)."""
    said = _HEADER.fullmatch(authorization)
    if said is None:
        return DeviceCheck(refused_because="signature_missing")
    time = int(said["time"])
    if abs(time - int(clock.now().timestamp())) > SIGNED_REQUEST_SECONDS:
        return DeviceCheck(refused_because="signature_stale")
    try:
        handle = UUID(said["device"])
    except ValueError:
        return DeviceCheck(refused_because="signature_missing")
    device = ApprovalDevice.objects.select_related("account").filter(handle=handle).first()
    if device is None:
        return DeviceCheck(refused_because="device_unknown")
    text = signed_request_text(method=method, path=path, time=time, body=body)
    if not is_signed_by(device.public_key, text=text, signature=said["signature"]):
        return DeviceCheck(refused_because="signature_invalid")
    if device.removed_at is not None or not device.account.is_active:
        return DeviceCheck(refused_because="device_removed")
    is_noted = device.last_used_at is not None and clock.now() - device.last_used_at < _USE_NOTED_EVERY
    account = device.account
    return DeviceCheck(
        device.pk, account.pk, account.display_name, language=account.language, is_use_unnoted=not is_noted
    )


def device_rows(account_id: int, *, limit: int = 50) -> list[DeviceRow]:
    """The linked devices of a person, newest first."""
    rows = ApprovalDevice.objects.filter(account_id=account_id, removed_at=None).order_by("-pk")
    columns = ("pk", "name", "model", "kind", "created_at", "last_used_at")
    return [DeviceRow(*row) for row in rows.values_list(*columns)[:limit]]


def own_device(device_id: int) -> OwnDevice | None:
    device = ApprovalDevice.objects.select_related("account").filter(pk=device_id, removed_at=None).first()
    if device is None:
        return None
    account = device.account
    return OwnDevice(
        device.handle, device.name, bool(device.sealed_subscription),
        account.pk, account.display_name, account.email, account.language,
    )  # fmt: skip


def open_link(code: str) -> LinkRow | None:
    """The link behind a code, None for one that was used, ran out, or never was."""
    if not secrets.is_well_formed(code, LINK_PREFIX):
        return None
    rows = DeviceLink.objects.select_related("account").filter(used_at=None, account__is_active=True)
    link = rows.filter(digest=secrets.digest(code), expires_at__gt=clock.now()).first()
    if link is None:
        return None
    devices = ApprovalDevice.objects.filter(account_id=link.account_id, removed_at=None).order_by("pk")
    account = link.account
    handles = tuple(devices.values_list("handle", flat=True)[:50])
    return LinkRow(link.challenge, link.expires_at, account.pk, account.display_name, account.email, handles)


def link_state(account_id: int, link_id: int) -> LinkState | None:
    """None for a link that is not there, or somebody else's."""
    link = DeviceLink.objects.filter(pk=link_id, account_id=account_id).first()
    if link is None:
        return None
    is_over = link.expires_at <= clock.now()
    return LinkState(link.used_at is not None, is_over, link.expires_at, link.device_id)


def open_request(account_id: int, *, language: str) -> RequestRow | None:
    """The latest request that waits for an answer (SEC-023, SEC-061)."""
    rows = ApprovalRequest.objects.filter(account_id=account_id, decision="", withdrawn_at=None)
    row = rows.filter(expires_at__gt=clock.now()).order_by("-pk").first()
    return _request_row(row, language) if row else None


def request_row(account_id: int, uuid: UUID, *, language: str) -> RequestRow | None:
    row = ApprovalRequest.objects.filter(account_id=account_id, uuid=uuid).first()
    return _request_row(row, language) if row else None


def waiting_request(account_id: int, secret: str, *, language: str) -> WaitingRow | None:
    """The open request of the browser that holds this secret."""
    rows = ApprovalRequest.objects.filter(account_id=account_id, browser_digest=secrets.digest(secret))
    row = rows.filter(decision="", withdrawn_at=None, expires_at__gt=clock.now()).first()
    if row is None:
        return None
    place = place_of(row.address, language)
    return WaitingRow(row.number, row.expires_at, device_of(row.user_agent).name, place, row.address)


def device_names(account_id: int) -> list[str]:
    """The names of the devices that are asked."""
    rows = ApprovalDevice.objects.filter(account_id=account_id, removed_at=None).order_by("-pk")
    return list(rows.values_list("name", flat=True)[:10])


def _request_row(row: ApprovalRequest, language: str) -> RequestRow:
    known = device_of(row.user_agent)
    is_handled = bool(row.decision) or row.withdrawn_at is not None
    return RequestRow(
        row.uuid, known.name, str(known.kind), place_of(row.address, language), row.address,
        row.created_at, row.expires_at, is_handled, row.expires_at <= clock.now(),
    )  # fmt: skip
