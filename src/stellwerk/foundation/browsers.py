"""Which browsers are too old, by a table that the operator may replace (UI-018…020); and which are on a phone (UI-027).

A User-Agent is a hint: whoever calls itself something else gets another notice and nothing more.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

_log = structlog.get_logger(__name__)

DELIVERED = Path(__file__).with_name("browsers.toml")
LONGEST = 300  # characters; what is longer comes from nobody's browser
_VERSION = r"(\d{1,5}(?:[._]\d{1,5})?)"
# In this order: nearly everybody calls itself Safari, and whoever is built on Chrome calls itself Chrome.
# On iOS every browser is the system's, whatever its name.
_SIGNS = (
    ("Internet Explorer", re.compile(r"(?:MSIE |Trident/.*rv:)" + _VERSION)),
    ("Safari", re.compile(r"(?:iPhone|iPad|iPod).* OS " + _VERSION)),
    ("Edge", re.compile(r"Edg(?:e|A)?/" + _VERSION)),
    ("Chrome", re.compile(r"Chrom(?:e|ium)/" + _VERSION)),
    ("Firefox", re.compile(r"Firefox/" + _VERSION)),
    ("Safari", re.compile(r"Version/" + _VERSION + r".* Safari/")),
)
_PHONE = re.compile(r"Mobi|Android|iPhone|iPad|iPod")


@dataclass(frozen=True, slots=True)
class Application:
    """What one application asks for at least: pairs of name and version, as the operator wrote them."""

    name: str
    browsers: tuple[tuple[str, str], ...]
    systems: tuple[tuple[str, str], ...] = ()


class UnreadableTable(Exception):
    """The operator's table cannot be used; the text says why."""


def applications() -> tuple[Application, ...]:
    """All rows, the Manager's first. With an unreadable file of the operator, those delivered; `doctor` tells of it."""
    path = settings.BROWSERS_FILE
    if not path:
        return table_in(str(DELIVERED))
    try:
        return table_in(path)
    except UnreadableTable as broken:
        _log.warning("browsers_unreadable", reason=str(broken))
        return table_in(str(DELIVERED))


@lru_cache(maxsize=4)
def table_in(path: str) -> tuple[Application, ...]:
    """The rows of a file, read once a process. Raises UnreadableTable."""
    try:
        rows = tomllib.loads(Path(path).read_text("utf-8"))["application"]
        found = tuple(_application(row) for row in rows)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as broken:
        raise UnreadableTable(f"{path}: {type(broken).__name__}: {broken}") from broken
    if not found:
        raise UnreadableTable(f"{path}: no application")
    return found


def _application(row: dict[str, Any]) -> Application:
    browsers = tuple((str(name), str(version)) for name, version in row["browsers"].items())
    for _name, version in browsers:
        _numbers(version)
    systems = tuple((str(name), str(version)) for name, version in row.get("systems", {}).items())
    return Application(str(row["name"]), browsers, systems)


def is_outdated(user_agent: str) -> bool:
    """Older than the Manager's row asks for. What is not known, or not listed, is taken for new enough."""
    known = _browser(user_agent)
    if known is None:
        return False
    name, version = known
    if name == "Internet Explorer":
        return True
    return any(version < _numbers(least) for listed, least in applications()[0].browsers if listed == name)


def is_mobile(user_agent: str) -> bool:
    """A phone or a tablet."""
    return bool(_PHONE.search(user_agent[:LONGEST]))


@lru_cache(maxsize=1024)
def _browser(user_agent: str) -> tuple[str, tuple[int, ...]] | None:
    for name, sign in _SIGNS:
        if found := sign.search(user_agent[:LONGEST]):
            return name, _numbers(found[1].replace("_", "."))
    return None


def _numbers(version: str) -> tuple[int, ...]:
    """`17.0` as (17, 0), always of two numbers, so that 17 and 17.0 are equal. ValueError for anything else."""
    major, _, minor = version.partition(".")
    return int(major), int(minor or 0)
