"""Closing batches of events, and only those to which nothing can be added any more."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Max

from stellwerk.foundation import clock
from stellwerk.foundation.models import Event, Seal, SealHorizon
from stellwerk.foundation.seals.canonical import NOTHING_BEFORE, chained, entries_after, packed

if TYPE_CHECKING:
    from datetime import datetime

EVENTS_IN_A_SEAL = 1_000
SEALS_AT_ONCE = 200  # in one transaction; the next run goes on


@dataclass(frozen=True, slots=True)
class NewestSeal:
    """The end of the chain. `digest` is hexadecimal; kept elsewhere it proves everything before it."""

    number: int
    last_event_id: int
    digest: str
    sealed_at: datetime


def newest() -> NewestSeal | None:
    """The end of the chain, None as long as nothing is sealed."""
    row = Seal.objects.order_by("-number").values_list("number", "last_event_id", "digest", "sealed_at").first()
    return NewestSeal(*row) if row else None


@transaction.atomic
def seal_events() -> int:
    """Seal what is safely past; answers how many events. A second call at the same moment waits, then finds nothing."""
    SealHorizon.objects.get_or_create(pk=1)
    horizon = SealHorizon.objects.select_for_update().get(pk=1)
    if _still_open(horizon.writers):
        return 0
    # Two looks, in this order: whoever draws a smaller number than the newest visible one has drawn it before the
    # first look, and is seen by the second unless the transaction has ended.
    newest_id = Event.objects.aggregate(newest=Max("pk"))["newest"] or 0
    writers = _open_writers()
    until = newest_id if not writers else horizon.event_id
    count = _seal_until(until)
    horizon.event_id, horizon.writers = newest_id, writers
    horizon.save(update_fields=["event_id", "writers"])
    return count


def _seal_until(until: int) -> int:
    last = newest()
    number, previous, after = (last.number, last.digest, last.last_event_id) if last else (0, NOTHING_BEFORE, 0)
    waiting, count = entries_after(after, until=until), 0
    while number < (last.number if last else 0) + SEALS_AT_ONCE:
        batch = list(islice(waiting, EVENTS_IN_A_SEAL))
        if not batch:
            break
        number += 1
        seal = Seal(
            number=number,
            first_event_id=batch[0][0],
            last_event_id=batch[-1][0],
            event_count=len(batch),
            entries=packed(batch),
            sealed_at=clock.now(),
        )
        seal.digest = previous = chained(seal, previous=previous)
        seal.save(force_insert=True)
        count += len(batch)
    return count


def _open_writers() -> list[str]:
    """The open transactions that have drawn a number for an event, by the name PostgreSQL gives a transaction.

    Whoever draws a number keeps a lock on its sequence until the transaction ends, also before the row is written and
    before the transaction has a number of its own; so this misses nobody. SQLite has one writer at a time: what one
    sees there is complete.
    """
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND relation = pg_get_serial_sequence(%s, 'id')::regclass "
            "AND pid IS DISTINCT FROM pg_backend_pid()",
            ["foundation_event"],
        )
        return [name for (name,) in cursor.fetchall()]


def _still_open(writers: list[str]) -> bool:
    return bool(writers) and not set(writers).isdisjoint(_open_writers())
