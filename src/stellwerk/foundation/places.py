"""Where a network address is, roughly, for mails and lists of devices.

The operator names a MaxMind database (`STELLWERK_PLACES`); without one, places are unknown and nothing else changes.
No question ever leaves this machine.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import maxminddb
import structlog
from babel import Locale
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

_log = structlog.get_logger(__name__)


def place_of(address: str | None, language: str) -> str:
    """`Bern, Switzerland` in one of the five languages, empty when unknown."""
    number = _number(address)
    if number is None:
        return ""
    with translation.override(language):
        if number.is_loopback:
            return _("this machine")
        if not number.is_global:
            return _("local network")
    found = _found(str(number))
    names = (_city(found, language), _country(found, language))
    return ", ".join(name for name in names if name)


def region_of(address: str | None) -> str:
    """A code that stays the same while somebody does not travel: country and first subdivision, `CH-BE`.

    Towns are left out: providers hand one home to another town from day to day. Empty when unknown.
    """
    number = _number(address)
    if number is None or not number.is_global:
        return ""
    found = _found(str(number))
    country = _text(found.get("country"), "iso_code")
    subdivisions = found.get("subdivisions")
    first = subdivisions[0] if isinstance(subdivisions, list) and subdivisions else None
    return "-".join(part for part in (country, _text(first, "iso_code")) if part)[:20]


def _number(address: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        number = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    mapped = getattr(number, "ipv4_mapped", None)
    return mapped or number


def _found(address: str) -> Mapping[str, Any]:
    reader = _reader(settings.PLACES_FILE) if settings.PLACES_FILE else None
    try:
        found = reader.get(address) if reader else None
    except (ValueError, maxminddb.InvalidDatabaseError) as broken:  # an IPv6 address in a file for IPv4 only
        _log.warning("place_unknown", error=str(broken))
        return {}
    return found if isinstance(found, dict) else {}


@lru_cache(maxsize=4)
def _reader(path: str) -> maxminddb.Reader | None:
    try:
        return maxminddb.open_database(path)
    except (OSError, maxminddb.InvalidDatabaseError) as broken:
        _log.warning("places_unreadable", path=path, error=str(broken))
        return None


def _city(found: Mapping[str, Any], language: str) -> str:
    city = found.get("city")
    names = city.get("names") if isinstance(city, dict) else None
    return _text(names, language) or _text(names, "en")


def _country(found: Mapping[str, Any], language: str) -> str:
    code = _text(found.get("country"), "iso_code")
    return str(Locale(language).territories.get(code, "")) if code else ""


def _text(value: object, name: str) -> str:
    text = value.get(name) if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""
