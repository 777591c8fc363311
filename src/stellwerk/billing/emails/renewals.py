"""Messages about renewals, one function per message (NTF-06…08, 10, 11, 33). Every reader gets it in their language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stellwerk.billing.emails.delivery import Letter, deliver
from stellwerk.billing.queries.renewals import renewal_rows
from stellwerk.foundation.months import last_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stellwerk.billing import events
    from stellwerk.foundation.events import DomainEvent, Meta


def expiry_reminder(event: events.ExpiryReminderDue, meta: Meta) -> None:
    """NTF-06."""
    _send("expiry_reminder", event, meta, items=event.items, text_message="expiry_reminder")


def automatic_renewal_due(event: events.AutomaticRenewalDue, meta: Meta) -> None:
    """NTF-07: amount, means, day and how to stop it (REN-036)."""
    values = {"amount": event.amount_text}
    _send("automatic_renewal_due", event, meta, values=values, items=event.items, dates={"day": event.charged_on})


def products_renewed(event: events.ProductsRenewed, meta: Meta) -> None:
    """NTF-08."""
    rows = renewal_rows(event.renewal_ids)
    if not rows:
        return
    values = {
        "is_automatic": event.is_automatic,
        "invoice_number": rows[0].invoice_number,
        "amount": rows[0].amount_text,
    }
    items = [(row.own_name, last_day(row.period_to).isoformat(), row.offer_code) for row in rows]
    _send("products_renewed", event, meta, values=values, items=items)


def automatic_renewal_failed(event: events.AutomaticRenewalFailed, meta: Meta) -> None:
    """NTF-10. Nobody can switch it off (REN-039)."""
    values = {"amount": event.amount_text, "balance": event.balance_text, "missing": event.missing_text}
    dates = {"day": event.next_attempt_on}
    _send(
        "automatic_renewal_failed",
        event,
        meta,
        values=values,
        items=event.items,
        dates=dates,
        is_essential=True,
        text_message="renewal_failed",
    )


def overdue_step_taken(event: events.OverdueStepTaken, meta: Meta) -> None:
    """NTF-11: one of overdue_warning, overdue_suspension, overdue_termination_warning, overdue_termination."""
    name, dates = f"overdue_{event.step}", {"day": event.follows_on}
    _send(name, event, meta, items=event.items, dates=dates, is_essential=True, text_message="overdue")


def renewal_modes_changed(event: events.RenewalModesChanged, meta: Meta) -> None:
    """NTF-33 (REN-014)."""
    values = {"is_on": event.renews_automatically, "who": meta.actor_name}
    _send("renewal_modes_changed", event, meta, values=values, items=event.items)


def _send(  # noqa: PLR0913  what a letter holds
    template: str,
    event: DomainEvent,
    meta: Meta,
    *,
    items: Iterable[tuple[str, ...]],
    dates: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
    is_essential: bool = False,
    text_message: str = "",
) -> None:
    """To everybody who sees the organisation's money and wants such messages, or to all of them."""
    if event.organisation_id is not None:
        deliver(
            Letter(
                template=template,
                organisation_id=event.organisation_id,
                key=meta.event_id,
                values=values or {},
                items=items,
                dates=dates or {},
                is_essential=is_essential,
                text_message=text_message,
            )
        )
