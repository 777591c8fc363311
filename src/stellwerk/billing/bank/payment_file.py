"""Payment orders for the bank: an ISO 20022 pain.001.001.09 as the Swiss Payment Standards and SEPA write it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
LONGEST_NAME, LONGEST_TEXT = 70, 140
# In the order of the schema (PostalAddress24).
_ADDRESS = {"street": "StrtNm", "building_number": "BldgNb", "postal_code": "PstCd", "town": "TwnNm", "country": "Ctry"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTransfer:
    """One payment in minor units. `end_to_end_id` comes back in the bank's statements.

    `address` is the holder's, structured: street, building_number, postal_code, town, country; town and country at
    least, or nothing.
    """

    end_to_end_id: str
    amount_minor: int
    currency: str
    paid_from: str
    holder: str
    iban: str
    text: str
    address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """A file. The bank takes `message_id` once, so that the same file sent twice pays once."""

    message_id: str
    created_at: datetime
    pay_on: date
    initiator: str
    transfers: Sequence[CreditTransfer]


def payment_file(order: PaymentOrder) -> bytes:
    """The file: a block for each of our accounts and currency, each payment booked by itself."""
    document = etree.Element("Document", nsmap={None: NAMESPACE})
    message = etree.SubElement(document, "CstmrCdtTrfInitn")
    head = etree.SubElement(message, "GrpHdr")
    _put(head, "MsgId", order.message_id)
    _put(head, "CreDtTm", order.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _put(head, "NbOfTxs", str(len(order.transfers)))
    _put(head, "CtrlSum", _decimal(sum(each.amount_minor for each in order.transfers)))
    _put(head, "InitgPty/Nm", order.initiator[:LONGEST_NAME])
    blocks = groupby(sorted(order.transfers, key=_block), key=_block)
    for number, ((paid_from, currency), transfers) in enumerate(blocks, start=1):
        block = _block_of(message, order, f"{order.message_id}-{number}", paid_from, currency)
        for each in transfers:
            _transfer(block, each)
    _count_blocks(message)
    written: bytes = etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _block(transfer: CreditTransfer) -> tuple[str, str]:
    return transfer.paid_from, transfer.currency


def _block_of(
    message: etree._Element, order: PaymentOrder, block_id: str, paid_from: str, currency: str
) -> etree._Element:
    block = etree.SubElement(message, "PmtInf")
    _put(block, "PmtInfId", block_id)
    _put(block, "PmtMtd", "TRF")
    _put(block, "BtchBookg", "false")
    _put(block, "NbOfTxs", "0")
    _put(block, "CtrlSum", "0")
    if currency == "EUR":
        _put(block, "PmtTpInf/SvcLvl/Cd", "SEPA")
    _put(block, "ReqdExctnDt/Dt", order.pay_on.isoformat())
    _put(block, "Dbtr/Nm", order.initiator[:LONGEST_NAME])
    _put(block, "DbtrAcct/Id/IBAN", paid_from)
    _put(block, "DbtrAcct/Ccy", currency)
    agent = "DbtrAgt/FinInstnId"
    if paid_from[:2] in ("CH", "LI"):
        _put(block, f"{agent}/ClrSysMmbId/ClrSysId/Cd", "CHBCC")
        _put(block, f"{agent}/ClrSysMmbId/MmbId", str(int(paid_from[4:9])))
    else:
        _put(block, f"{agent}/Othr/Id", "NOTPROVIDED")
    if currency == "EUR":
        _put(block, "ChrgBr", "SLEV")
    return block


def _transfer(block: etree._Element, transfer: CreditTransfer) -> None:
    payment = etree.SubElement(block, "CdtTrfTxInf")
    _put(payment, "PmtId/InstrId", transfer.end_to_end_id)
    _put(payment, "PmtId/EndToEndId", transfer.end_to_end_id)
    _put(payment, "Amt/InstdAmt", _decimal(transfer.amount_minor)).set("Ccy", transfer.currency)
    _put(payment, "Cdtr/Nm", transfer.holder[:LONGEST_NAME])
    for part, tag in _ADDRESS.items():
        if transfer.address.get(part):
            _put(payment, f"Cdtr/PstlAdr/{tag}", transfer.address[part])
    _put(payment, "CdtrAcct/Id/IBAN", transfer.iban)
    _put(payment, "RmtInf/Ustrd", transfer.text[:LONGEST_TEXT])


def _count_blocks(message: etree._Element) -> None:
    """Number and sum of each block stand before its payments."""
    for block in message.iterfind("PmtInf"):
        amounts = [found.text or "0" for found in block.iterfind("CdtTrfTxInf/Amt/InstdAmt")]
        _put(block, "NbOfTxs", str(len(amounts)))
        _put(block, "CtrlSum", _decimal(sum(int(each.replace(".", "")) for each in amounts)))


def _decimal(amount_minor: int) -> str:
    return f"{amount_minor // 100}.{amount_minor % 100:02}"


def _put(parent: etree._Element, path: str, text: str) -> etree._Element:
    """The element at this path below `parent`, made where it is missing, with this text."""
    for name in path.split("/"):
        found = parent.find(name)
        parent = etree.SubElement(parent, name) if found is None else found
    parent.text = text
    return parent
