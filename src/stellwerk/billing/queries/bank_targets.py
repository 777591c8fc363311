"""What the rows of a bank file may be meant for: documents and top-ups that they name, and who paid before."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Q

from stellwerk.billing.models import BankEntry, Invoice, TopUp
from stellwerk.billing.rules.matching import Match, OpenDocument, match

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stellwerk.billing.rules.matching import IncomingAmount

# Numbers as people type them: 2026-000123, 2026 T 000012, 2026000123.
_NUMBER = re.compile(r"(20\d\d)[\s./-]*(T?)[\s./-]*(\d{6})(?!\d)")
T = TypeVar("T")

_PARAMETERS_AT_ONCE = 500  # below what either database takes in one statement


@dataclass(frozen=True, slots=True)
class Target:
    """An invoice or a top-up, by its id."""

    organisation_id: int
    invoice_id: int | None = None
    top_up_id: int | None = None


@dataclass(frozen=True, slots=True)
class Targets:
    """Documents as the matching rules see them; `document_id` is the place in `targets`.

    `payers` says which organisations an IBAN has paid for before, without those that are deleted.
    """

    targets: list[Target] = field(default_factory=list)
    documents: list[OpenDocument] = field(default_factory=list)
    payers: dict[str, frozenset[int]] = field(default_factory=dict)
    hints: dict[str, list[int]] = field(default_factory=dict)

    def matched(self, amount: IncomingAmount) -> Match | None:
        """The document this amount was meant for (BNK-005); only those are compared that share a hint with it."""
        given = {
            amount.structured_reference,
            *amount.text_references,
            amount.debtor_iban,
            *_numbers_in(amount.free_text),
        }
        places = sorted({place for hint in given for place in self.hints.get(hint, ())})
        return match(amount, [self.documents[place] for place in places])

    def payer_of(self, iban: str) -> int | None:
        """The one organisation this account has paid for, None if there is none (any more) or more than one."""
        known = self.payers.get(iban, frozenset())
        return next(iter(known)) if len(known) == 1 else None


def targets_of(amounts: Sequence[IncomingAmount]) -> Targets:
    """Everything the rows could pay. A handful of queries, whatever the file's length; closed documents too, so that
    money for them is recognised.
    """
    payers = _payers({amount.debtor_iban for amount in amounts if amount.debtor_iban})
    found = Targets(payers=payers)
    references = {each for amount in amounts for each in (amount.structured_reference, *amount.text_references) if each}
    numbers = {number for amount in amounts for number in _numbers_in(amount.free_text)}
    for invoice in _invoices(references, numbers, payers):
        ibans = frozenset(iban for iban, holders in payers.items() if invoice.organisation_id in holders)
        _add(found, Target(invoice.organisation_id, invoice_id=invoice.pk), _document(invoice, ibans))
    for top_up in _top_ups(references, numbers):
        _add(found, Target(top_up.organisation_id, top_up_id=top_up.pk), _document_of_top_up(top_up))
    return found


def _add(found: Targets, target: Target, document: OpenDocument) -> None:
    place = len(found.documents)
    for hint in {document.number, *document.references, *document.debtor_ibans}:
        found.hints.setdefault(hint, []).append(place)
    found.targets.append(target)
    found.documents.append(replace(document, document_id=place))


def _document(invoice: Invoice, ibans: frozenset[str]) -> OpenDocument:
    return OpenDocument(
        0, invoice.number, invoice.open_minor, invoice.currency, frozenset({invoice.reference}), debtor_ibans=ibans
    )


def _document_of_top_up(top_up: TopUp) -> OpenDocument:
    open_minor = top_up.amount_minor if top_up.state == TopUp.State.ANNOUNCED else 0
    return OpenDocument(0, top_up.number, open_minor, top_up.currency, frozenset({top_up.reference}))


def _invoices(references: set[str], numbers: set[str], payers: dict[str, frozenset[int]]) -> list[Invoice]:
    rows: dict[int, Invoice] = {}
    invoices = Invoice.objects.filter(kind=Invoice.Kind.INVOICE)
    for chunk in _chunks(references):
        rows.update({row.pk: row for row in invoices.filter(reference__in=chunk)})
    for chunk in _chunks(numbers):
        rows.update({row.pk: row for row in invoices.filter(number__in=chunk)})
    for holders_chunk in _chunks({holder for holders in payers.values() for holder in holders}):
        rows.update({row.pk: row for row in invoices.filter(organisation_id__in=holders_chunk, open_minor__gt=0)})
    return [rows[pk] for pk in sorted(rows)]


def _top_ups(references: set[str], numbers: set[str]) -> list[TopUp]:
    rows: dict[int, TopUp] = {}
    for chunk in _chunks(references | numbers):
        rows.update({row.pk: row for row in TopUp.objects.filter(Q(reference__in=chunk) | Q(number__in=chunk))})
    return [rows[pk] for pk in sorted(rows)]


def _payers(ibans: set[str]) -> dict[str, frozenset[int]]:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for chunk in _chunks(ibans):
        rows = BankEntry.objects.filter(debtor_iban__in=chunk, organisation__isnull=False, is_reversal=False)
        rows = rows.filter(organisation__deleted_at=None)
        for iban, organisation_id in rows.values_list("debtor_iban", "organisation_id").distinct():
            found[iban].add(organisation_id)
    return {iban: frozenset(holders) for iban, holders in found.items()}


def _numbers_in(free_text: str) -> Iterable[str]:
    for year, mark, number in _NUMBER.findall(free_text.upper()):
        yield f"{year}-{mark}{number}"


def _chunks(values: Iterable[T]) -> Iterable[list[T]]:
    ordered = list(values)
    for start in range(0, len(ordered), _PARAMETERS_AT_ONCE):
        yield ordered[start : start + _PARAMETERS_AT_ONCE]
