"""Lists as CSV for spreadsheets: UTF-8 with its mark, amounts with a point (INV-006, PRE-020)."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from django.http import HttpResponse

from stellwerk.foundation.edge.exports import BYTE_ORDER_MARK, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["MOST_ROWS", "csv_file", "plain_amount", "words"]

MOST_ROWS = 10_000


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
