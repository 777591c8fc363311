"""What kind of device speaks, told from its User-Agent header. A hint for people, never a proof."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

LONGEST = 300  # what is longer comes from nobody's browser, and patterns are not tried on it


class DeviceKind(StrEnum):
    COMPUTER = "computer"
    PHONE = "phone"
    TABLET = "tablet"
    PROGRAM = "program"  # a script, an app, or nothing we know


@dataclass(frozen=True, slots=True)
class Device:
    """`name` is the same in every language, for example `Firefox 140 (Windows)`; empty when nothing is known."""

    name: str
    kind: DeviceKind


@lru_cache(maxsize=1024)
def device_of(user_agent: str) -> Device:
    """The browser and system that call themselves so."""
    if not user_agent.strip():
        return Device("", DeviceKind.PROGRAM)
    # Loaded at the first question: its patterns take a moment, and most processes never ask.
    from ua_parser import parse

    known = parse(user_agent[:LONGEST])
    family = known.user_agent.family if known.user_agent else ""
    version = (known.user_agent.major or "") if known.user_agent else ""
    system = known.os.family if known.os else ""
    brand = (known.device.brand or "") if known.device else ""
    browser = f"{_PLAIN_NAMES.get(family, family)} {version}".strip()
    name = " ".join(part for part in (browser, f"({_PLAIN_NAMES.get(system, system)})" if system else "") if part)
    return Device(name or " ".join(user_agent.split())[:60], _kind(system, brand, user_agent))


_PLAIN_NAMES = {
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Edge Mobile": "Edge",
    "Opera Mobile": "Opera",
    "Mac OS X": "macOS",
}
_COMPUTERS = {"Windows", "Mac OS X", "Linux", "Ubuntu", "Chrome OS", "Fedora", "Debian", "FreeBSD", "OpenBSD"}


def _kind(system: str, brand: str, user_agent: str) -> DeviceKind:
    if "iPad" in user_agent or (system == "Android" and "Mobile" not in user_agent):
        return DeviceKind.TABLET
    if system in ("iOS", "Android", "KaiOS"):
        return DeviceKind.PHONE
    if system in _COMPUTERS and brand != "Spider":
        return DeviceKind.COMPUTER
    return DeviceKind.PROGRAM
