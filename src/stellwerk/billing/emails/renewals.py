"""Messages about renewals, one function per message (NTF-06…08, 10, 11, 33). Every reader gets it in their language."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import override

from stellwerk.billing.queries.renewals import renewal_rows
from stellwerk.foundation import notify
from stellwerk.organisations.queries import billing_recipients, organisation_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stellwerk.billing import events
    from stellwerk.foundation.events import DomainEvent, Meta

FOLDER = "billing/email"
# "14. Dezember 2027", "14 de diciembre de 2027": the long date as each language writes it.
_DATE_FORMATS = {"de": "j. F Y", "es": r"j \d\e F \d\e Y"}
_DATE_FORMAT = "j F Y"


def expiry_reminder(event: events.ExpiryReminderDue, meta: Meta) -> None:
    """NTF-06."""
    _send("expiry_reminder", event, meta, dates={"items": event.items})


def automatic_renewal_due(event: events.AutomaticRenewalDue, meta: Meta) -> None:
    """NTF-07: amount, means, day and how to stop it (REN-036)."""
    values = {"amount": event.amount_text}
    _send("automatic_renewal_due", event, meta, values=values, dates={"items": event.items, "day": event.charged_on})


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
    items = [(row.name, row.period_to.isoformat()) for row in rows]
    _send("products_renewed", event, meta, values=values, dates={"items": items})


def automatic_renewal_failed(event: events.AutomaticRenewalFailed, meta: Meta) -> None:
    """NTF-10. Nobody can switch it off (REN-039)."""
    values = {"amount": event.amount_text, "balance": event.balance_text, "missing": event.missing_text}
    dates = {"items": event.items, "day": event.next_attempt_on}
    _send("automatic_renewal_failed", event, meta, values=values, dates=dates, is_essential=True)


def overdue_step_taken(event: events.OverdueStepTaken, meta: Meta) -> None:
    """NTF-11: one of overdue_warning, overdue_suspension, overdue_termination_warning, overdue_termination."""
    dates = {"items": event.items, "day": event.follows_on}
    _send(f"overdue_{event.step}", event, meta, dates=dates, is_essential=True)


def renewal_modes_changed(event: events.RenewalModesChanged, meta: Meta) -> None:
    """NTF-33 (REN-014)."""
    values = {"is_on": event.renews_automatically, "who": meta.actor_name}
    _send("renewal_modes_changed", event, meta, values=values, dates={"items": event.items})


def _send(
    template: str,
    event: DomainEvent,
    meta: Meta,
    *,
    dates: Mapping[str, Any],
    values: Mapping[str, Any] | None = None,
    is_essential: bool = False,
) -> None:
    """To everybody who sees the organisation's money and wants such messages, or to all of them."""
    organisation = organisation_row(event.organisation_id) if event.organisation_id is not None else None
    if organisation is None:
        return
    for reader in billing_recipients([organisation.id]).get(organisation.id, []):
        if not (is_essential or reader.wants_messages):
            continue
        context = {
            **(values or {}),
            **{name: _in_words(value, reader.language) for name, value in dates.items()},
            "name": reader.name,
            "organisation": organisation.name,
            "lacks_vat_number": organisation.kind == "company" and not organisation.vat_number,
            "to_pay_url": f"{settings.SITE_URL}/o/{organisation.id}/to-pay",
        }
        notify.send(
            f"{FOLDER}/{template}",
            recipient=reader.email,
            language=reader.language,
            context=context,
            organisation_id=organisation.id,
            account_id=reader.account_id,
            unique_key=f"{template}:{meta.event_id}:{reader.account_id}",
        )


def _in_words(value: str | Iterable[tuple[str, str]], language: str) -> Any:
    """An ISO date as the language writes it; pairs of name and date likewise. "" stays empty."""
    if isinstance(value, str):
        with override(language):
            return date_format(date.fromisoformat(value), _DATE_FORMATS.get(language, _DATE_FORMAT)) if value else ""
    return [{"name": name, "date": _in_words(day, language)} for name, day in value]
