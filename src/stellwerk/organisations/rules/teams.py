"""Facts about teams."""

from __future__ import annotations

# The tones of the design system, in the order of its chips t1 … t6.
COLORS = ("blue", "green", "amber", "purple", "teal", "red")


def color_number(color: str) -> int:
    """The `color_id` on the wire and the number of the chip, from 1; unknown colours are the first."""
    return COLORS.index(color) + 1 if color in COLORS else 1
