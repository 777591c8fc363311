"""Exact limits over a sliding window, shared by all processes: of N allowed requests in any window, N pass.

On PostgreSQL the windows are an unlogged table. On one machine with SQLite they are a file beside the database, so
that counting never waits for a writer of real data. Time is real time: demos that travel do not refill a window.
What is counted in the course of a call stays counted when the call is refused and undone.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from django.conf import settings
from django.db import connection

from stellwerk.foundation import clock, lasting
from stellwerk.foundation.prepared import planned_once

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from stellwerk.foundation.prepared import ReadyQuery

T = TypeVar("T")
_log = structlog.get_logger(__name__)
_SECOND = 1_000_000  # times are whole microseconds, exact as integers
_BUSY_SECONDS = 10
LONGEST_WINDOW_SECONDS = 60 * 60  # what is older counts for no limit of the house
_threads = threading.local()


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit. `retry_after_seconds` is 0 for a request that passes.

    `reset_at` is the second since 1970 UTC at which the oldest counted request leaves the window.
    """

    limit: int
    remaining: int
    reset_at: int
    retry_after_seconds: int = 0

    @property
    def is_exhausted(self) -> bool:
        return self.retry_after_seconds > 0


def take(key: str, *, limit: int, window_seconds: int) -> Allowance:
    """Count one request of `key` if it passes. A refused request is not counted, so waiting always helps.

    A store that cannot be written (disk full) lets requests pass: the limit protects from overload, not from thieves.
    """
    return _written(lambda: take_and_ask(key, None, limit=limit, window_seconds=window_seconds)[0])


