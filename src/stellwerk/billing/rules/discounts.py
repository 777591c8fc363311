"""What a percentage or an amount takes off one line, never more than the line (EX-05, EX-06, EX-07, EX-08).

Which code matches which line is for the promotions to decide; here is only the arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from stellwerk.foundation.money import rounded

WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Discount:
    """What is taken off and what of the promise is lost because the line was smaller. Net minor units, both ≥ 0."""

    taken_minor: int
    lost_minor: int
    net_minor: int


def percentage_off(line_net_minor: int, percentage_bp: int) -> Discount:
    """A percentage in basis points (1500 is 15 %), rounded once, half away from zero.

    Raises ValueError for a percentage outside 0..10_000 or a negative line.
    """
    if not 0 <= percentage_bp <= WHOLE_BP:
        raise ValueError(f"percentage_bp out of range: {percentage_bp}")
    _require_amount(line_net_minor)
    taken_minor = rounded(Fraction(line_net_minor * percentage_bp, WHOLE_BP))
    return Discount(taken_minor, 0, line_net_minor - taken_minor)


def amount_off(line_net_minor: int, amount_minor: int) -> Discount:
    """A fixed net amount; what the line cannot take is lost, it is not paid out (EX-06).

    Raises ValueError for a negative amount or line.
    """
    _require_amount(line_net_minor)
    _require_amount(amount_minor)
    taken_minor = min(line_net_minor, amount_minor)
    return Discount(taken_minor, amount_minor - taken_minor, line_net_minor - taken_minor)


def _require_amount(amount_minor: int) -> None:
    if amount_minor < 0:
        raise ValueError(f"An amount must not be negative: {amount_minor}")
