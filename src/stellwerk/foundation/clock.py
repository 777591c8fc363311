"""The only source of time. Everything else asks here, so that tests and the demo can travel.

The travelled distance is a number of seconds in `clock.json` of the data folder: all processes of one machine
see it at once, and one `stat` per question is all it costs. Time never travels on an instance that takes real money:
`travel_to` is for tests, the file for demos on one machine.
"""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_travelled: list[datetime] = []  # a stack: the innermost `travel_to` wins
_offset_read: tuple[int, timedelta] = (0, timedelta())


def wall() -> datetime:
    """Real time, UTC. For leases, throttles and caches, which must not jump when the business clock travels."""
    return datetime.fromtimestamp(time.time(), tz=UTC)


def now() -> datetime:
    """Business time, UTC: the real time plus the distance travelled."""
    if _travelled:
        return _travelled[-1]
    return wall() + offset()


def today() -> date:
    """The business date in the operator's time zone (GEN-010)."""
    return now().astimezone(operator_zone()).date()


def operator_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def offset() -> timedelta:
    """The distance travelled, read again whenever the file changes."""
    global _offset_read  # noqa: PLW0603  a cache keyed by the file's modification time
    try:
        changed_ns = _file().stat().st_mtime_ns
    except FileNotFoundError:
        return timedelta()
    if changed_ns != _offset_read[0]:
        seconds = int(json.loads(_file().read_text() or "{}").get("offset_seconds", 0))
        _offset_read = (changed_ns, timedelta(seconds=seconds))
    return _offset_read[1]


def set_offset(distance: timedelta) -> None:
    """Write the distance for every process of this machine; zero returns to today."""
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_suffix(".new")
    waiting.write_text(json.dumps({"offset_seconds": int(distance.total_seconds())}))
    waiting.replace(path)  # readers see the old file or the new one, never half of it


@contextmanager
def travel_to(moment: datetime | date) -> Iterator[None]:
    """Stand at `moment` until the block ends. A date means noon of that day in the operator's zone."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, 12, tzinfo=operator_zone())
    _travelled.append(moment.astimezone(UTC))
    try:
        yield
    finally:
        _travelled.pop()


def _file() -> Path:
    path: Path = settings.DATA / "clock.json"
    return path
