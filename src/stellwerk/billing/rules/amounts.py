"""Amounts as people read them in messages and in the activity log, the same in every language."""

from __future__ import annotations


def amount_text(amount_minor: int, currency: str) -> str:
    """`CHF 1’234.50`, with a minus sign before the figures of a negative amount."""
    major, minor = divmod(abs(amount_minor), 100)
    sign = "−" if amount_minor < 0 else ""
    return f"{currency} {sign}{major:,}.{minor:02d}".replace(",", "’")
