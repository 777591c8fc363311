"""Where a request comes from, seen through the operator's proxies."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest

# What one household or one rented machine is given at least: whoever has one address of it has them all (RFC 6177).
_BITS_OF_A_SUBSCRIBER = 64


def client_address(request: HttpRequest) -> str:
    """The address of the client, "" when unknown.

    Each trusted proxy appends the address it was called from, so with n of them the n-th entry from the right is
    true. What stands further left was sent by the client and proves nothing.
    """
    trusted = settings.TRUSTED_PROXIES
    if trusted:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(forwarded) >= trusted:
            return str(forwarded[-trusted])
    return str(request.META.get("REMOTE_ADDR") or "")


def network_of(address: str) -> str:
    """What limits count by: an IPv4 address, or the /64 network of an IPv6 address. Anything else is left as it is."""
    try:
        number = ip_address(address)
    except ValueError:
        return address
    if not isinstance(number, IPv6Address):
        return address
    if number.ipv4_mapped is not None:
        return str(number.ipv4_mapped)
    return str(IPv6Network((int(number), _BITS_OF_A_SUBSCRIBER), strict=False))


def web_address(request: HttpRequest, path: str) -> str | None:
    """The whole address of a page on the web host; None for an empty path."""
    if not path:
        return None
    host = settings.SITE_URL.rstrip("/") or request.build_absolute_uri("/").rstrip("/")
    return f"{host}{path}"