def take_and_ask(
    key: str, asked: ReadyQuery | None, *, limit: int, window_seconds: int
) -> tuple[Allowance, Sequence[Any] | None]:
    """The same, and the first row of a query: in one statement where the windows are in the same database."""
    if window_seconds > LONGEST_WINDOW_SECONDS:
        raise ValueError("house-keeping would forget requests that still count")
    now = int(clock.wall().timestamp() * _SECOND)
    window = window_seconds * _SECOND
    row = None
    try:
        if asked and connection.vendor == "postgresql":
            hits, passes, row = _Table().take_and_ask(key, asked, now=now, limit=limit, window=window)
        else:
            hits, passes = _store().take(key, now, limit=limit, window=window)
    except (sqlite3.Error, OSError) as broken:
        _log.warning("rate_limit_store_failed", error=str(broken))
        hits, passes = [now], True
    if asked and connection.vendor != "postgresql":
        row = asked.row()
    frees_at = hits[0] + window
    wait = 0 if passes else max(1, -(-(frees_at - now) // _SECOND))
    return Allowance(limit, limit - len(hits), -(-frees_at // _SECOND), wait), row


def give_back(key: str) -> None:
    """Uncount the latest request of `key`: it turned out not to be one of those the limit is for."""
    _written(lambda: _store().give_back(key))


def forget(key: str) -> None:
    """Begin anew for one key."""
    _written(lambda: _store().forget(key))


def forget_idle(*, window_seconds: int = LONGEST_WINDOW_SECONDS) -> None:
    """Remove keys whose window is empty, whichever limit they belong to."""
    _store().forget_before(int(clock.wall().timestamp() * _SECOND) - window_seconds * _SECOND)


def forget_all() -> None:
    """Begin anew: for tests."""
    _store().forget_before(2**62)


def window_after(hits: Sequence[int], now: int, *, limit: int, window: int) -> tuple[list[int], bool]:
    """The counted requests after one more, oldest first, and whether it passes.

    A clock that was set back finds hits in its future. They are moved back so that the newest is now, with their
    distances kept: the window neither stays shut until the clock has caught up nor opens twice.
    """
    drift = max(0, hits[-1] - now) if hits else 0
    live = [hit - drift for hit in hits if hit - drift > now - window]
    passes = len(live) < limit
    return ([*live, now] if passes else live), passes


class _File:
    """A small SQLite file. It may be lost at any time; synchronous=OFF spares the disk."""

    def take(self, key: str, now: int, *, limit: int, window: int) -> tuple[list[int], bool]:
        file = self._connection()
        with file:  # commits, or rolls back what broke
            file.execute("BEGIN IMMEDIATE")  # from here on no other process counts
            row = file.execute("SELECT hits FROM rate_window WHERE key = ?", (key,)).fetchone()
            stored = array("q", row[0] if row else b"")
            hits, passes = window_after(stored, now, limit=limit, window=window)
            if passes or hits[-1] != stored[-1]:  # or the clock was set back, and the window moved with it
                file.execute(
                    "INSERT INTO rate_window (key, hits, newest) VALUES (?, ?, ?) "
                    "ON CONFLICT (key) DO UPDATE SET hits = excluded.hits, newest = excluded.newest",
                    (key, array("q", hits).tobytes(), hits[-1]),
                )
        return hits, passes

    def give_back(self, key: str) -> None:
        file = self._connection()
        with file:
            file.execute("BEGIN IMMEDIATE")
            row = file.execute("SELECT hits FROM rate_window WHERE key = ?", (key,)).fetchone()
            hits = array("q", row[0] if row else b"")[:-1]
            if hits:
                update = "UPDATE rate_window SET hits = ?, newest = ? WHERE key = ?"
                file.execute(update, (hits.tobytes(), hits[-1], key))
            else:
                file.execute("DELETE FROM rate_window WHERE key = ?", (key,))

    def forget(self, key: str) -> None:
        self._connection().execute("DELETE FROM rate_window WHERE key = ?", (key,))

    def forget_before(self, newest: int) -> None:
        self._connection().execute("DELETE FROM rate_window WHERE newest < ?", (newest,))

    def _connection(self) -> sqlite3.Connection:
        path: Path = settings.DATA / "limits.sqlite3"
        mine = (str(path), os.getpid())
        if getattr(_threads, "opened", None) != mine:
            _threads.connection = _opened(path)
            _threads.opened = mine
        connection: sqlite3.Connection = _threads.connection
        return connection


def _opened(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _prepared(path)
    except sqlite3.DatabaseError as broken:
        if isinstance(broken, sqlite3.OperationalError):
            raise
        # A power cut may leave half a page behind. Nothing in here is worth repairing.
        for leftover in path.parent.glob(f"{path.name}*"):
            leftover.unlink(missing_ok=True)
        return _prepared(path)


def _prepared(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    file.execute("PRAGMA journal_mode=WAL")
    file.execute("PRAGMA synchronous=OFF")
    file.execute(
        "CREATE TABLE IF NOT EXISTS rate_window (key TEXT PRIMARY KEY, hits BLOB NOT NULL, newest INTEGER NOT NULL) "
        "WITHOUT ROWID"
    )
    return file


class _Table:
    """One statement decides: the conflicting row is locked, and the update sees what a rival has just written."""

    def take(self, key: str, now: int, *, limit: int, window: int) -> tuple[list[int], bool]:
        with planned_once() as cursor:
            cursor.execute(_TAKE, _taken(key, now, limit=limit, window=window))
            hits, passes = cursor.fetchone()
        return hits, passes

    def take_and_ask(
        self, key: str, asked: ReadyQuery, *, now: int, limit: int, window: int
    ) -> tuple[list[int], bool, Sequence[Any] | None]:
        statement = _TAKE_AND_ASK.replace("asked_query", asked.sql)
        with planned_once() as cursor:
            cursor.execute(statement, [*_taken(key, now, limit=limit, window=window), *asked.values])
            hits, passes, is_found, *columns = cursor.fetchone()
        return hits, passes, next(iter(asked.convert([columns]))) if is_found else None

    def give_back(self, key: str) -> None:
        with connection.cursor() as cursor:
            # What is left empty counts for nothing; house-keeping takes it away.
            cursor.execute(
                "UPDATE foundation_rate_window SET hits = trim_array(hits, 1) WHERE key = %s AND cardinality(hits) > 0",
                [key],
            )

    def forget(self, key: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM foundation_rate_window WHERE key = %s", [key])

    def forget_before(self, newest: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM foundation_rate_window WHERE hits[cardinality(hits)] < %s OR cardinality(hits) = 0",
                [newest],
            )


# The same arithmetic as window_after(), where the row is. OFFSET 0 keeps the planner from computing `live` four times.
_TAKE = """
INSERT INTO foundation_rate_window AS kept (key, hits, passes)
SELECT key, ARRAY[now], TRUE FROM (SELECT %s::text AS key, %s::bigint AS now) AS request
ON CONFLICT (key) DO UPDATE SET (hits, passes) = (
  SELECT CASE WHEN cardinality(live) < %s THEN live || EXCLUDED.hits ELSE live END, cardinality(live) < %s
  FROM (SELECT ARRAY(
    SELECT hit - drift FROM unnest(kept.hits) AS hit,
      (SELECT GREATEST(0, kept.hits[cardinality(kept.hits)] - EXCLUDED.hits[1]) AS drift) AS clock
    WHERE hit - drift > EXCLUDED.hits[1] - %s::bigint ORDER BY hit
  ) AS live OFFSET 0) AS window_now
) RETURNING hits, passes
"""
_TAKE_AND_ASK = """
WITH taken AS (take) SELECT taken.hits, taken.passes, asked.*
FROM taken LEFT JOIN (SELECT TRUE AS is_found, found.* FROM (asked_query) AS found LIMIT 1) AS asked ON TRUE
""".replace("(take)", f"({_TAKE})")


def _taken(key: str, now: int, *, limit: int, window: int) -> list[str | int]:
    """The parameters of _TAKE."""
    return [key, now, limit, limit, window]


def _written(do: Callable[[], T]) -> T:
    """The file is outside of all transactions; a row is undone with the call around it and has to be written again."""
    return lasting.write(do) if connection.vendor == "postgresql" else do()


def _store() -> _File | _Table:
    return _Table() if connection.vendor == "postgresql" else _File()
