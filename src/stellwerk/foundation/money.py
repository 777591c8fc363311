"""Exact money (GEN-006…009): integer minor units and an ISO 4217 code, rationals inside, one rounding a line."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

CURRENCIES = ("CHF", "EUR")


class CurrencyMix(ValueError):
    """Two currencies met in one operation (GEN-006)."""


def rounded(exact: Fraction) -> int:
    """`exact` minor units to whole ones, half away from zero (commercial rounding, DIN 1333; GEN-007)."""
    whole = int(abs(exact) + Fraction(1, 2))
    return whole if exact >= 0 else -whole


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (Rappen, cent) of one currency. Sums of two currencies raise CurrencyMix."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise ValueError(f"Unknown currency: {self.currency}")

    def __add__(self, other: Money) -> Money:
        return Money(self.amount_minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount_minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount_minor, self.currency)

    def times(self, factor: Fraction | int) -> Money:
        """The amount multiplied exactly and rounded once."""
        return Money(rounded(self.amount_minor * Fraction(factor)), self.currency)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMix(f"{self.currency} and {other.currency}")
        return other.amount_minor
