"""Exact limits over a sliding window, shared by all processes: of N allowed requests in any window, N pass.

On PostgreSQL the windows are an unlogged table. On one machine with SQLite they are a file beside the database, so
that counting never waits for a writer of real data. Time is real time: demos that travel do not refill a window.
What is counted in the course of a call is counted at once for everybody, and stays counted when the call is undone:
inside a transaction a connection of its own writes it.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from array import array
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.db import connection

from stellwerk.foundation import clock
from stellwerk.foundation.prepared import planned_once

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from django.db.backends.utils import CursorWrapper

    from stellwerk.foundation.prepared import ReadyQuery

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


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that wants to pass a limit."""

    key: str
    limit: int
    window_seconds: int

    def __post_init__(self) -> None:
        if self.window_seconds > LONGEST_WINDOW_SECONDS:
            raise ValueError("house-keeping would forget requests that still count")

    @property
    def window(self) -> int:
        return self.window_seconds * _SECOND

    def allowance(self, now: int, hits: Sequence[int], *, passes: bool) -> Allowance:
        """What the counted requests mean for the next one."""
        frees_at = hits[0] + self.window
        wait = 0 if passes else max(1, -(-(frees_at - now) // _SECOND))
        return Allowance(self.limit, self.limit - len(hits), -(-frees_at // _SECOND), wait)


def take(key: str, *, limit: int, window_seconds: int) -> Allowance:
    """Count one request of `key` if it passes. A refused request is not counted, so waiting always helps.

    A store that cannot be written (disk full) lets requests pass: the limit protects from overload, not from thieves.
    """
    return take_in_turn(Asked(key, limit, window_seconds))


def take_in_turn(*asked: Asked) -> Allowance:
    """Count one request of several keys, as one statement: the first refusal, or what is left of the last limit.

    What one limit refuses is counted for none of those after it.
    """
    now = _now()
    try:
        answers = _store().take(asked, now)
    except (sqlite3.Error, OSError) as broken:
        answers = [_let_through(now, broken)] * len(asked)
    allowances = [
        each.allowance(now, hits, passes=passes) for each, (hits, passes) in zip(asked, answers, strict=False)
    ]
    return next((each for each in allowances if each.is_exhausted), allowances[-1])


def take_and_ask(
    key: str, query: ReadyQuery | None, *, limit: int, window_seconds: int
) -> tuple[Allowance, Sequence[Any] | None]:
    """Like `take`, and the first row of a query: in one statement where the windows are in the same database."""
    if query is None or connection.vendor != "postgresql" or connection.in_atomic_block:
        allowance = take(key, limit=limit, window_seconds=window_seconds)
        return allowance, query.row() if query else None
    now, asked = _now(), Asked(key, limit, window_seconds)
    hits, passes, row = _Table().take_and_ask(asked, query, now=now)
    return asked.allowance(now, hits, passes=passes), row


def give_back(key: str) -> None:
    """Uncount the latest request of `key`: it turned out not to be one of those the limit is for."""
    _store().give_back(key)


def forget(key: str) -> None:
    """Begin anew for one key."""
    _store().forget(key)


def forget_and_give_back(forgotten: str, given_back: str) -> None:
    """Both, for two keys, as one statement."""
    _store().forget_and_give_back(forgotten, given_back)


def forget_idle(*, window_seconds: int = LONGEST_WINDOW_SECONDS) -> None:
    """Remove keys whose window is empty, whichever limit they belong to."""
    _store().forget_before(_now() - window_seconds * _SECOND)


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

    def take(self, asked: Sequence[Asked], now: int) -> list[tuple[list[int], bool]]:
        """The answers of the limits in their order, up to the first refusal."""
        answers: list[tuple[list[int], bool]] = []
        for each in asked:
            answers.append(self._take(each.key, now, limit=each.limit, window=each.window))
            if not answers[-1][1]:
                break
        return answers

    def _take(self, key: str, now: int, *, limit: int, window: int) -> tuple[list[int], bool]:
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

    def forget_and_give_back(self, forgotten: str, given_back: str) -> None:
        self.forget(forgotten)
        self.give_back(given_back)

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

    def take(self, asked: Sequence[Asked], now: int) -> list[tuple[list[int], bool]]:
        """The answers of the limits in their order, up to the first refusal."""
        values = [value for each in asked for value in _taken(each, now)]
        with _apart() as cursor:
            cursor.execute(_taking(len(asked)), values)
            counted = [(hits, passes) for _turn, hits, passes in sorted(cursor.fetchall())]
        refusal = next((turn for turn, (_hits, passes) in enumerate(counted) if not passes), len(asked))
        for each, (_hits, passes) in list(zip(asked, counted, strict=True))[refusal + 1 :]:
            if passes:
                self.give_back(each.key)
        return counted[: refusal + 1]

    def take_and_ask(
        self, asked: Asked, query: ReadyQuery, *, now: int
    ) -> tuple[list[int], bool, Sequence[Any] | None]:
        statement = _TAKE_AND_ASK.replace("asked_query", query.sql)
        with planned_once() as cursor:
            cursor.execute(statement, [*_taken(asked, now), *query.values])
            hits, passes, is_found, *columns = cursor.fetchone()
        return hits, passes, next(iter(query.convert([columns]))) if is_found else None

    def give_back(self, key: str) -> None:
        self._write(_GIVE_BACK, key)

    def forget(self, key: str) -> None:
        self._write(_FORGET, key)

    def forget_and_give_back(self, forgotten: str, given_back: str) -> None:
        self._write(_FORGET_AND_GIVE_BACK, forgotten, given_back)

    def forget_before(self, newest: int) -> None:
        # What is left empty counts for nothing; house-keeping takes it away.
        self._write(
            "DELETE FROM foundation_rate_window WHERE hits[cardinality(hits)] < %s OR cardinality(hits) = 0", newest
        )

    def _write(self, statement: str, *values: str | int) -> None:
        with _apart() as cursor:
            cursor.execute(statement, values)


@contextmanager
def _apart() -> Iterator[CursorWrapper]:
    """A cursor whose statement is committed at once, whatever becomes of the call around it.

    A count inside of a transaction would hold its row until the end: rivals would wait, and if the call is undone,
    each would pass before the one ahead has counted anew.
    """
    if not connection.in_atomic_block:
        with planned_once() as cursor:
            yield cursor
        return
    apart = connection.copy()
    try:
        with apart.cursor() as cursor:
            yield cursor
    finally:
        apart.close()


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


_GIVE_BACK = "UPDATE foundation_rate_window SET hits = trim_array(hits, 1) WHERE key = %s AND cardinality(hits) > 0"
_FORGET = "DELETE FROM foundation_rate_window WHERE key = %s"
# The count makes the key that others take first go first here, too: nobody waits for each other.
_FORGET_AND_GIVE_BACK = "WITH gone AS (forget RETURNING 1) give_back AND (SELECT count(*) FROM gone) >= 0".replace(
    "forget", _FORGET
).replace("give_back", _GIVE_BACK)


@cache
def _taking(keys: int) -> str:
    """_TAKE for so many keys, whose rows are locked in their order."""
    parts = ", ".join(f"taken_{turn} AS ({_TAKE})" for turn in range(keys))
    answers = " UNION ALL ".join(f"SELECT {turn}, hits, passes FROM taken_{turn}" for turn in range(keys))  # noqa: S608  numbers
    return f"WITH {parts} {answers}"


def _taken(asked: Asked, now: int) -> list[str | int]:
    """The parameters of _TAKE."""
    return [asked.key, now, asked.limit, asked.limit, asked.window]


def _now() -> int:
    return int(clock.wall().timestamp() * _SECOND)


def _let_through(now: int, broken: Exception) -> tuple[list[int], bool]:
    _log.warning("rate_limit_store_failed", error=str(broken))
    return [now], True


def _store() -> _File | _Table:
    return _Table() if connection.vendor == "postgresql" else _File()
