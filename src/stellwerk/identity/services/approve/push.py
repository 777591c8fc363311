"""Web Push: messages that only wake the app; what there is to answer it asks for itself (SEC-062, RFC 8030, 8292)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import jobs, secrets
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.identity.models import ApprovalDevice
from stellwerk.identity.rules import base64url, from_base64url

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMEOUT_SECONDS = 10
_LONGEST_ENDPOINT = 1000
_KEY_BYTES, _AUTH_BYTES = 65, 16
_GONE = (404, 410)
_ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Where a browser's push service takes messages, and the keys only the browser can read them with."""

    endpoint: str
    p256dh: str
    auth: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def checked_subscription(subscription: Subscription) -> Subscription:
    """The subscription itself. System-only, writes nothing. Raises Invalid.

    Only push services the operator allows: a device could otherwise let us call any address of our own network.
    """
    if not _is_allowed(subscription.endpoint):
        text = _("This push service is not one that the operator allows.")
        raise Invalid(FieldError("endpoint", "endpoint", text))
    for name, length in (("p256dh", _KEY_BYTES), ("auth", _AUTH_BYTES)):
        try:
            fits = len(from_base64url(getattr(subscription, name))) == length
        except ValueError:
            fits = False
        if not fits:
            raise Invalid(FieldError(name, "format", _("This is not a key of a push subscription.")))
    return subscription


@jobs.external_task("identity.wake_approval_device")
def wake_device(device_id: int) -> None:
    """Tell one device that something waits. Late is worthless: the push service keeps it as long as the request lives.

    An address that is gone for good is forgotten; any other failure is left to the queue.
    """
    device = ApprovalDevice.objects.filter(pk=device_id, removed_at=None).exclude(sealed_subscription="").first()
    if device is None:
        return
    if not _sent(device.sealed_subscription, {"type": "approval", "device": str(device.handle)}):
        # Only the address that failed: the browser may have sent a new one in the meantime.
        rows = ApprovalDevice.objects.filter(pk=device_id, sealed_subscription=device.sealed_subscription)
        rows.update(sealed_subscription="")


@transaction.atomic
def tell_removed_device(*, device: ApprovalDevice) -> None:
    """Plan the last message to a device, in the caller's transaction. System-only: a step of its removal."""
    if device.sealed_subscription:
        jobs.enqueue(wake_removed_device, {"device_id": device.pk, "sealed_subscription": device.sealed_subscription})


@jobs.external_task("identity.wake_removed_device")
def wake_removed_device(device_id: int, sealed_subscription: str) -> None:
    """Tell a removed device to look: it learns that it was removed and drops the account (SEC-033)."""
    handle = ApprovalDevice.objects.filter(pk=device_id).values_list("handle", flat=True).first()
    if handle is not None:
        _sent(sealed_subscription, {"type": "removed", "device": str(handle)})


def push_public_key() -> str:
    """The key by which push services know this house; browsers subscribe to it."""
    point = _vapid_key().public_key()
    raw = point.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64url(raw)


def _sent(sealed_subscription: str, payload: Mapping[str, str]) -> bool:
    """Whether the push service took the message; False when the address is gone for good."""
    import requests  # loaded by the worker that sends the first message
    from py_vapid import Vapid02
    from pywebpush import WebPushException, webpush

    subscription: dict[str, Any] = json.loads(secrets.decrypt(sealed_subscription))
    if not _is_allowed(subscription["endpoint"]):  # the operator may have narrowed the list since
        return False
    keys = {name: subscription[name] for name in ("p256dh", "auth")}
    with requests.Session() as session:
        session.max_redirects = 0  # a push service answers itself
        session.trust_env = False
        try:
            webpush(
                {"endpoint": subscription["endpoint"], "keys": keys},
                data=json.dumps(payload),
                vapid_private_key=Vapid02(_vapid_key()),
                vapid_claims={"sub": f"mailto:{settings.OPERATOR['email']}"},
                timeout=_TIMEOUT_SECONDS,
                ttl=settings.APPROVE_REQUEST_SECONDS,
                headers={"Urgency": "high"},
                requests_session=session,
            )
        except WebPushException as failed:
            if failed.response is not None and failed.response.status_code in _GONE:
                _log.info("push_address_gone", status=failed.response.status_code)
                return False
            raise
    return True


def _is_allowed(endpoint: str) -> bool:
    """Whether the address is below one of `settings.PUSH_SERVICES`: a host and all below it, or scheme and host."""
    if len(endpoint) > _LONGEST_ENDPOINT:
        return False
    try:
        parts = urlsplit(endpoint)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.username or parts.password:
        return False
    for service in settings.PUSH_SERVICES:
        if "://" in service:
            if f"{parts.scheme}://{parts.netloc}" == service:
                return True
        elif (
            parts.scheme == "https" and parts.port in (None, 443) and (host == service or host.endswith(f".{service}"))
        ):
            return True
    return False


@lru_cache(maxsize=1)
def _vapid_key() -> ec.EllipticCurvePrivateKey:
    """The house's key, the same for every process: derived from a secret of the data folder (RFC 8292)."""
    derive = HKDF(algorithm=hashes.SHA256(), length=48, salt=None, info=b"stellwerk vapid")
    number = int.from_bytes(derive.derive(settings.VAPID_SECRET.encode()))
    return ec.derive_private_key(number % (_ORDER_OF_P256 - 1) + 1, ec.SECP256R1())
