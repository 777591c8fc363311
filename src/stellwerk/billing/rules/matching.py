"""Which open document an incoming bank amount pays, and what becomes of the money (BNK-005…010, EX-10)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

TOLERANCE_MINOR = 5


class Outcome(StrEnum):
    """What an amount does to the document it names."""

    SETTLED = "settled"
    SURPLUS = "surplus"
    WITHIN_TOLERANCE = "within_tolerance"
    SHORT = "short"
    WRONG_CURRENCY = "wrong_currency"


class MatchedBy(StrEnum):
    """The step of BNK-005 that found the document."""

    STRUCTURED_REFERENCE = "structured_reference"
    REFERENCE_IN_TEXT = "reference_in_text"
    DOCUMENT_NUMBER = "document_number"
    SAME_DEBTOR = "same_debtor"


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """An open document. `references` are its QRR and SCOR, compact; `debtor_ibans` paid for this customer before."""

    document_id: int
    number: str
    open_minor: int
    currency: str
    references: frozenset[str]
    debtor_ibans: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class IncomingAmount:
    """A booked credit. `text_references` are the references a reader of the free text found in it, compact."""

    amount_minor: int
    currency: str
    structured_reference: str = ""
    text_references: tuple[str, ...] = ()
    free_text: str = ""
    debtor_iban: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """`is_proposal` means a person must confirm it before money moves."""

    document: OpenDocument
    matched_by: MatchedBy

    @property
    def is_proposal(self) -> bool:
        return self.matched_by is MatchedBy.SAME_DEBTOR


@dataclass(frozen=True, slots=True)
class Settlement:
    """Where every minor unit of an incoming amount goes.

    to_document + to_prepaid + to_return = the amount that came. `difference_minor` is what the document lacks and is
    booked as payment difference; `still_open_minor` what the customer still owes, `rest_minor` what remains to pay by
    another means after using the balance that this amount made.
    """

    outcome: Outcome
    to_document_minor: int = 0
    to_prepaid_minor: int = 0
    to_return_minor: int = 0
    difference_minor: int = 0
    still_open_minor: int = 0
    rest_minor: int = 0

    @property
    def settles(self) -> bool:
        return self.outcome in (Outcome.SETTLED, Outcome.SURPLUS, Outcome.WITHIN_TOLERANCE)


def settlement(
    document: OpenDocument,
    *,
    amount_minor: int,
    currency: str,
    prepaid_currencies: Collection[str],
    tolerance_minor: int = TOLERANCE_MINOR,
) -> Settlement:
    """What `amount_minor` of `currency` does to `document` (BNK-006…009).

    The exact amount settles; a surplus goes to the prepaid account; up to the tolerance too little settles and is
    booked as difference; any less goes to the prepaid account and leaves the document open. Another currency goes to
    the prepaid account of that currency if there is one (`prepaid_currencies`), else back.

    Raises ValueError for an amount that is not positive.
    """
    if amount_minor <= 0:
        raise ValueError(f"Only money that came can settle something: {amount_minor}")
    if currency != document.currency:
        kept = currency in prepaid_currencies
        return Settlement(
            Outcome.WRONG_CURRENCY,
            to_prepaid_minor=amount_minor if kept else 0,
            to_return_minor=0 if kept else amount_minor,
            still_open_minor=document.open_minor,
            rest_minor=document.open_minor,
        )
    surplus_minor = amount_minor - document.open_minor
    if surplus_minor >= 0:
        outcome = Outcome.SURPLUS if surplus_minor else Outcome.SETTLED
        return Settlement(outcome, to_document_minor=document.open_minor, to_prepaid_minor=surplus_minor)
    if -surplus_minor <= tolerance_minor:
        return Settlement(Outcome.WITHIN_TOLERANCE, to_document_minor=amount_minor, difference_minor=-surplus_minor)
    return Settlement(
        Outcome.SHORT,
        to_prepaid_minor=amount_minor,
        still_open_minor=document.open_minor,
        rest_minor=-surplus_minor,
    )


def match(incoming: IncomingAmount, documents: Sequence[OpenDocument]) -> Match | None:
    """The document an amount was meant for, in the order of BNK-005, or None for the suspense list.

    A step that finds several documents finds none: the next step may be more specific, a guess never is.
    """
    for matched_by, fits in (
        (MatchedBy.STRUCTURED_REFERENCE, _has_structured_reference),
        (MatchedBy.REFERENCE_IN_TEXT, _has_reference_in_text),
        (MatchedBy.DOCUMENT_NUMBER, _has_number_and_amount),
        (MatchedBy.SAME_DEBTOR, _has_debtor_and_amount),
    ):
        found = [document for document in documents if fits(incoming, document)]
        if len(found) == 1:
            return Match(found[0], matched_by)
    return None


def names_number(free_text: str, number: str) -> bool:
    """Whether the text contains a document number, however its parts are separated, but not inside a longer number."""
    parts = re.findall(r"[A-Z]+|[0-9]+", number.upper())
    if not parts:
        return False
    pattern = r"[\s./-]*".join(parts)
    return re.search(rf"(?<![A-Z0-9]){pattern}(?![A-Z0-9])", free_text.upper()) is not None


def _has_structured_reference(incoming: IncomingAmount, document: OpenDocument) -> bool:
    return incoming.structured_reference in document.references if incoming.structured_reference else False


def _has_reference_in_text(incoming: IncomingAmount, document: OpenDocument) -> bool:
    return not document.references.isdisjoint(incoming.text_references)


def _has_number_and_amount(incoming: IncomingAmount, document: OpenDocument) -> bool:
    return _is_exact(incoming, document) and names_number(incoming.free_text, document.number)


def _has_debtor_and_amount(incoming: IncomingAmount, document: OpenDocument) -> bool:
    return _is_exact(incoming, document) and incoming.debtor_iban in document.debtor_ibans


def _is_exact(incoming: IncomingAmount, document: OpenDocument) -> bool:
    return (incoming.amount_minor, incoming.currency) == (document.open_minor, document.currency)
