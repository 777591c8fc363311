"""Writes bank files as Swiss banks send them: camt.052, camt.053 and camt.054 in versions 04 and 08.

    camt053(Payment(amount_minor=10882, reference="RF4920260000123"), version="04")
    camt054(Batch(payments=(Payment(amount_minor=10882, reference=QRR), Payment(amount_minor=3113))))

The same payment has the same servicer reference in every file, so a camt.054 explains the camt.053 of the same batch.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import date

from lxml import etree

OPERATOR_IBAN = "CH4431999123000889012"
DEBTOR_IBAN = "CH5800791123000889012"
BOOKED_ON = date(2026, 5, 4)
CONTAINERS = {
    "052": ("BkToCstmrAcctRpt", "Rpt"),
    "053": ("BkToCstmrStmt", "Stmt"),
    "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


@dataclass(frozen=True, kw_only=True)
class Payment:
    """One incoming transfer. Minor units; `reference` is a QRR or a SCOR, `text` what the payer typed.

    Two payments alike in everything need a `servicer_reference` of their own, as a bank would give them.
    """

    amount_minor: int
    currency: str = "CHF"
    reference: str = ""
    text: str = ""
    debtor_name: str = "Muster Handels AG"
    debtor_iban: str = DEBTOR_IBAN
    end_to_end_id: str = "NOTPROVIDED"
    servicer_reference: str = ""
    booked_on: date = BOOKED_ON
    value_on: date | None = None
    status: str = "BOOK"
    direction: str = "CRDT"
    is_reversal: bool = False


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Several payments booked as one sum. Without details it is what a camt.053 shows and a camt.054 explains."""

    payments: tuple[Payment, ...]
    servicer_reference: str = ""
    has_details: bool = True


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One account's part of a file."""

    entries: tuple[Payment | Batch, ...]
    iban: str = OPERATOR_IBAN
    currency: str = "CHF"
    opening_minor: int = 100_000


def camt053(*entries: Payment | Batch, version: str = "08", **account: str | int) -> bytes:
    """A statement of one account."""
    return bank_file(Statement(entries=entries, **account), message="053", version=version)


def camt054(*entries: Payment | Batch, version: str = "08", **account: str | int) -> bytes:
    """A credit notification of one account."""
    return bank_file(Statement(entries=entries, **account), message="054", version=version)


def bank_file(*statements: Statement, message: str = "053", version: str = "08", message_id: str = "MSG1") -> bytes:
    """A whole file as bytes, with XML declaration. `message` is 052, 053 or 054."""
    namespace = f"urn:iso:std:iso:20022:tech:xsd:camt.{message}.001.{version}"
    document = etree.Element(f"{{{namespace}}}Document", nsmap={None: namespace})
    container, part = CONTAINERS[message]
    writer = _Writer(namespace, is_new=version == "08")
    root = writer.add(document, container)
    created = f"{_last_day(statements).isoformat()}T18:00:00"
    writer.add(root, "GrpHdr/MsgId", message_id)
    writer.add(root, "GrpHdr/CreDtTm", created)
    for number, statement in enumerate(statements, start=1):
        node = writer.add(root, part)
        writer.add(node, "Id", f"{message_id}-{number}")
        writer.add(node, "ElctrncSeqNb", str(number))
        writer.add(node, "CreDtTm", created)
        _write_statement(writer, node, statement, message)
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)


class _Writer:
    def __init__(self, namespace: str, *, is_new: bool) -> None:
        self.namespace = namespace
        self.is_new = is_new

    def add(self, parent, path, text=None, **attributes):
        """Appends the last name of the path always, the elements before it only where they are missing."""
        *above, last = path.split("/")
        for name in above:
            tag = f"{{{self.namespace}}}{name}"
            found = parent.find(tag)
            parent = etree.SubElement(parent, tag) if found is None else found
        tag = f"{{{self.namespace}}}{last}"
        node = etree.SubElement(parent, tag, attributes)
        node.text = text
        return node


def _write_statement(writer, node, statement, message):
    writer.add(node, "Acct/Id/IBAN", statement.iban)
    writer.add(node, "Acct/Ccy", statement.currency)
    writer.add(node, "Acct/Ownr/Nm", "Stellwerk Betrieb AG")
    if message == "053":
        booked = [_signed(entry) for entry in statement.entries if _payments(entry)[0].status == "BOOK"]
        _write_balance(writer, node, "OPBD", statement.opening_minor, statement)
        _write_balance(writer, node, "CLBD", statement.opening_minor + sum(booked), statement)
    seen: dict[str, int] = {}
    for entry in statement.entries:
        _write_entry(writer, node, entry, seen)


