"""Payment references of the Swiss QR-bill: building, checking, reading and grouping them.

Source: Swiss Implementation Guidelines QR-bill 2.3 (QRB-001 … QRB-007), ISO 11649.
"""

from enum import StrEnum

from stdnum import iban as iban_numbers
from stdnum import iso11649
from stdnum.ch import esr
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

ORGANISATION_DIGITS = 10
DOCUMENT_DIGITS = 16
QR_REFERENCE_DIGITS = ORGANISATION_DIGITS + DOCUMENT_DIGITS + 1
CREDITOR_REFERENCE_CHARACTERS = 25

# Institution ids that banks hand out only for QR-IBANs (QRB-002).
QR_INSTITUTIONS = range(30_000, 32_000)
SWISS_ACCOUNTS = ("CH", "LI")


class ReferenceKind(StrEnum):
    """Reference type as the QR code spells it."""

    QRR = "QRR"
    SCOR = "SCOR"
    NONE = "NON"


def compact(raw_number: str) -> str:
    """The reference or account without the spaces people type and print."""
    return "".join(raw_number.split()).upper()


def qr_reference(organisation_number: int, document_number: int) -> str:
    """QRR of a document: 10 digits organisation, 16 digits document, recursive mod-10 check digit (QRB-005).

    Raises ValueError when a number is negative or does not fit.
    """
    digits = _digits(organisation_number, ORGANISATION_DIGITS) + _digits(document_number, DOCUMENT_DIGITS)
    return digits + esr.calc_check_digit(digits)


def parts_of_qr_reference(reference: str) -> tuple[int, int]:
    """Organisation and document number of a reference built by `qr_reference`.

    Raises ValueError when it is not a QRR of 27 digits with a right check digit.
    """
    digits = compact(reference)
    if not is_qr_reference(digits):
        raise ValueError(f"not a QR reference: {reference!r}")
    return int(digits[:ORGANISATION_DIGITS]), int(digits[ORGANISATION_DIGITS:-1])


def creditor_reference(document_number: int | str) -> str:
    """SCOR of a document: `RF`, two check digits, the number (ISO 11649).

    Raises ValueError when the number is empty, longer than 21 characters or not plain letters and digits.
    """
    body = compact(str(document_number))
    if not body or not (body.isascii() and body.isalnum()) or len(body) > CREDITOR_REFERENCE_CHARACTERS - 4:
        raise ValueError(f"not usable in a creditor reference: {document_number!r}")
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def is_qr_reference(reference: str) -> bool:
    """Whether it is a QRR: exactly 27 digits, not all zero, right check digit."""
    digits = compact(reference)
    if len(digits) != QR_REFERENCE_DIGITS or not (digits.isascii() and digits.isdigit()):
        return False
    return digits.strip("0") != "" and esr.calc_check_digit(digits[:-1]) == digits[-1]


def is_creditor_reference(reference: str) -> bool:
    """Whether it is a SCOR: `RF` and 5 to 25 characters in all with right check digits."""
    try:
        return compact(reference).isascii() and bool(iso11649.validate(compact(reference)))
    except ValidationError:
        return False


def kind_of(reference: str) -> ReferenceKind | None:
    """The reference type, NON for an empty one, None for something that is no reference at all."""
    if not reference:
        return ReferenceKind.NONE
    if is_qr_reference(reference):
        return ReferenceKind.QRR
    return ReferenceKind.SCOR if is_creditor_reference(reference) else None


def is_swiss_account(account: str) -> bool:
    """Whether it is a valid IBAN of Switzerland or Liechtenstein, the only ones a QR-bill may carry (QRB-001)."""
    return compact(account).startswith(SWISS_ACCOUNTS) and iban_numbers.is_valid(compact(account))


def is_qr_iban(account: str) -> bool:
    """Whether the account is a QR-IBAN: institution id 30000 to 31999 (QRB-002)."""
    return is_swiss_account(account) and int(compact(account)[4:9]) in QR_INSTITUTIONS


def fits(account: str, reference: str) -> bool:
    """Whether account and reference may stand on one QR-bill: QRR with a QR-IBAN, SCOR or none with an ordinary one."""
    kind = kind_of(reference)
    return kind is not None and is_swiss_account(account) and is_qr_iban(account) == (kind is ReferenceKind.QRR)


def printed_reference(reference: str) -> str:
    """Grouped as the guidelines print it: QRR 2 + 5 × 5 digits, SCOR groups of four."""
    digits = compact(reference)
    if not is_qr_reference(digits):
        return _groups_of(digits, 4)
    return f"{digits[:2]} {_groups_of(digits[2:], 5)}"


def printed_account(account: str) -> str:
    """An IBAN in groups of four."""
    return _groups_of(compact(account), 4)


def _groups_of(text: str, size: int) -> str:
    return " ".join(text[start : start + size] for start in range(0, len(text), size))


def _digits(number: int, width: int) -> str:
    digits = f"{number:0{width}d}"
    if number < 0 or len(digits) > width:
        raise ValueError(f"{number} does not fit into {width} digits")
    return digits
