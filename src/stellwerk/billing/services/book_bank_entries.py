"""What becomes of each movement of a bank file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from stellwerk.billing.bank.incoming import incoming_amount
from stellwerk.billing.events import PrepaidToppedUp, TransferShort, TransferSurplus, TransferUnmatched
from stellwerk.billing.models import BankEntry, Invoice, LedgerAccount, TopUp, Withdrawal
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.billing.rules.bookings import AccountKind, Booking, Leg, operator_account, prepaid_of
from stellwerk.billing.rules.matching import OpenDocument, Outcome, Settlement, settlement
from stellwerk.billing.services.post import lock_prepaid, post
from stellwerk.billing.services.reverse_bank_entry import reverse_bank_entry
from stellwerk.billing.services.settle import Shares, credit_balance, lock_invoices, settle
from stellwerk.billing.services.settle_withdrawals import lock_withdrawals, settle_withdrawal
from stellwerk.foundation import clock, events
from stellwerk.organisations.services.locks import held_open

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from stellwerk.billing.bank.entries import BankEntry as BankRow
    from stellwerk.billing.models import BankImport
    from stellwerk.billing.queries.bank_targets import Target, Targets
    from stellwerk.billing.rules.bookings import AccountKey
    from stellwerk.billing.rules.matching import Match
    from stellwerk.foundation.actor import Actor

_OUTCOMES = {
    Outcome.SETTLED: BankEntry.Outcome.MATCHED,
    Outcome.SURPLUS: BankEntry.Outcome.SURPLUS,
    Outcome.WITHIN_TOLERANCE: BankEntry.Outcome.WITHIN_TOLERANCE,
    Outcome.SHORT: BankEntry.Outcome.SHORT,
    Outcome.WRONG_CURRENCY: BankEntry.Outcome.WRONG_CURRENCY,
}


@dataclass(frozen=True, slots=True)
class BookedRow:
    """One line of the import's report. `document` is the number of the invoice or top-up it was meant for."""

    outcome: str
    amount_minor: int
    currency: str
    booked_on: date
    debtor_name: str
    reference: str
    document: str = ""
    organisation_id: int | None = None
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Locked:
    """Documents as they stand under lock, the organisations that stay open meanwhile, and who runs the import."""

    bank_import: BankImport
    invoices: dict[int, Invoice]
    top_ups: dict[int, TopUp]
    withdrawals: dict[str, Withdrawal]
    held: frozenset[int]
    actor: Actor


@transaction.atomic
def book_bank_entries(
    *, bank_import: BankImport, rows: Sequence[BankRow], targets: Targets, actor: Actor
) -> list[BookedRow]:
    """Book the fresh rows of a file in its order. System-only: the bank import calls it.

    Everything is locked first, in the order of the room, so that two imports cannot wait for each other.
    """
    matches = {row.duplicate_key: targets.matched(incoming_amount(row)) for row in rows if row.makes_payment}
    locked = _lock(bank_import, matches, rows, targets, actor)
    booked = []
    for row in rows:
        if row.amount_minor == 0:
            continue
        withdrawal = locked.withdrawals.get(row.end_to_end_id)
        if outcome := settle_withdrawal(row=row, withdrawal=withdrawal, held=locked.held, actor=actor):
            booked.append(_report(outcome, row, document=row.end_to_end_id))
        elif row.makes_payment:
            booked.append(_credit(row, matches[row.duplicate_key], targets, locked))
        elif row.undoes_payment:
            booked.append(_reversal(row, locked))
        else:
            booked.append(_report("outgoing", row))
    return booked


def _lock(
    bank_import: BankImport,
    matches: dict[str, Match | None],
    rows: Sequence[BankRow],
    targets: Targets,
    actor: Actor,
) -> _Locked:
    meant = [targets.targets[found.document.document_id] for found in matches.values() if found]
    invoices = lock_invoices(invoice_ids={each.invoice_id for each in meant if each.invoice_id is not None})
    top_up_ids = {each.top_up_id for each in meant if each.top_up_id is not None}
    top_ups = TopUp.objects.select_for_update().filter(pk__in=top_up_ids).order_by("pk")
    withdrawals = lock_withdrawals(rows=rows)
    top_ups_by_id = {row.pk: row for row in top_ups}
    holders = {each.organisation_id for each in meant} | {each.organisation_id for each in withdrawals.values()}
    holders |= {payer for row in rows if (payer := targets.payer_of(row.debtor_iban)) is not None}
    lock_prepaid(keys=_accounts(holders, {row.currency for row in rows}))
    return _Locked(bank_import, invoices, top_ups_by_id, withdrawals, held_open(holders), actor)


