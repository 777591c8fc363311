"""How documents are numbered on paper and inside payment references, beside the customer's own reference."""

from __future__ import annotations

DOCUMENTS_PER_YEAR = 10_000_000  # seven digits after the year
TOP_UP_MARK = 9  # before the year: no invoice's digits begin so
LONGEST_REFERENCE = 128  # characters of the customer's own reference (BIL-064)


def document_number(year: int, number: int, *, mark: str = "") -> str:
    """`2026-000123` for invoices; with a mark `2026-G000123`, `2026-B000123` (INV-008: one series each)."""
    return f"{year}-{mark}{number:06d}"


def reference_digits(year: int, number: int) -> int:
    """The document part of a payment reference: 20260000123 (QRB-005). Raises ValueError past seven digits."""
    if not 0 < number < DOCUMENTS_PER_YEAR:
        raise ValueError(f"Not a number of a document: {number}")
    return year * DOCUMENTS_PER_YEAR + number


def top_up_digits(year: int, number: int) -> int:
    """The same for a top-up, told apart by a leading 9: 920260000123."""
    digits = reference_digits(year, number)
    return int(f"{TOP_UP_MARK}{digits}")
