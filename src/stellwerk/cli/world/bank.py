"""The bank of the demo world: writes the statement that pays a document, as a Swiss bank would send it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from datetime import date

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """One incoming transfer in minor units; `reference` as printed on the payment part, without spaces."""

    iban: str
    amount_minor: int
    currency: str
    reference: str
    debtor_name: str
    booked_on: date


def statement(credit: Credit) -> bytes:
    """A camt.053.001.08 with one booked credit."""
    document = etree.Element("Document", nsmap={None: NAMESPACE})
    message = etree.SubElement(document, "BkToCstmrStmt")
    number = f"DEMO-{credit.reference}-{credit.booked_on:%Y%m%d}"
    _put(message, "GrpHdr/MsgId", number[:35])
    _put(message, "GrpHdr/CreDtTm", f"{credit.booked_on.isoformat()}T06:00:00")
    account = etree.SubElement(message, "Stmt")
    _put(account, "Id", number[:35])
    _put(account, "CreDtTm", f"{credit.booked_on.isoformat()}T06:00:00")
    _put(account, "Acct/Id/IBAN", credit.iban)
    _put(account, "Acct/Ccy", credit.currency)
    _entry(account, credit, number)
    written: bytes = etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _entry(account: etree._Element, credit: Credit, number: str) -> None:
    entry = etree.SubElement(account, "Ntry")
    amount = f"{credit.amount_minor // 100}.{credit.amount_minor % 100:02}"
    _put(entry, "Amt", amount).set("Ccy", credit.currency)
    _put(entry, "CdtDbtInd", "CRDT")
    _put(entry, "Sts/Cd", "BOOK")
    _put(entry, "BookgDt/Dt", credit.booked_on.isoformat())
    _put(entry, "ValDt/Dt", credit.booked_on.isoformat())
    _put(entry, "AcctSvcrRef", number[:35])
    _put(entry, "BkTxCd/Domn/Cd", "PMNT")
    _put(entry, "BkTxCd/Domn/Fmly/Cd", "RCDT")
    _put(entry, "BkTxCd/Domn/Fmly/SubFmlyCd", "AUTT")
    details = etree.SubElement(etree.SubElement(entry, "NtryDtls"), "TxDtls")
    _put(details, "Refs/AcctSvcrRef", number[:35])
    _put(details, "Refs/EndToEndId", "NOTPROVIDED")
    _put(details, "Amt", amount).set("Ccy", credit.currency)
    _put(details, "CdtDbtInd", "CRDT")
    _put(details, "RltdPties/Dbtr/Pty/Nm", credit.debtor_name[:70])
    kind = "RmtInf/Strd/CdtrRefInf/Tp/CdOrPrtry/"
    if credit.reference.startswith("RF"):
        _put(details, f"{kind}Cd", "SCOR")
    else:
        _put(details, f"{kind}Prtry", "QRR")
    _put(details, "RmtInf/Strd/CdtrRefInf/Ref", credit.reference)


def _put(parent: etree._Element, path: str, text: str) -> etree._Element:
    """The element at this path below `parent`, made where it is missing, with this text."""
    for name in path.split("/"):
        found = parent.find(name)
        parent = etree.SubElement(parent, name) if found is None else found
    parent.text = text
    return parent
