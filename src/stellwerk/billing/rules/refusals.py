"""How a rule says no: with a stable code and plain values; services translate it for people."""

from __future__ import annotations


class BillingRefused(ValueError):
    """`code` is stable snake_case (commerce ERR), `context` holds plain values for the text and the API."""

    def __init__(self, code: str, **context: str | int) -> None:
        super().__init__(code, context)
        self.code = code
        self.context = context
