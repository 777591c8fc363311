"""Prices with VAT, for showing only: documents compute their tax from the whole (VAT per rate, not per line)."""

from __future__ import annotations

from fractions import Fraction

from stellwerk.foundation.money import rounded


def gross_minor(net_minor: int, rate_bp: int) -> int:
    """The price with VAT in the same minor units. `rate_bp` is in basis points: 810 is 8.1 %."""
    return net_minor + rounded(Fraction(net_minor * rate_bp, 10_000))
