"""Messages about withdrawals, to everybody who sees the organisation's money (NTF-14, PRE-013)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from stellwerk.billing.emails.delivery import Letter, deliver

if TYPE_CHECKING:
    from stellwerk.billing import events
    from stellwerk.foundation.events import Meta


def withdrawal_requested(event: events.WithdrawalRequested, meta: Meta) -> None:
    """Money leaves: whoever did not ask for it must learn of it while it can be called back."""
    _about("withdrawal_requested", event, meta)


def withdrawal_sent(event: events.WithdrawalSent, meta: Meta) -> None:
    _about("withdrawal_sent", event, meta)


def withdrawal_returned(event: events.WithdrawalReturned, meta: Meta) -> None:
    """The reason in the reader's language where the house gave it; the operator's own words as they are."""
    _about("withdrawal_returned", event, meta, reason=event.reason)


def _about(
    template: str,
    event: events.WithdrawalRequested | events.WithdrawalSent | events.WithdrawalReturned,
    meta: Meta,
    *,
    reason: str = "",
) -> None:
    if event.organisation_id is None:
        return
    values = {
        "number": event.number,
        "amount": event.amount_text,
        "account": event.account_text,
        "withdrawal_id": event.withdrawal_id,
    }
    deliver(
        Letter(
            template=template,
            organisation_id=event.organisation_id,
            key=meta.event_id,
            values=values,
            worded=lambda: {"reason": gettext(reason) if reason else ""},
            is_essential=True,
        )
    )
