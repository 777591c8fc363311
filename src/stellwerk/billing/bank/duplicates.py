"""Counting every movement once, however many files report it (BNK-004)."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from stellwerk.billing.bank.entries import BankEntry


@dataclass(slots=True)
class SortedEntries:
    """What to do with each row of a file.

    `fresh` rows are booked and counted now. `repeated` ones were counted before; they may still carry a reference that
    the first report lacked. `pending` ones are only announced (BNK-002). `awaiting_details` are collective entries
    whose payments a camt.054 will list; their own sum is never counted beside its details.
    """

    fresh: list[BankEntry] = field(default_factory=list)
    repeated: list[BankEntry] = field(default_factory=list)
    pending: list[BankEntry] = field(default_factory=list)
    awaiting_details: list[BankEntry] = field(default_factory=list)


def sorted_entries(
    entries: Iterable[BankEntry], *, counted_keys: Collection[str], counted_entry_keys: Collection[str]
) -> SortedEntries:
    """Sorts the rows of one file, in its order.

    `counted_keys` and `counted_entry_keys` are the `duplicate_key` and `entry_key` of all rows that earlier files made
    fresh. An entry is always reported whole, so one that was counted in any form is not counted again in another;
    details that one bank lists within a collective entry and as entries of their own meet in `duplicate_key`.
    """
    result = SortedEntries()
    keys, entry_keys = set(counted_keys), set(counted_entry_keys)
    for _, group in groupby(entries, key=lambda row: (row.statement_number, row.entry_number)):
        rows = list(group)
        known = rows[0].entry_key in entry_keys
        for row in rows:
            if not row.is_booked:
                result.pending.append(row)
            elif known or row.duplicate_key in keys:
                result.repeated.append(row)
            elif row.is_collective:
                result.awaiting_details.append(row)
            else:
                result.fresh.append(row)
                keys.add(row.duplicate_key)
                entry_keys.add(row.entry_key)
    return result
