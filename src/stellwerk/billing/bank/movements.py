"""One `Ntry` of a camt message to rows: a row per detail, or one for the entry as a whole (BNK-003, BNK-004)."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stellwerk.billing.bank.entries import BankEntry, Direction

if TYPE_CHECKING:
    from datetime import date

    from stellwerk.billing.bank.elements import Amount, Node

NOT_PROVIDED = "NOTPROVIDED"
NAME_LIMIT, TEXT_LIMIT = 500, 2000
# Version 08 puts the party one level deeper; the ultimate debtor is named where the debtor is not.
_DEBTOR_NAMES = (
    "RltdPties/Dbtr/Nm",
    "RltdPties/Dbtr/Pty/Nm",
    "RltdPties/UltmtDbtr/Nm",
    "RltdPties/UltmtDbtr/Pty/Nm",
)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose entries these are, the day the bank wrote them, and how often an entry without reference was seen."""

    iban: str
    created_on: date | None
    seen: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What all rows of one entry share. `reference` is the bank's own, or a fingerprint where it gave none."""

    account_iban: str
    amount: Amount
    direction: Direction
    is_booked: bool
    is_reversal: bool
    value_on: date
    booked_on: date
    servicer_reference: str
    reference: str
    text: str
    numbers: tuple[int, int]

    def key(self, reference: str, amount: Amount, *, direction: Direction) -> str:
        """Account, reference, amount, value date (BNK-004), and the direction.

        A reversal may repeat all four of what it takes back, and is not its duplicate.
        """
        sign = f"{direction}{'/reversal' if self.is_reversal else ''}"
        return f"{self.account_iban}|{reference}|{amount.minor}{amount.currency}|{self.value_on.isoformat()}|{sign}"


@dataclass(frozen=True, slots=True)
class _Part:
    """The whole entry (number 0) or one of its details."""

    node: Node
    amount: Amount
    direction: Direction
    number: int = 0


@dataclass(frozen=True, slots=True)
class _Remittance:
    """Who paid, and what for."""

    end_to_end_id: str
    debtor_name: str
    debtor_iban: str
    structured_reference: str
    reference_type: str
    free_text: str


def entry_rows(node: Node, *, account: Account, numbers: tuple[int, int]) -> list[BankEntry]:
    """The rows of one entry; `numbers` are those of the statement and of the entry, counted from 1.

    Raises BankFileRefused when something needed is missing or wrong, or the details are not the entry's sum.
    """
    entry = _entry(node, account=account, numbers=numbers)
    details = [
        detail.at(f"{node.position}, detail {number}")
        for number, detail in enumerate(node.all("NtryDtls/TxDtls"), start=1)
    ]
    announced = [batch.text("NbOfTxs") for batch in node.all("NtryDtls/Btch")]
    if not details:
        whole = _Part(node, entry.amount, entry.direction)
        return [_row(entry, whole, own_key=entry.reference, is_collective=bool(announced))]
    if len(details) > 1:
        return _detail_rows(node, entry, details)
    if any(count.isdecimal() and int(count) > 1 for count in announced):
        raise node.refused("bank_file_details_mismatch", element="NtryDtls/Btch/NbOfTxs", value=announced[0])
    # The booked money counts: a single detail may name the amount before charges or exchange.
    single = _Part(details[0], entry.amount, entry.direction, number=1)
    return [_row(entry, single, own_key=_given(details[0].text("Refs/AcctSvcrRef")) or entry.reference)]


def _entry(node: Node, *, account: Account, numbers: tuple[int, int]) -> _Entry:
    amount = node.amount("Amt")
    if amount is None:
        raise node.refused("bank_file_incomplete", element="Amt")
    booked_on = node.day("BookgDt/Dt", "BookgDt/DtTm")
    value_on = node.day("ValDt/Dt", "ValDt/DtTm")
    some_day = booked_on or value_on or account.created_on
    if some_day is None:
        raise node.refused("bank_file_incomplete", element="BookgDt")
    reference = _given(node.text("AcctSvcrRef"))
    return _Entry(
        account_iban=account.iban,
        amount=amount,
        direction=_direction(node.need("CdtDbtInd")),
        # Version 04 writes <Sts>BOOK</Sts>, version 08 <Sts><Cd>BOOK</Cd></Sts>.
        is_booked=node.need("Sts").own_text == "BOOK",
        is_reversal=node.text("RvslInd") in ("true", "1"),
        value_on=value_on or some_day,
        booked_on=booked_on or some_day,
        servicer_reference=reference,
        reference=reference or _fingerprint(node, account.seen),
        text=node.text("AddtlNtryInf", limit=NAME_LIMIT),
        numbers=numbers,
    )


