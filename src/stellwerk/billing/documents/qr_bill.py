"""The payment part of the Swiss QR-bill as values: payload, symbol, labels and printed lines (QRB-001 … QRB-006).

The guidelines 2.3 fix measures, sizes and words; `invoice.typ` sets them, this module fills them.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import segno
from qrbill import QRBill

from stellwerk.billing.documents import references
from stellwerk.billing.documents.errors import DocumentRefused
from stellwerk.billing.documents.model import Document, Party, PaymentPart
from stellwerk.billing.documents.plain import qr_text

NAME_CHARACTERS = 70
TOWN_CHARACTERS = 35
CODE_CHARACTERS = 16
MESSAGE_CHARACTERS = 140
# Trying all eight masks costs as much as everything else on the invoice. Of 60 payloads of every length this one
# had the lowest penalty in 41 and was 1 % above the lowest on average; readers take any.
MASK = 2
# Headings exist in the four languages of the guidelines; Spanish documents get the English ones.
LANGUAGES = ("de", "fr", "it", "en")
LABELS = {
    "receipt": "Receipt",
    "payment_part": "Payment part",
    "account": "Account / Payable to",
    "reference": "Reference",
    "message": "Additional information",
    "payable_by": "Payable by",
    "payable_by_blank": "Payable by (name/address)",
    "currency": "Currency",
    "amount": "Amount",
    "acceptance_point": "Acceptance point",
    "separate": "Separate before paying in",
}


def payment_slip(document: Document, payment: PaymentPart) -> QRBill:
    """The bill as the qrbill library checks and spells it, for the open amount of the document.

    Raises DocumentRefused (`qr_reference`) for what that library would not put on a bill.
    """
    try:
        return QRBill(
            account=references.compact(payment.iban),
            creditor=_address(payment.creditor),
            debtor=_address(payment.debtor) if payment.debtor else None,
            amount=Decimal(document.open_minor).scaleb(-2),
            currency=document.currency,
            reference_number=references.compact(payment.reference) or None,
            additional_information=qr_text(payment.message, MESSAGE_CHARACTERS),
            language=document.language if document.language in LANGUAGES else "en",
        )
    except ValueError as refused:
        raise DocumentRefused("qr_reference", "payment", str(refused)) from refused


def printed_slip(slip: QRBill) -> dict[str, Any]:
    """What stands on receipt and payment part, line by line."""
    return {
        "labels": {key: slip.label(heading) for key, heading in LABELS.items()},
        "account": [references.printed_account(slip.account), *_printed_address(slip.creditor)],
        "reference": references.printed_reference(slip.reference_number or ""),
        "message": slip.additional_information,
        "debtor": list(_printed_address(slip.debtor)) if slip.debtor else [],
        "currency": slip.currency,
        "amount": _printed_amount(slip.amount),
    }


def symbol_svg(payload: str) -> str:
    """The QR symbol with the Swiss cross, 46 × 46 mm (QRB-004).

    Error correction M, UTF-8, no quiet zone: the payment part leaves the margin.
    """
    code = segno.make(payload, error="m", boost_error=False, micro=False, mask=MASK, encoding="utf-8")
    rows = [bytes(row) for row in code.matrix]
    size = len(rows)
    columns = [bytes(column) for column in zip(*rows, strict=True)]
    # Runs along the rows and along the columns: where two runs meet, the other direction covers the seam that
    # viewers would draw as a hairline.
    across = [f"M{start} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for start, length in _runs(row)]
    down = [f"M{x} {start}h1v{length}h-1z" for x, column in enumerate(columns) for start, length in _runs(column)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="46mm" height="46mm" viewBox="0 0 {size} {size}">'
        f'<path d="{"".join(across)}{"".join(down)}"/>{_swiss_cross(size)}</svg>'
    )


def _runs(cells: bytes) -> Iterable[tuple[int, int]]:
    """Start and length of every stretch of dark modules."""
    start = cells.find(1)
    while start >= 0:
        end = cells.find(0, start)
        end = len(cells) if end < 0 else end
        yield start, end - start
        start = cells.find(1, end)


def _swiss_cross(size: int) -> str:
    """7 × 7 mm in the middle: white edge, black square, white cross in the federal proportions (arms 7 : 6)."""
    millimetre = size / 46
    origin = size / 2 - 3.5 * millimetre
    return (
        f'<g transform="translate({origin:.4f} {origin:.4f}) scale({millimetre:.5f})">'
        '<path d="M0 0h7v7h-7z" fill="#fff"/><path d="M.5 .5h6v6h-6z"/>'
        '<path d="M2.9 1.54h1.2v1.36h1.36v1.2h-1.36v1.36h-1.2v-1.36h-1.36v-1.2h1.36z" fill="#fff"/></g>'
    )


def _address(party: Party) -> dict[str, str]:
    return {
        "name": qr_text(party.name, NAME_CHARACTERS),
        "street": qr_text(party.street, NAME_CHARACTERS),
        "house_num": qr_text(party.building_number, CODE_CHARACTERS),
        "pcode": qr_text(party.postal_code, CODE_CHARACTERS),
        "city": qr_text(party.town, TOWN_CHARACTERS),
        "country": party.country,
    }


def _printed_address(address: Any) -> Iterable[str]:
    yield address.name
    if address.street or address.house_num:
        yield f"{address.street} {address.house_num}".strip()
    # The country is printed only where the letter would not find its way without it.
    place = f"{address.pcode} {address.city}"
    yield place if address.country in references.SWISS_ACCOUNTS else f"{address.country}-{place}"


def _printed_amount(amount: str) -> str:
    """Thousands apart by a blank, a full stop before the hundredths, whatever the language."""
    return f"{Decimal(amount):,.2f}".replace(",", "\u00a0")