def _accounts(organisation_ids: set[int], currencies: set[str]) -> list[AccountKey]:
    """The prepaid accounts there are: none is opened for a currency the organisation never used (BNK-009)."""
    rows = LedgerAccount.objects.filter(
        organisation_id__in=organisation_ids, kind=AccountKind.PREPAID, currency__in=currencies
    )
    return [prepaid_of(holder or 0, currency) for holder, currency in rows.values_list("organisation_id", "currency")]


def _credit(row: BankRow, found: Match | None, targets: Targets, locked: _Locked) -> BookedRow:
    if found is None:
        payer = targets.payer_of(row.debtor_iban)
        return _unmatched(row, payer, locked) if payer in locked.held else _suspense(row, locked)
    target = targets.targets[found.document.document_id]
    if target.organisation_id not in locked.held:
        return _suspense(row, locked, document=found.document.number)  # deleted: nobody could use it, it goes back
    if target.top_up_id is not None:
        return _top_up(row, locked.top_ups[target.top_up_id], locked)
    invoice = locked.invoices[target.invoice_id or 0]
    if found.is_proposal:
        return _suspense(row, locked, proposed=invoice)
    if invoice.open_minor == 0:
        return _already_paid(row, invoice, locked)
    return _payment(row, invoice, target, locked)


def _payment(row: BankRow, invoice: Invoice, target: Target, locked: _Locked) -> BookedRow:
    """EX-10: exact, surplus, within the tolerance, short, or in another currency."""
    document = OpenDocument(0, invoice.number, invoice.open_minor, invoice.currency, frozenset())
    kept = [each.currency for each in _accounts({target.organisation_id}, {row.currency})]
    result = settlement(document, amount_minor=row.amount_minor, currency=row.currency, prepaid_currencies=kept)
    if result.to_return_minor:
        return _suspense(row, locked, outcome=BankEntry.Outcome.RETURNED, document=invoice.number)
    entry = _stored(row, locked, _OUTCOMES[result.outcome], organisation_id=target.organisation_id)
    if result.settles:
        shares = Shares(
            to_invoice_minor=result.to_document_minor,
            to_prepaid_minor=result.to_prepaid_minor,
            difference_minor=result.difference_minor,
        )
        settle(invoice=invoice, shares=shares, bank_entry=entry, actor=locked.actor)
    else:
        credit_balance(organisation_id=target.organisation_id, bank_entry=entry, invoice=invoice, actor=locked.actor)
    _tell(result, invoice, row, locked)
    return _report(entry.outcome, row, document=invoice.number, entry=entry)


def _tell(result: Settlement, invoice: Invoice, row: BankRow, locked: _Locked) -> None:
    event = {Outcome.SHORT: TransferShort, Outcome.SURPLUS: TransferSurplus}.get(result.outcome)
    if event is None:
        return
    amount_minor = result.to_prepaid_minor
    values: dict[str, Any] = {
        "organisation_id": invoice.organisation_id,
        "invoice_id": invoice.pk,
        "number": invoice.number,
        "amount_minor": amount_minor,
        "amount_text": amount_text(amount_minor, row.currency),
    }
    events.publish(event(**values), actor=locked.actor)


def _already_paid(row: BankRow, invoice: Invoice, locked: _Locked) -> BookedRow:
    """A document that is paid or credited needs nothing: the money is the customer's (PRE-015)."""
    entry = _stored(row, locked, BankEntry.Outcome.ALREADY_PAID, organisation_id=invoice.organisation_id)
    _credit_unmatched(entry, invoice.organisation_id, locked, named=invoice)
    return _report(entry.outcome, row, document=invoice.number, entry=entry)


def _unmatched(row: BankRow, organisation_id: int, locked: _Locked) -> BookedRow:
    """No document, but the only customer this account ever paid for (PRE-015)."""
    entry = _stored(row, locked, BankEntry.Outcome.TO_PREPAID, organisation_id=organisation_id)
    _credit_unmatched(entry, organisation_id, locked)
    return _report(entry.outcome, row, entry=entry)


