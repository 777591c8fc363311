"""What a quantity costs: exact, whole minor units, nothing to round."""

from __future__ import annotations


def net_minor(unit_minor: int, *, quantity: int, free_quantity: int = 0, quantity_step: int = 1) -> int:
    """Net price of `quantity` units in minor units, for the whole period that `unit_minor` stands for.

    `unit_minor` is the price of `quantity_step` units; a started step counts whole. The first `free_quantity` units
    cost nothing (OFR-009: the first user of Suite Standard).

    Raises ValueError for a negative price or a quantity below one.
    """
    if unit_minor < 0:
        raise ValueError(f"unit_minor is negative: {unit_minor}")
    if quantity < 1 or quantity_step < 1 or free_quantity < 0:
        raise ValueError(f"Quantities out of range: {quantity} of {quantity_step}, {free_quantity} free")
    paid_for = max(0, quantity - free_quantity)
    steps = -(-paid_for // quantity_step)
    return unit_minor * steps