def _detail_rows(node: Node, entry: _Entry, details: list[Node]) -> list[BankEntry]:
    rows: list[BankEntry] = []
    alike: Counter[str] = Counter()
    left_minor = entry.amount.minor
    for number, detail in enumerate(details, start=1):
        amount = detail.amount("Amt") or detail.amount("AmtDtls/TxAmt/Amt")
        if amount is None:
            raise detail.refused("bank_file_incomplete", element="Amt")
        if amount.currency != entry.amount.currency:
            raise detail.refused("bank_file_details_mismatch", element="Amt", value=amount.currency)
        indicator = detail.find("CdtDbtInd")
        part = _Part(detail, amount, _direction(indicator) if indicator else entry.direction, number)
        left_minor -= amount.minor if part.direction is entry.direction else -amount.minor
        rows.append(_row(entry, part, own_key=_detail_reference(entry, part, alike)))
    if left_minor:
        raise node.refused("bank_file_details_mismatch", element="NtryDtls", value=f"{left_minor} minor units apart")
    return rows


def _detail_reference(entry: _Entry, part: _Part, alike: Counter[str]) -> str:
    """The detail's own reference, else one made of what it says, the same in whatever order the bank lists details."""
    own = _given(part.node.text("Refs/AcctSvcrRef"))
    if own:
        return own
    says = _remittance(part.node)
    mark = says.structured_reference or says.end_to_end_id or says.debtor_iban or _digest(says.free_text)
    alike[f"{mark}|{part.amount.minor}"] += 1
    return f"{entry.reference}/{mark}#{alike[f'{mark}|{part.amount.minor}']}"


def _row(entry: _Entry, part: _Part, *, own_key: str, is_collective: bool = False) -> BankEntry:
    remittance = _remittance(part.node, entry_text=entry.text if part.number <= 1 else "")
    return BankEntry(
        account_iban=entry.account_iban,
        amount_minor=part.amount.minor,
        currency=part.amount.currency,
        direction=part.direction,
        is_booked=entry.is_booked,
        is_reversal=entry.is_reversal,
        value_on=entry.value_on,
        booked_on=entry.booked_on,
        duplicate_key=entry.key(own_key, part.amount, direction=part.direction),
        entry_key=entry.key(entry.reference, entry.amount, direction=entry.direction),
        servicer_reference=_given(part.node.text("Refs/AcctSvcrRef")) or entry.servicer_reference,
        end_to_end_id=remittance.end_to_end_id,
        debtor_name=remittance.debtor_name,
        debtor_iban=remittance.debtor_iban,
        structured_reference=remittance.structured_reference,
        reference_type=remittance.reference_type,
        free_text=remittance.free_text,
        is_collective=is_collective,
        statement_number=entry.numbers[0],
        entry_number=entry.numbers[1],
        detail_number=part.number,
        line=part.node.line,
    )


def _remittance(detail: Node, *, entry_text: str = "") -> _Remittance:
    references = [
        (_compact(structured.text("Ref")), structured.text("Tp/CdOrPrtry/Prtry", "Tp/CdOrPrtry/Cd"))
        for structured in detail.all("RmtInf/Strd/CdtrRefInf")
    ]
    references = [(reference, kind) for reference, kind in references if reference]
    first, kind = references[0] if references else ("", "")
    texts = [
        *(unstructured.own_text for unstructured in detail.all("RmtInf/Ustrd")),
        *(additional.own_text for additional in detail.all("RmtInf/Strd/AddtlRmtInf")),
        # A transfer for several documents: the further references are still found as text.
        *(reference for reference, _ in references[1:]),
        detail.text("AddtlTxInf", limit=NAME_LIMIT),
        entry_text,
    ]
    return _Remittance(
        end_to_end_id=_given(detail.text("Refs/EndToEndId")),
        debtor_name=detail.text(*_DEBTOR_NAMES, limit=NAME_LIMIT),
        debtor_iban=_compact(detail.text("RltdPties/DbtrAcct/Id/IBAN", limit=42)),
        structured_reference=first,
        reference_type=kind.upper(),
        free_text=" ".join(text for text in texts if text)[:TEXT_LIMIT],
    )


def _direction(indicator: Node) -> Direction:
    value = indicator.own_text
    if value not in tuple(Direction):
        raise indicator.refused("bank_file_value_invalid", element="CdtDbtInd", value=value)
    return Direction(value)


def _fingerprint(node: Node, seen: Counter[str]) -> str:
    """A stand-in for a missing servicer reference: what the entry says, and which of several equal ones it is.

    Status and booking date stay out, because they differ between the pending and the booked report of one entry.
    """
    says = [node.text("Amt"), node.text("CdtDbtInd"), node.text("ValDt/Dt", "ValDt/DtTm")]
    says += [details.own_text for details in node.all("NtryDtls")]
    digest = _digest("|".join(says))
    seen[digest] += 1
    return f"~{digest}.{seen[digest]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _given(reference: str) -> str:
    return "" if reference.upper() == NOT_PROVIDED else reference


def _compact(value: str) -> str:
    return value.replace(" ", "").upper()
