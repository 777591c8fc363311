"""Clockwork of the products room."""

from __future__ import annotations

from stellwerk.foundation import jobs
from stellwerk.products.services.endings import clear_ended_grants


@jobs.recurring("21 1 * * *")
@jobs.task("products.clear_ended_grants")
def clear_grants_that_have_ended() -> None:
    """What is over has given nothing since midnight; here it goes, with an entry in the activity log."""
    while clear_ended_grants():
        pass
