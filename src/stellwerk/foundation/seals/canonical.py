"""Events and seals as bytes: the same on every database, in every release."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

from stellwerk.foundation.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from stellwerk.foundation.models import Seal

COLUMNS = (
    "pk", "name", "payload", "organisation_id", "account_id", "actor_name", "through", "address", "request_id",
    "occurred_at",
)  # fmt: skip
_NUMBER_BYTES = 8
ENTRY_BYTES = _NUMBER_BYTES + hashlib.sha256().digest_size
NOTHING_BEFORE = "0" * 64
READ_AT_ONCE = 1_000  # rows: what is held in memory


def entries_after(event_id: int, *, until: int) -> Iterator[tuple[int, bytes]]:
    """Number and digest of the stored events in (event_id, until], in order and a few at a time."""
    rows = Event.objects.filter(pk__gt=event_id, pk__lte=until).order_by("pk").values_list(*COLUMNS)
    for row in rows.iterator(chunk_size=READ_AT_ONCE):
        yield row[0], digest_of(row)


def digest_of(row: tuple[Any, ...]) -> bytes:
    """SHA-256 of an event: a JSON list of its columns, names sorted, the moment in UTC with microseconds."""
    *values, occurred_at = row
    text = json.dumps([*values, _moment(occurred_at)], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def packed(entries: Iterable[tuple[int, bytes]]) -> bytes:
    return b"".join(number.to_bytes(_NUMBER_BYTES, "big") + digest for number, digest in entries)


def unpacked(stored: bytes) -> Iterator[tuple[int, bytes]]:
    for at in range(0, len(stored), ENTRY_BYTES):
        entry = stored[at : at + ENTRY_BYTES]
        yield int.from_bytes(entry[:_NUMBER_BYTES], "big"), entry[_NUMBER_BYTES:]


def chained(seal: Seal, *, previous: str) -> str:
    """The digest of a seal, hexadecimal, after the one with the digest `previous`."""
    facts = [
        previous, seal.number, seal.first_event_id, seal.last_event_id, seal.event_count, _moment(seal.sealed_at),
        hashlib.sha256(bytes(seal.entries)).hexdigest(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
