"""What the law gives a consumer when it orders at a distance (ORD-015)."""

from __future__ import annotations

from typing import Final

from stellwerk.billing.rules.territories import MEMBER_STATES

EUROPEAN_ECONOMIC_AREA: Final = MEMBER_STATES | {"IS", "LI", "NO"}


def has_right_of_withdrawal(*, is_individual: bool, country: str) -> bool:
    """Whether a buyer who lives there may step back for 14 days: a private person may.

    It must then ask for the start before that period ends (directive 2011/83/EU, articles 7, 8 and 16).
    """
    return is_individual and country in EUROPEAN_ECONOMIC_AREA
