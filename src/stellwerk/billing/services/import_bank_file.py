"""Importing a bank file: all of it or nothing, every movement once, every franc accounted for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing import policy
from stellwerk.billing.bank.camt import MAX_BYTES, read_bank_file
from stellwerk.billing.bank.duplicates import SortedEntries, sorted_entries
from stellwerk.billing.bank.errors import BankFileRefused
from stellwerk.billing.bank.incoming import incoming_amount
from stellwerk.billing.errors import refusal
from stellwerk.billing.events import BankFileImported
from stellwerk.billing.models import BankEntry, BankImport
from stellwerk.billing.queries import parties
from stellwerk.billing.queries.bank_targets import targets_of
from stellwerk.billing.services.book_bank_entries import BookedRow, book_bank_entries
from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stellwerk.billing.bank.entries import BankEntry as BankRow
    from stellwerk.billing.bank.entries import BankFile
    from stellwerk.foundation.actor import Actor

_KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of each row. `is_repeated`: this very file was imported before, and nothing has changed."""

    import_id: int
    rows: tuple[BookedRow, ...]
    is_repeated: bool = False

    def count(self, outcome: str) -> int:
        return sum(row.outcome == outcome for row in self.rows)


@transaction.atomic
def import_bank_file(*, actor: Actor, content: bytes, file_name: str) -> ImportResult:
    """Book every credit of a camt file once (BNK-001…010); the same file again changes nothing.

    Rows are settled, credited to a prepaid account, or wait in the suspense account for somebody's decision. Pending
    and outgoing rows are told and left alone, but for withdrawals, which are finished or returned by their end-to-end
    id. Publishes the events of each payment and BankFileImported.

    Refusals in order, each of the whole file with nothing booked: not found (only the operator imports),
    bank_file_… for content that is no usable camt, bank_account_foreign.
    """
    require(policy.can_import_bank_files(actor))
    file = _read(content)
    _refuse_foreign_accounts(file)
    sha256 = hashlib.sha256(content).hexdigest()
    known = BankImport.objects.filter(sha256=sha256).first()
    if known is not None:
        return ImportResult(known.pk, tuple(_row("duplicate", row) for row in file.entries), is_repeated=True)
    sorted_rows = _sorted(file)
    imported = BankImport.objects.create(
        file_name=file_name[:200],
        sha256=sha256,
        entry_count=len(sorted_rows.fresh),
        imported_by_id=actor.account_id,
        imported_at=clock.now(),
    )
    targets = targets_of([incoming_amount(row) for row in sorted_rows.fresh if row.makes_payment])
    booked = book_bank_entries(bank_import=imported, rows=sorted_rows.fresh, targets=targets, actor=actor)
    events.publish(
        BankFileImported(import_id=imported.pk, file_name=imported.file_name, entry_count=imported.entry_count),
        actor=actor,
    )
    return ImportResult(imported.pk, (*booked, *_left_alone(sorted_rows)))


def _read(content: bytes) -> BankFile:
    try:
        return read_bank_file(content)
    except BankFileRefused as refused:
        limits = {"maximum_mib": MAX_BYTES // 1024 // 1024}
        raise refusal(refused.code, **refused.context, **limits) from refused


def _refuse_foreign_accounts(file: BankFile) -> None:
    for statement in file.statements:
        if statement.account_iban not in parties.operator_ibans():
            raise refusal("bank_account_foreign", iban=statement.account_iban)


def _sorted(file: BankFile) -> SortedEntries:
    movement_keys = _known("movement_key", {row.duplicate_key for row in file.entries})
    entry_keys = _known("entry_key", {row.entry_key for row in file.entries})
    return sorted_entries(file.entries, counted_keys=movement_keys, counted_entry_keys=entry_keys)


def _known(column: str, keys: Iterable[str]) -> set[str]:
    ordered, found = sorted(keys), set[str]()
    for start in range(0, len(ordered), _KEYS_AT_ONCE):
        wanted = {f"{column}__in": ordered[start : start + _KEYS_AT_ONCE]}
        found.update(BankEntry.objects.filter(**wanted).values_list(column, flat=True))
    return found


def _left_alone(sorted_rows: SortedEntries) -> list[BookedRow]:
    return [
        *(_row("duplicate", row) for row in sorted_rows.repeated),
        *(_row("pending", row) for row in sorted_rows.pending),
        *(_row("awaiting_details", row) for row in sorted_rows.awaiting_details),
    ]


def _row(outcome: str, row: BankRow) -> BookedRow:
    return BookedRow(outcome, row.amount_minor, row.currency, row.booked_on, row.debtor_name, row.structured_reference)
