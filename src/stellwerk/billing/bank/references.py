"""Payment references that people typed or copied into the free text of a transfer (BNK-005, step 2)."""

from __future__ import annotations

import re
from typing import Final

from stdnum import iso11649
from stdnum.ch import esr

QRR_DIGITS: Final = 27
# Shorter runs are amounts, dates, telephone numbers; the leading zeros of a QR reference are often left out.
FEWEST_DIGITS: Final = 16
SCOR_LENGTHS: Final = range(5, 26)
MAX_TEXT: Final = 2000
MAX_CANDIDATES: Final = 50

_DIGIT_RUN: Final = re.compile(r"[0-9](?:[\s./-]{0,2}[0-9])+", re.ASCII)
_SCOR_START: Final = re.compile(r"(?<![A-Z0-9])R\s?F\s?(?=[0-9]\s?[0-9])", re.ASCII)


def references_in(free_text: str) -> tuple[str, ...]:
    """Everything in the text that could be a reference, compact, check digits right, each once.

    QR references come back with 27 digits even if their leading zeros were left out. A candidate means nothing until
    an open document bears it: among digits that run together a wrong cut fits by chance one time in ten.
    """
    text = free_text[:MAX_TEXT].upper()
    found = dict.fromkeys([*_scor_candidates(text), *_qrr_candidates(text)])
    return tuple(found)[:MAX_CANDIDATES]


def _scor_candidates(text: str) -> list[str]:
    candidates = []
    for start in _SCOR_START.finditer(text):
        compact = re.sub(r"[^A-Z0-9]", "", text[start.start() : start.start() + 2 * SCOR_LENGTHS.stop])
        # The longest first: the words after a reference run on without a mark.
        candidates += [
            compact[:length]
            for length in reversed(SCOR_LENGTHS)
            if length <= len(compact) and iso11649.is_valid(compact[:length])
        ]
    return candidates


def _qrr_candidates(text: str) -> list[str]:
    candidates = []
    for run in _DIGIT_RUN.finditer(text):
        digits = re.sub(r"[^0-9]", "", run[0])
        if len(digits) < FEWEST_DIGITS:
            continue
        if len(digits) <= QRR_DIGITS:
            windows = [digits.zfill(QRR_DIGITS)]
        else:
            windows = [digits[start : start + QRR_DIGITS] for start in range(len(digits) - QRR_DIGITS + 1)]
        candidates += [window for window in windows if window.strip("0") and esr.is_valid(window)]
    return candidates
