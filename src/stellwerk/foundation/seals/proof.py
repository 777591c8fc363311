"""Comparing what is stored with what was sealed. Memory is constant: one seal and a few events at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation.models import Event, Seal
from stellwerk.foundation.seals.canonical import NOTHING_BEFORE, chained, entries_after, unpacked
from stellwerk.foundation.seals.sealing import newest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

_SEALS_AT_ONCE = 10  # forty kilobytes each


def differences() -> Iterator[str]:
    """A sentence for every entry that was changed, removed or inserted, and for every seal that does not fit."""
    number, previous, last_event_id = 0, NOTHING_BEFORE, 0
    for seal in Seal.objects.order_by("number").iterator(chunk_size=_SEALS_AT_ONCE):
        if seal.number != number + 1:
            yield f"Before seal {seal.number} {_counted(seal.number - number - 1)} missing"
            previous, last_event_id = "", seal.first_event_id - 1
        number = seal.number
        yield from _misfits(seal, previous=previous, after=last_event_id)
        previous, last_event_id = seal.digest, max(last_event_id, seal.last_event_id)


def disagreement(number: int, digest: str) -> str | None:
    """What contradicts a digest that was kept elsewhere; None when the stored seal of this number has it."""
    stored = Seal.objects.filter(number=number).values_list("digest", flat=True).first()
    if stored is None:
        return f"Seal {number} was kept elsewhere and does not exist here: the end of the log is missing"
    if stored != digest.lower():
        return f"Seal {number} is not the one that was kept elsewhere: the log was rewritten up to there"
    return None


def waiting_total() -> int:
    """How many events no seal covers yet."""
    last = newest()
    return Event.objects.filter(pk__gt=last.last_event_id if last else 0).count()


def waiting_since() -> datetime | None:
    """When the oldest event happened that no seal covers yet; None when there is none."""
    last = newest()
    waiting = Event.objects.filter(pk__gt=last.last_event_id if last else 0).order_by("pk")
    return waiting.values_list("occurred_at", flat=True).first()


def _misfits(seal: Seal, *, previous: str, after: int) -> Iterator[str]:
    """What is wrong with one seal. Without a `previous` digest only its events can be judged."""
    if previous and seal.digest != chained(seal, previous=previous):
        yield f"Seal {seal.number} was changed, or the seals before it were replaced"
    # An inserted event may lie between the seals as well: everything since the seal before belongs to this one.
    found = entries_after(after, until=seal.last_event_id)
    for event_id, was, now in _paired(unpacked(bytes(seal.entries)), found):
        if was is None:
            yield f"Entry {event_id} was inserted into the sealed past (seal {seal.number})"
        elif now is None:
            yield f"Entry {event_id} was removed (seal {seal.number})"
        elif was != now:
            yield f"Entry {event_id} was changed (seal {seal.number})"


def _paired(
    sealed: Iterable[tuple[int, bytes]], stored: Iterable[tuple[int, bytes]]
) -> Iterator[tuple[int, bytes | None, bytes | None]]:
    """Two ordered lists side by side, by number; None where one of them lacks it."""
    left, right = iter(sealed), iter(stored)
    was, now = next(left, None), next(right, None)
    while was is not None or now is not None:
        if now is None or (was is not None and was[0] < now[0]):
            assert was is not None
            yield was[0], was[1], None
            was = next(left, None)
        elif was is None or now[0] < was[0]:
            yield now[0], None, now[1]
            now = next(right, None)
        else:
            yield was[0], was[1], now[1]
            was, now = next(left, None), next(right, None)


def _counted(count: int) -> str:
    return "one seal is" if count == 1 else f"{count} seals are"
