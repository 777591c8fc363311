"""What a connection to the database is told when it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def settle(*, connection: BaseDatabaseWrapper, **_sent: Any) -> None:
    """PostgreSQL compiles a statement it thinks dear: 75 ms each time for a list that is read in 20.

    A statement and no start-up option, because PgBouncer refuses those it does not know.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")
