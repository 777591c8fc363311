"""For whom a key signs: WebAuthn binds every key to one host and every answer to one origin."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """`id` is the host that keys are bound to, `origin` the only one whose answers count."""

    id: str
    origin: str


def relying_party(address: str) -> RelyingParty | None:
    """The party behind the operator's address (STELLWERK_URL), else behind `address`, that of the request.

    None where the standard has no keys: a network address is no name that a key could be bound to.
    """
    parts = urlsplit(settings.SITE_URL or address)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return RelyingParty(host, f"{parts.scheme}://{parts.netloc}") if host else None
    return None
