"""A device joins an account: by a code that the account's owner shows it (SEC-011…016)."""

from __future__ import annotations

import base64
import secrets as standard
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, secrets
from stellwerk.foundation.decisions import require
from stellwerk.foundation.devices import device_of
from stellwerk.foundation.errors import FieldError, Invalid, RuleBroken
from stellwerk.foundation.orm import insert
from stellwerk.identity import policy
from stellwerk.identity.errors import LinkExpired
from stellwerk.identity.models import ApprovalDevice, DeviceLink
from stellwerk.identity.rules import LINK_PREFIX, KeyRefused, Method, checked_public_key, is_signed_by, link_text
from stellwerk.identity.services.entries import checked_name
from stellwerk.identity.services.second_factor.collection import add

if TYPE_CHECKING:
    from datetime import datetime

    from stellwerk.foundation.actor import Actor

_SEED_BYTES = 32
_LONGEST_SIGNATURE = 200


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """`code` exists only in this answer."""

    id: int
    code: str
    expires_at: datetime

    @property
    def path(self) -> str:
        """What the QR code holds after the host. What stands behind the # no server and no log ever sees."""
        return f"{reverse('identity:approve')}#link={self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDevice:
    """What a device says of itself. `signature` is over `rules.link_text`."""

    name: str
    public_key: str
    signature: str
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class LinkedDevice:
    """The device as stored, and the seed of its codes, which exists only in this answer (base32)."""

    device: ApprovalDevice
    seed: str


@transaction.atomic
def open_link(*, actor: Actor, account_id: int) -> OpenedLink:
    """A code for one device, good once and for five minutes. A new one ends the older ones of the account.

    The caller asks for the password first (SEC-006).
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    at_once = F("created_at") + timedelta(microseconds=1)  # a link ends after it begins
    DeviceLink.objects.filter(account_id=account_id, used_at=None).update(expires_at=at_once)
    now, code = clock.now(), secrets.new_secret(LINK_PREFIX)
    link = insert(
        DeviceLink(
            account_id=account_id,
            digest=secrets.digest(code),
            challenge=standard.token_urlsafe(32),
            created_at=now,
            expires_at=now + timedelta(seconds=settings.APPROVE_LINK_SECONDS),
        )
    )
    return OpenedLink(link.pk, code, link.expires_at)


@transaction.atomic
def link_device(*, actor: Actor, code: str, entries: NewDevice) -> LinkedDevice:
    """Let the device that holds the key join the account of the code. System-only: the code is the right.

    Refusals in order: `link_expired` (410), an unusable name or key (422), `signature_invalid`. A key that is linked
    already is refused by its unique column. Publishes SecondFactorAdded.
    """
    link = _open_link_of(code)
    name = checked_name("name", entries.name)
    try:
        public_key = checked_public_key(entries.public_key)
    except KeyRefused as refused:
        raise Invalid(FieldError("public_key", "key", _("Send a P-256 public key."))) from refused
    text = link_text(challenge=link.challenge, public_key=public_key, name=entries.name)
    if not is_signed_by(public_key, text=text, signature=entries.signature[:_LONGEST_SIGNATURE]):
        raise RuleBroken("signature_invalid")
    seed = base64.b32encode(standard.token_bytes(_SEED_BYTES)).decode().rstrip("=")
    known = device_of(entries.user_agent)
    device = ApprovalDevice(
        handle=uuid.uuid4(),
        account_id=link.account_id,
        name=name,
        model=known.name[:100],
        kind=known.kind,
        public_key=public_key,
        sealed_seed=secrets.encrypt(seed),
        created_at=clock.now(),
    )
    add(actor=link.account.acting(actor), method=Method.APPROVE, factor=device)
    link.used_at, link.device = clock.now(), device
    link.save(update_fields=["used_at", "device"])
    return LinkedDevice(device, seed)


def _open_link_of(code: str) -> DeviceLink:
    if not secrets.is_well_formed(code, LINK_PREFIX):
        raise LinkExpired
    rows = DeviceLink.objects.select_for_update(of=("self",)).select_related("account")
    link = rows.filter(digest=secrets.digest(code), account__is_active=True).first()
    if link is None or link.used_at is not None or link.expires_at <= clock.now():
        raise LinkExpired
    return link
