"""Why a bank file was not taken. A refused file has changed nothing."""

from __future__ import annotations


class BankFileRefused(ValueError):
    """The whole file is refused; half a statement would be worse than none.

    Codes: bank_file_empty, bank_file_too_large, bank_file_unreadable (no well-formed XML), bank_file_with_doctype,
    bank_file_not_camt, bank_file_version_unknown, bank_file_incomplete (an element is missing),
    bank_file_amount_invalid, bank_file_currency_invalid, bank_file_date_invalid, bank_file_value_invalid,
    bank_file_details_mismatch (the details of a collective entry are not its sum).

    `line` counts from 1 (0: unknown), `position` is like "statement 1, entry 3, detail 2", `element` the ISO name and
    `value` what was found, shortened.
    """

    def __init__(self, code: str, *, line: int = 0, position: str = "", element: str = "", value: str = "") -> None:
        self.code = code
        self.line = line
        self.position = position
        self.element = element
        self.value = value[:80]
        super().__init__(str(self))

    @property
    def context(self) -> dict[str, str | int]:
        """Plain values for the translated text and the API."""
        return {"line": self.line, "position": self.position, "element": self.element, "value": self.value}

    def __str__(self) -> str:
        where = [f"line {self.line}" if self.line else "", self.position, self.element, repr(self.value)]
        return ", ".join([self.code, *(part for part in where if part not in {"", "''"})])
