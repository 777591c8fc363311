"""The rows of To pay as the page shows them, what is ticked, and what that costs. No query of its own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stellwerk.billing.queries.due_items import DueChoice
from stellwerk.billing.queries.due_rows import DueState, Until
from stellwerk.billing.queries.quotes import totals_by_day
from stellwerk.billing.rules.renewal_calendar import renewal_calendar
from stellwerk.billing.rules.totals import sum_of
from stellwerk.foundation import clock
from stellwerk.foundation.months import last_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from stellwerk.billing.queries.addresses import AddressBook
    from stellwerk.billing.queries.due_rows import ChosenItem, DueRow
    from stellwerk.billing.rules.totals import Totals
    from stellwerk.billing.web.due_selection import Ticked
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
        return last_day(self.expires_on) if self.expires_on else None

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


@dataclass(frozen=True, slots=True)
class Part:
    """One invoice to be, for one billing address."""

    recipient: OrganisationRow
    totals: Totals


@dataclass(frozen=True, slots=True)
class Picked:
    """What is ticked on all pages and what it costs: renewals with their VAT, open invoices as they stand.

    Each of the `parts` becomes an invoice (BIL-009).
    """

    items: tuple[ChosenItem, ...]
    parts: tuple[Part, ...]
    renewals: int

    @property
    def totals(self) -> Totals:
        return sum_of(part.totals for part in self.parts)

    @property
    def count(self) -> int:
        return sum(item.count for item in self.items)

    @property
    def invoice_count(self) -> int:
        return sum(item.is_invoice for item in self.items)

    @property
    def invoices_minor(self) -> int:
        return sum(item.amount_minor for item in self.items if item.is_invoice)

    @property
    def gross_minor(self) -> int:
        return self.totals.gross_minor + self.invoices_minor

    @property
    def expiry_days(self) -> int:
        """The sum of the expiry days shown: what is renewed meanwhile changes it, even at the same price."""
        return sum(item.due_on.toordinal() * item.count for item in self.items if item.is_renewed)

    @property
    def has_announced(self) -> bool:
        return any(item.is_announced and not item.is_covered for item in self.items)

    @property
    def changes_durations(self) -> bool:
        return any(item.has_other_duration for item in self.items)

    def label(self) -> str:
        return ngettext("Net, %(number)s product", "Net, %(number)s products", self.renewals) % {
            "number": self.renewals
        }


def items_of(rows: Iterable[DueRow], ticks: Ticked) -> list[Item]:
    """The rows with what was ticked and chosen; a duration that is not offered falls back to the product's own."""
    return [_item(row, ticks) for row in rows]


def _item(row: DueRow, ticks: Ticked) -> Item:
    item = Item(row, row.period_months, is_selected=False)
    months = ticks.months.get(item.key)
    chosen = months if months in item.durations else row.period_months
    return Item(row, chosen, is_selected=ticks.has(item.key) and item.can_be_paid)


def picked(items: Sequence[ChosenItem], book: AddressBook, *, chosen: int | None = None) -> Picked:
    """`chosen` is the address for all of them, None each product's own. Raises BillingRefused where it is not sold."""
    nets: defaultdict[int, list[tuple[date, int]]] = defaultdict(list)
    renewals = [item for item in items if item.is_renewed]
    for item in renewals:
        net_minor = item.amount_minor * item.count
        nets[book.address_id(item.product_id, chosen=chosen)].append((item.due_on, net_minor))
    recipients = [(book.recipient(address_id), lines) for address_id, lines in nets.items()]
    parts = tuple(Part(each, totals_by_day(each, lines)) for each, lines in recipients)
    return Picked(tuple(items), parts, sum(item.count for item in renewals))


def choice_of(item: ChosenItem, *, keeps_period: bool) -> DueChoice:
    """What the payment is told of a chosen item."""
    if item.invoice_id is not None:
        return DueChoice(invoice_id=item.invoice_id)
    return DueChoice(product_id=item.product_id, period_months=item.period_months, keeps_period=keeps_period)


def filter_name(until: Until) -> str:
    return {
        Until.OVERDUE: _("Overdue"),
        Until.NEXT_TWO_MONTHS: _("Next 2 months"),
        Until.ALL: _("Show all"),
    }[until]
