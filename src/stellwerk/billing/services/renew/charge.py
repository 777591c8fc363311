"""Automatic renewals of many organisations: one payment and one invoice for each address (REN-016), or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing.events import AutomaticRenewalFailed
from stellwerk.billing.queries.addresses import address_id_of
from stellwerk.billing.queries.renewal_days import by_address
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.billing.rules.bookings import prepaid_of
from stellwerk.billing.rules.renewal_steps import Step, attempt_step, next_attempt_on
from stellwerk.billing.services.issue_invoices import Draft, issue_invoices
from stellwerk.billing.services.renew.carry_out import NewRenewal, record_renewals
from stellwerk.billing.services.renew.steps import remember_steps
from stellwerk.foundation import events

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from stellwerk.billing.models import Invoice
    from stellwerk.billing.queries.quotes import Quote
    from stellwerk.billing.queries.renewal_days import DueProduct, OrganisationDay
    from stellwerk.billing.queries.renewal_quotes import RenewalQuotes
    from stellwerk.billing.rules.bookings import AccountKey
    from stellwerk.organisations.queries import OrganisationRow


@dataclass(frozen=True, slots=True)
class _Charge:
    """What is due from one organisation today: same attempt date, means, currency and billing address."""

    recipient: OrganisationRow
    due: tuple[tuple[DueProduct, Step], ...]
    quote: Quote

    @property
    def key(self) -> tuple[int, int]:
        """Organisation and billing address: one charge a day."""
        return (self.recipient.id, address_id_of(self.recipient))

    @property
    def account(self) -> AccountKey:
        return prepaid_of(self.recipient.id, self.quote.currency)


@transaction.atomic
def charge_organisations(
    *, days: Sequence[OrganisationDay], quotes: RenewalQuotes, balances: Mapping[AccountKey, int], today: date
) -> frozenset[int]:
    """Renew what the calendar wants renewed today, at the price of today (REN-022); answers the renewed products.

    `balances` are the locked prepaid accounts. Where one does not hold the whole amount for a billing address, nothing
    is debited for it (PRE-010), and the attempt is remembered as failed. Publishes ProductsRenewed or
    AutomaticRenewalFailed. System-only: the daily run calls it.
    """
    charges = _charges(days, quotes, today)
    left = dict(balances)
    paid, failed = [], []
    for charge in charges:
        held_minor = left.get(charge.account, 0)
        if held_minor >= charge.quote.gross_minor:
            left[charge.account] = held_minor - charge.quote.gross_minor
            paid.append(charge)
        else:
            failed.append(charge)
    _renew(paid, today)
    _fail(failed, left, today)
    return frozenset(each.product.id for charge in paid for each, _step in charge.due)


def _charges(days: Sequence[OrganisationDay], quotes: RenewalQuotes, today: date) -> list[_Charge]:
    charges = []
    for day in days:
        steps = {each.product.id: step for each in day.due if (step := attempt_step(each.course, today=today))}
        due = [each for each in day.due if each.product.id in steps]
        for recipient, group in by_address(day.recipient, due):
            quote = quotes.quote(recipient, [each.product for each in group])
            charges.append(_Charge(recipient, tuple((each, steps[each.product.id]) for each in group), quote))
    return charges


def _renew(charges: Sequence[_Charge], today: date) -> None:
    if not charges:
        return
    costly = [each for each in charges if each.quote.gross_minor]
    issued = issue_invoices(drafts=[_draft(each, today) for each in costly]) if costly else []
    invoices = {each.key: invoice for each, invoice in zip(costly, issued, strict=True)}
    record_renewals(entries=[entry for each in charges for entry in _entries(each, invoices.get(each.key))])


def _draft(charge: _Charge, today: date) -> Draft:
    first = charge.due[0][0].product
    return Draft(
        # The first product and its period can be renewed once only, and so can the group that it stands for.
        source=f"automatic-renewal:{first.id}:{first.expires_on}:{today}",
        recipient=charge.recipient,
        quote=charge.quote,
        prepaid_minor=charge.quote.gross_minor,
    )


def _entries(charge: _Charge, invoice: Invoice | None) -> list[NewRenewal]:
    entries = []
    for (each, _step), taxed in zip(charge.due, charge.quote.lines, strict=True):
        if taxed.line.period_to is None:
            raise ValueError("A renewal has a period")
        entries.append(
            NewRenewal(
                product=each.product,
                period_to=taxed.line.period_to,
                period_months=each.product.period_months,
                invoice_id=invoice.pk if invoice else None,
                is_automatic=True,
            )
        )
    return entries


def _fail(charges: Sequence[_Charge], balances: Mapping[AccountKey, int], today: date) -> None:
    remember_steps(taken=[entry for charge in charges for entry in charge.due], today=today)
    events.publish_many([_failure(each, balances.get(each.account, 0), today) for each in charges])


def _failure(charge: _Charge, balance_minor: int, today: date) -> AutomaticRenewalFailed:
    currency = charge.quote.currency
    again = [day for each, _ in charge.due if (day := next_attempt_on(each.course, today=today))]
    return AutomaticRenewalFailed(
        organisation_id=charge.recipient.id,
        names=", ".join(each.product.title for each, _ in charge.due),
        items=tuple(each.item for each, _ in charge.due),
        amount_text=amount_text(charge.quote.gross_minor, currency),
        balance_text=amount_text(balance_minor, currency),
        missing_text=amount_text(charge.quote.gross_minor - balance_minor, currency),
        next_attempt_on=min(again).isoformat() if again else "",
    )
