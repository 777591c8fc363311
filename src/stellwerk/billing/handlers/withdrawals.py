"""News about withdrawals becomes messages (NTF-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.billing import events
from stellwerk.billing.emails import withdrawals
from stellwerk.foundation.events import subscribes

if TYPE_CHECKING:
    from stellwerk.foundation.events import Meta


@subscribes(events.WithdrawalRequested)
def warn_of_the_withdrawal(event: events.WithdrawalRequested, meta: Meta) -> None:
    withdrawals.withdrawal_requested(event, meta)


@subscribes(events.WithdrawalSent)
def tell_that_the_money_is_on_its_way(event: events.WithdrawalSent, meta: Meta) -> None:
    withdrawals.withdrawal_sent(event, meta)


@subscribes(events.WithdrawalReturned)
def tell_that_the_money_came_back(event: events.WithdrawalReturned, meta: Meta) -> None:
    withdrawals.withdrawal_returned(event, meta)