def _write_balance(writer, node, code, amount_minor, statement):
    balance = writer.add(node, "Bal")
    writer.add(balance, "Tp/CdOrPrtry/Cd", code)
    writer.add(balance, "Amt", _decimal(abs(amount_minor)), Ccy=statement.currency)
    writer.add(balance, "CdtDbtInd", "CRDT" if amount_minor >= 0 else "DBIT")
    writer.add(balance, "Dt/Dt", _last_day([statement]).isoformat())


def _write_entry(writer, node, entry, seen):
    payments = [_numbered(payment, seen) for payment in _payments(entry)]
    first, total_minor = payments[0], sum(payment.amount_minor for payment in payments)
    entry_node = writer.add(node, "Ntry")
    writer.add(entry_node, "Amt", _decimal(total_minor), Ccy=first.currency)
    writer.add(entry_node, "CdtDbtInd", first.direction)
    if first.is_reversal:
        writer.add(entry_node, "RvslInd", "true")
    writer.add(entry_node, "Sts/Cd" if writer.is_new else "Sts", first.status)
    writer.add(entry_node, "BookgDt/Dt", first.booked_on.isoformat())
    writer.add(entry_node, "ValDt/Dt", (first.value_on or first.booked_on).isoformat())
    writer.add(entry_node, "AcctSvcrRef", _entry_reference(entry, payments))
    _write_code(writer, entry_node, first)
    if isinstance(entry, Batch):
        writer.add(entry_node, "NtryDtls/Btch/NbOfTxs", str(len(payments)))
        if not entry.has_details:
            return
    for payment in payments:
        _write_details(writer, entry_node, payment)


def _write_code(writer, node, payment):
    writer.add(node, "BkTxCd/Domn/Cd", "PMNT")
    writer.add(node, "BkTxCd/Domn/Fmly/Cd", "RCDT" if payment.direction == "CRDT" else "ICDT")
    writer.add(node, "BkTxCd/Domn/Fmly/SubFmlyCd", "VCOM" if payment.reference else "DMCT")


def _write_details(writer, entry_node, payment):
    details = writer.add(entry_node, "NtryDtls/TxDtls")
    writer.add(details, "Refs/AcctSvcrRef", payment.servicer_reference)
    writer.add(details, "Refs/EndToEndId", payment.end_to_end_id)
    writer.add(details, "Amt", _decimal(payment.amount_minor), Ccy=payment.currency)
    writer.add(details, "CdtDbtInd", payment.direction)
    if payment.debtor_name:
        writer.add(details, "RltdPties/Dbtr/Pty/Nm" if writer.is_new else "RltdPties/Dbtr/Nm", payment.debtor_name)
    if payment.debtor_iban:
        writer.add(details, "RltdPties/DbtrAcct/Id/IBAN", payment.debtor_iban)
    if payment.text:
        writer.add(details, "RmtInf/Ustrd", payment.text)
    if payment.reference:
        kind = "Cd" if payment.reference.startswith("RF") else "Prtry"
        information = writer.add(details, "RmtInf/Strd/CdtrRefInf")
        writer.add(information, f"Tp/CdOrPrtry/{kind}", "SCOR" if kind == "Cd" else "QRR")
        writer.add(information, "Ref", payment.reference)


def _payments(entry):
    return entry.payments if isinstance(entry, Batch) else (entry,)


def _signed(entry):
    return sum(payment.amount_minor * (1 if payment.direction == "CRDT" else -1) for payment in _payments(entry))


def _numbered(payment, seen):
    if payment.servicer_reference:
        return payment
    mark = repr(replace(payment, status="BOOK"))
    seen[mark] = seen.get(mark, 0) + 1
    number = zlib.crc32(f"{mark}{seen[mark]}".encode())
    return replace(payment, servicer_reference=f"{payment.booked_on:%Y%m%d}{number:010d}")


def _entry_reference(entry, payments):
    if not isinstance(entry, Batch):
        return payments[0].servicer_reference
    joined = "".join(payment.servicer_reference for payment in payments)
    return entry.servicer_reference or f"{payments[0].booked_on:%Y%m%d}C{zlib.crc32(joined.encode()):010d}"


def _decimal(amount_minor):
    return f"{amount_minor // 100}.{amount_minor % 100:02d}"


def _last_day(statements):
    days = [payment.booked_on for each in statements for entry in each.entries for payment in _payments(entry)]
    return max(days, default=BOOKED_ON)