def _credit_unmatched(entry: BankEntry, organisation_id: int, locked: _Locked, *, named: Invoice | None = None) -> None:
    payment = credit_balance(organisation_id=organisation_id, bank_entry=entry, invoice=named, actor=locked.actor)
    text = amount_text(entry.amount_minor, entry.currency)
    events.publish(
        TransferUnmatched(organisation_id=organisation_id, payment_id=payment.pk, amount_text=text), actor=locked.actor
    )


def _top_up(row: BankRow, top_up: TopUp, locked: _Locked) -> BookedRow:
    """Whatever arrives under the reference of a top-up is credited, more or less than announced; once it has been
    credited, further money is too.
    """
    entry = _stored(row, locked, BankEntry.Outcome.TOP_UP, organisation_id=top_up.organisation_id)
    credit_balance(organisation_id=top_up.organisation_id, bank_entry=entry, top_up_id=top_up.pk, actor=locked.actor)
    if top_up.state != TopUp.State.CREDITED:
        top_up.state, top_up.credited_at = TopUp.State.CREDITED, clock.now()
        top_up.save(update_fields=["state", "credited_at"])
    text = amount_text(row.amount_minor, row.currency)
    events.publish(
        PrepaidToppedUp(organisation_id=top_up.organisation_id, top_up_id=top_up.pk, amount_text=text),
        actor=locked.actor,
    )
    return _report(entry.outcome, row, document=top_up.number, entry=entry)


def _suspense(
    row: BankRow,
    locked: _Locked,
    *,
    proposed: Invoice | None = None,
    outcome: str = BankEntry.Outcome.SUSPENSE,
    document: str = "",
) -> BookedRow:
    """Nobody knows yet whose money this is, or it must go back: the operator decides (BNK-010)."""
    entry = _stored(row, locked, outcome, proposed=proposed)
    bank = operator_account(AccountKind.BANK, row.currency, detail=row.account_iban)
    suspense = operator_account(AccountKind.SUSPENSE, row.currency)
    post(
        booking=Booking(
            reason="suspense",
            source=f"bank_entry:{entry.pk}",
            currency=row.currency,
            legs=[Leg(bank, suspense, row.amount_minor)],
            booked_on=row.booked_on,
        )
    )
    return _report(entry.outcome, row, document=document or (proposed.number if proposed else ""), entry=entry)


def _reversal(row: BankRow, locked: _Locked) -> BookedRow:
    entry = _stored(row, locked, BankEntry.Outcome.REVERSAL)
    reverse_bank_entry(entry=entry, actor=locked.actor)
    return _report(entry.outcome, row, entry=entry)


def _stored(
    row: BankRow,
    locked: _Locked,
    outcome: str,
    *,
    organisation_id: int | None = None,
    proposed: Invoice | None = None,
) -> BankEntry:
    is_decided = outcome not in (BankEntry.Outcome.SUSPENSE, BankEntry.Outcome.RETURNED, BankEntry.Outcome.REVERSAL)
    return BankEntry.objects.create(
        bank_import=locked.bank_import,
        account_iban=row.account_iban,
        movement_key=row.duplicate_key,
        entry_key=row.entry_key,
        servicer_reference=row.servicer_reference,
        is_reversal=row.undoes_payment,
        amount_minor=row.amount_minor,
        currency=row.currency,
        booked_on=row.booked_on,
        value_on=row.value_on,
        end_to_end_id=row.end_to_end_id,
        debtor_name=row.debtor_name,
        debtor_iban=row.debtor_iban,
        reference=row.structured_reference,
        text=row.free_text,
        outcome=outcome,
        proposed_invoice=proposed,
        organisation_id=organisation_id,
        resolved_at=clock.now() if is_decided else None,
    )


def _report(outcome: str, row: BankRow, *, document: str = "", entry: BankEntry | None = None) -> BookedRow:
    return BookedRow(
        outcome,
        row.amount_minor,
        row.currency,
        row.booked_on,
        row.debtor_name,
        row.structured_reference,
        document,
        entry.organisation_id if entry else None,
        entry.pk if entry else None,
    )
