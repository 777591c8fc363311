"""What a connection to the database is told when it opens, and one process waiting for another."""

from __future__ import annotations

import fcntl
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper


def settle(*, connection: BaseDatabaseWrapper, **_sent: Any) -> None:
    """PostgreSQL compiles a statement it thinks dear: 75 ms each time for a list that is read in 20.

    A statement and no start-up option, because PgBouncer refuses those it does not know.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")


@contextmanager
def one_at_a_time(purpose: str) -> Iterator[None]:
    """Wait until no other process does the same on this database. Whoever is killed lets the next one in."""
    if connection.vendor != "postgresql":
        with (settings.DATA / f"{purpose}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    # In a transaction of a second connection: what is done here commits as it goes, and PgBouncer hands a connection
    # without a transaction to somebody else, with its locks.
    apart = connection.copy()
    try:
        apart.set_autocommit(False)
        with apart.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(f"stellwerk {purpose}".encode())])
        yield
    finally:
        apart.close()
