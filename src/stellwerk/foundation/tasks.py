"""Clockwork of the foundation."""

from __future__ import annotations

from stellwerk.foundation import jobs, seals


@jobs.recurring("*/10 * * * *")
@jobs.task("foundation.seal_events")
def seal_events() -> None:
    """Close the activity log up to now, against later changes."""
    seals.seal_events()
