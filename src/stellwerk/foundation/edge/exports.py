"""Lists as files, a piece at a time: CSV for spreadsheets, JSON lines for programs."""

from __future__ import annotations

import csv
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson
from django.http import StreamingHttpResponse
from django.utils import translation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

LINES_AT_ONCE = 100
BYTE_ORDER_MARK = "\ufeff"
# A cell that begins so is a formula to a spreadsheet, and somebody else may have written it. The last four are the
# wide forms, which some programs take for the same.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# Where the semicolon separates, as in Switzerland, a spreadsheet ends the cell there, quotes or not.
_NEXT_CELL = re.compile(r"([;\t\r\n] *)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


def words(text: str) -> str:
    """Free text that no spreadsheet takes for a formula, wherever it cuts it into cells."""
    guarded = _NEXT_CELL.sub(r"\1'", text)
    return f"'{guarded}" if guarded.startswith(FORMULA_STARTS) else guarded


def csv_stream(name: str, *, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """UTF-8 with its mark. Every text is guarded against formulas; numbers and None go as they are."""

    def lines() -> Iterator[str]:
        line = csv.writer(_Echo())
        yield BYTE_ORDER_MARK + line.writerow(head)
        for row in rows:
            yield line.writerow([words(cell) if isinstance(cell, str) else cell for cell in row])

    return _download(name, "text/csv; charset=utf-8", lines())


def json_lines_stream(name: str, rows: Iterable[Mapping[str, Any]]) -> StreamingHttpResponse:
    """One JSON object a line."""
    lines = (orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE).decode() for row in rows)
    return _download(name, "application/x-ndjson; charset=utf-8", lines)


class _Echo:
    """What a CSV writer writes to: it gives each line back."""

    def write(self, line: str) -> str:
        return line


def _download(name: str, content_type: str, lines: Iterator[str]) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(_in_language(lines, translation.get_language()), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _in_language(lines: Iterator[str], language: str | None) -> Iterator[str]:
    """The lines are made when the view has long returned, and the language of its request with it."""
    while True:
        with translation.override(language):
            piece = "".join(islice(lines, LINES_AT_ONCE))
        if not piece:
            return
        yield piece
