"""How long the customer of a held order has to react (REV, EX-11)."""

from __future__ import annotations

from datetime import datetime, timedelta

HOURS_TO_REACT = 240  # ten days of 24 hours: a moment, not a date


def reaction_due_at(held_at: datetime) -> datetime:
    """The moment from which an unanswered held order is cancelled and refunded. Aware in, aware out."""
    return held_at + timedelta(hours=HOURS_TO_REACT)


def is_given_up(held_at: datetime, *, now: datetime, submitted_at: datetime | None) -> bool:
    """Whether the order is lost: nothing was submitted before the deadline, and it has passed."""
    due_at = reaction_due_at(held_at)
    return now >= due_at and (submitted_at is None or submitted_at >= due_at)
