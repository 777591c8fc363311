"""Lists as CSV for spreadsheets: UTF-8 with its mark, amounts with a point (INV-006, PRE-020)."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from django.http import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"
MOST_ROWS = 10_000
# A cell that begins so is a formula to a spreadsheet, and somebody else may have written it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_file(name: str, *, head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> HttpResponse:
    """A download; the lists of an organisation are short enough to be made at once (MOST_ROWS)."""
    answer = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(answer)
    writer.writerow(head)
    writer.writerows(rows)
    return answer


def plain_amount(amount_minor: int) -> str:
    """1234.50 and -0.05: what a spreadsheet of any language can be told to read."""
    major, minor = divmod(abs(amount_minor), 100)
    return f"{'-' if amount_minor < 0 else ''}{major}.{minor:02d}"


def words(text: str) -> str:
    """Free text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
