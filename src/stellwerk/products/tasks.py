"""Clockwork of the products room."""

from __future__ import annotations

from stellwerk.foundation import jobs
from stellwerk.products.services.endings import clear_ended_grants
from stellwerk.products.services.transfers import expire_transfers


@jobs.recurring("21 1 * * *")
@jobs.task("products.clear_ended_grants")
def clear_grants_that_have_ended() -> None:
    """What is over has given nothing since midnight; here it goes, with an entry in the activity log."""
    while clear_ended_grants():
        pass


@jobs.recurring("7 * * * *")
@jobs.task("products.expire_transfers")
def end_transfers_nobody_answered() -> None:
    """Their links have been dead since; here both sides are told, and the products are free again (TRF-006)."""
    while expire_transfers():
        pass
