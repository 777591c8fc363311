"""The rows of To pay as the page shows them, what is ticked, and what that costs. No query of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stellwerk.billing.queries.due_items import DueChoice, DueState, Until
from stellwerk.billing.queries.quotes import PricedLine, quote_for
from stellwerk.billing.rules.periods import is_due_within_two_months
from stellwerk.billing.rules.renewal_calendar import renewal_calendar
from stellwerk.foundation import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import QueryDict

    from stellwerk.billing.queries.due_items import DueRow
    from stellwerk.billing.rules.totals import Totals
    from stellwerk.organisations.queries import OrganisationRow


@dataclass(frozen=True, slots=True)
class Item:
    """A due item with the duration chosen for it. `key` names it in the form: p7 is a product, i7 an invoice."""

    row: DueRow
    period_months: int | None
    is_selected: bool

    @property
    def key(self) -> str:
        return f"p{self.row.product_id}" if self.row.product_id else f"i{self.row.invoice_id}"

    @property
    def is_invoice(self) -> bool:
        return self.row.invoice_id is not None

    @property
    def is_announced(self) -> bool:
        return self.row.announced_invoice_id is not None

    @property
    def durations(self) -> list[int]:
        return [choice.period_months for choice in self.row.choices]

    @property
    def net_minor(self) -> int:
        """The net of the chosen duration; of an invoice what is open, with its VAT."""
        chosen = (each.net_minor for each in self.row.choices if each.period_months == self.period_months)
        return self.row.amount_minor if self.is_invoice else next(chosen, 0)

    @property
    def expires_on(self) -> date | None:
        """The first day no longer paid for afterwards."""
        return next((each.expires_on for each in self.row.choices if each.period_months == self.period_months), None)

    @property
    def last_on(self) -> date | None:
        return date.fromordinal(self.expires_on.toordinal() - 1) if self.expires_on else None

    @property
    def days_overdue(self) -> int:
        return max(0, (clock.today() - self.row.due_on).days)

    @property
    def can_be_paid(self) -> bool:
        return self.is_invoice or bool(self.row.choices)

    @property
    def is_suspended(self) -> bool:
        return self.row.state is DueState.SUSPENDED

    @property
    def automatic_on(self) -> date | None:
        """The next attempt of the automatic renewal, today for one that is due."""
        if not self.row.renews_automatically:
            return None
        return max(clock.today(), renewal_calendar(self.row.due_on).first_attempt_on)

    @property
    def may_become_automatic(self) -> bool:
        """REN-007: with at least 14 days left."""
        return renewal_calendar(self.row.due_on).may_enable_automatic_renewal(today=clock.today())

    def choice(self, *, keeps_period: bool) -> DueChoice:
        if self.is_invoice:
            return DueChoice(invoice_id=self.row.invoice_id)
        return DueChoice(product_id=self.row.product_id, period_months=self.period_months, keeps_period=keeps_period)

    def line(self) -> PricedLine:
        """What the new invoice would state, as far as sums go."""
        return PricedLine(
            product_name=self.row.offer_name,
            quantity=1,
            unit_price_minor=self.net_minor,
            net_minor=self.net_minor,
            period_from=self.row.due_on,
            period_to=self.expires_on,
        )


@dataclass(frozen=True, slots=True)
class Picked:
    """What is ticked and what it costs: renewals with their VAT, open invoices as they stand."""

    items: tuple[Item, ...]
    totals: Totals

    @property
    def count(self) -> int:
        return len(self.items)

    @property
    def renewals(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if not item.is_invoice)

    @property
    def invoice_count(self) -> int:
        return self.count - len(self.renewals)

    @property
    def invoices_minor(self) -> int:
        return sum(item.net_minor for item in self.items if item.is_invoice)

    @property
    def gross_minor(self) -> int:
        return self.totals.gross_minor + self.invoices_minor

    @property
    def announced(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.is_announced)

    @property
    def changes_durations(self) -> bool:
        return any(item.period_months != item.row.period_months for item in self.renewals)

    def label(self) -> str:
        return ngettext("Net, %(number)s product", "Net, %(number)s products", len(self.renewals)) % {
            "number": len(self.renewals)
        }


def items_of(rows: Iterable[DueRow], sent: QueryDict) -> list[Item]:
    """The rows with what was ticked and chosen; a duration that is not offered falls back to the product's own."""
    ticked = set(sent.getlist("item"))
    return [_item(row, ticked, sent) for row in rows]


def _item(row: DueRow, ticked: set[str], sent: Mapping[str, str]) -> Item:
    item = Item(row, row.period_months, is_selected=False)
    months = sent.get(f"months-{item.key}", "")
    allowed = {str(each): each for each in item.durations}
    return Item(row, allowed.get(months, row.period_months), is_selected=item.key in ticked and item.can_be_paid)


def picked(items: Iterable[Item], recipient: OrganisationRow) -> Picked:
    """Raises BillingRefused where the sale cannot be taxed."""
    chosen = tuple(item for item in items if item.is_selected)
    lines = [item.line() for item in chosen if not item.is_invoice]
    return Picked(chosen, quote_for(recipient, lines, currency=recipient.currency, on=clock.today()).totals)


def shown_in(row: DueRow, until: Until) -> bool:
    """Whether a filter shows the row (BIL-002, BIL-003)."""
    today = clock.today()
    if until is Until.OVERDUE:
        return row.due_on <= today
    return until is Until.ALL or is_due_within_two_months(row.due_on, today=today)


def filter_name(until: Until) -> str:
    return {
        Until.OVERDUE: _("Overdue"),
        Until.NEXT_TWO_MONTHS: _("Next 2 months"),
        Until.ALL: _("Show all"),
    }[until]
