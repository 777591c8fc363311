"""Day-exact credits and charges when a running term changes (BIL-050…057, EX-01, EX-02, EX-25).

All amounts are net, in minor units; each is computed exactly and rounded once (GEN-007).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from stellwerk.foundation.money import rounded

if TYPE_CHECKING:
    from datetime import date

    from stellwerk.billing.rules.periods import Period


@dataclass(frozen=True, slots=True)
class ProratedChange:
    """What a change costs: the unused part given back, the new part charged. Both are at least zero."""

    credit_minor: int
    charge_minor: int
    remaining_days: int
    period_days: int

    @property
    def due_minor(self) -> int:
        """What the customer pays now."""
        return max(0, self.charge_minor - self.credit_minor)

    @property
    def prepaid_credit_minor(self) -> int:
        """What goes to the prepaid account, never to the card, because the new offer is cheaper (BIL-056)."""
        return max(0, self.credit_minor - self.charge_minor)

    @property
    def is_renewal(self) -> bool:
        """On the expiry day nothing is left to prorate: the change is a renewal at the new offer (BIL-057)."""
        return self.remaining_days == 0


def prorated_minor(net_minor: int, period: Period, *, on: date) -> int:
    """The share of `net_minor` that belongs to the days from `on` (included) to the expiry (excluded) (BIL-051).

    A period that has not begun belongs wholly to the remaining days, one that is over not at all, so a product
    paid several periods ahead is the sum over its periods. The result never exceeds `net_minor`.

    Raises ValueError for a negative amount.
    """
    if net_minor < 0:
        raise ValueError(f"net_minor must not be negative: {net_minor}")
    return rounded(Fraction(net_minor * period.remaining_days(on), period.days))


def upgrade(period: Period, *, on: date, paid_net_minor: int, new_net_minor: int) -> ProratedChange:
    """The change to another offer or quantity in mid-term; the expiry stays (BIL-050).

    `paid_net_minor` is what was really paid for the period, after discounts (BIL-052); `new_net_minor` is the new
    offer's net for the same period. Credit and charge are rounded separately.
    """
    return ProratedChange(
        credit_minor=prorated_minor(paid_net_minor, period, on=on),
        charge_minor=prorated_minor(new_net_minor, period, on=on),
        remaining_days=period.remaining_days(on),
        period_days=period.days,
    )


def added_units(period: Period, *, on: date, added_net_minor: int) -> ProratedChange:
    """Users or addresses added in mid-term: `added_net_minor` is their net for a whole period (BIL-053)."""
    return upgrade(period, on=on, paid_net_minor=0, new_net_minor=added_net_minor)
