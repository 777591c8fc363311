"""camt.052, camt.053 and camt.054 in versions 04 and 08 to frozen rows (BNK-001…004; Swiss Payment Standards).

The file comes from outside: no entities, no DTD, no network, a size limit, and any DOCTYPE is refused.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from stellwerk.billing.bank.elements import Node
from stellwerk.billing.bank.entries import BankEntry, BankFile, BankStatement
from stellwerk.billing.bank.errors import BankFileRefused
from stellwerk.billing.bank.movements import Account, entry_rows

MAX_BYTES: Final = 16 * 1024 * 1024
VERSIONS: Final = ("04", "08")
# Message → its container and the element of one account.
_CONTAINERS: Final = {
    "camt.052": ("BkToCstmrAcctRpt", "Rpt"),
    "camt.053": ("BkToCstmrStmt", "Stmt"),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}
_NAMESPACE: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.05[234])\.001\.([0-9]{2})", re.ASCII)

_ROOT_START: Final = re.compile(rb"<[A-Za-z_]")


def read_bank_file(content: bytes, *, max_bytes: int = MAX_BYTES) -> BankFile:
    """Everything a bank file says, in its order. Reading the same bytes twice gives equal rows.

    Raises BankFileRefused, and nothing else, whatever the bytes are.
    """
    if not content.strip():
        raise BankFileRefused("bank_file_empty")
    if len(content) > max_bytes:
        raise BankFileRefused("bank_file_too_large", value=str(len(content)))
    root = _parsed(content)
    name = etree.QName(root)
    match = _NAMESPACE.fullmatch(name.namespace or "")
    if match is None or name.localname != "Document":
        raise BankFileRefused("bank_file_not_camt", line=root.sourceline or 0, element=name.localname)
    message, version = match[1], match[2]
    if version not in VERSIONS:
        raise BankFileRefused("bank_file_version_unknown", line=root.sourceline or 0, value=f"{message}.001.{version}")
    container_name, statement_name = _CONTAINERS[message]
    container = Node(root, str(name.namespace)).need(container_name)
    statements = tuple(
        _statement(node.at(f"statement {number}"), number)
        for number, node in enumerate(container.all(statement_name), start=1)
    )
    if not statements:
        raise container.refused("bank_file_incomplete", element=statement_name)
    return BankFile(message, version, container.text("GrpHdr/MsgId"), statements)


def _parsed(content: bytes) -> etree._Element:
    # Refused before libxml2 sees its entities; the check of docinfo below covers the encodings this cannot read.
    root_start = _ROOT_START.search(content)
    if b"<!DOCTYPE" in content[: root_start.start() if root_start else None]:
        raise BankFileRefused("bank_file_with_doctype")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as broken:
        raise BankFileRefused("bank_file_unreadable", line=broken.lineno or 0, value=broken.msg or "") from broken
    except (ValueError, LookupError) as broken:
        # An encoding declaration that lxml does not know.
        raise BankFileRefused("bank_file_unreadable", value=str(broken)) from broken
    if root.getroottree().docinfo.doctype:
        raise BankFileRefused("bank_file_with_doctype")
    return root


def _statement(node: Node, number: int) -> BankStatement:
    iban = node.text("Acct/Id/IBAN", "Acct/Id/Othr/Id", limit=34).replace(" ", "").upper()
    if not iban:
        raise node.refused("bank_file_incomplete", element="Acct/Id/IBAN")
    account = Account(iban, node.day("CreDtTm"))
    entries: list[BankEntry] = []
    for entry_number, entry in enumerate(node.all("Ntry"), start=1):
        entries += entry_rows(
            entry.at(f"{node.position}, entry {entry_number}"), account=account, numbers=(number, entry_number)
        )
    return BankStatement(node.text("Id"), iban, tuple(entries))
