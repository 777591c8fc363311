"""What lines cost a customer: net lines, the tax of each, and the totals a document would have."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stellwerk.billing.queries.parties import treatment_for
from stellwerk.billing.rules.totals import NetLine, Totals, totals_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from stellwerk.billing.rules.tax import TaxTreatment
    from stellwerk.organisations.queries import OrganisationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """One position before tax. `net_minor` = quantity × unit price − discount, all in minor units.

    The period is half-open and empty where it begins with an activation that is not foreseen yet.
    """

    product_name: str
    object_name: str = ""
    offer_text: str = ""
    quantity: int
    unit_price_minor: int
    net_minor: int
    period_from: date | None = None
    period_to: date | None = None
    product_id: int | None = None
    order_line_id: int | None = None

    @property
    def discount_minor(self) -> int:
        """What is free or taken off, the first user of a Suite Standard for instance."""
        return self.quantity * self.unit_price_minor - self.net_minor

    def dated(self, period_from: date, period_to: date, *, product_id: int | None = None) -> PricedLine:
        """The same line for a period that is known."""
        return replace(self, period_from=period_from, period_to=period_to, product_id=product_id)


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """A position with the tax it bears."""

    line: PricedLine
    treatment: TaxTreatment


@dataclass(frozen=True, slots=True)
class Quote:
    """Lines with tax and totals in one currency. What is quoted on a day is invoiced on that day, to the cent."""

    currency: str
    lines: tuple[TaxedLine, ...]
    totals: Totals

    @property
    def gross_minor(self) -> int:
        return self.totals.gross_minor

    def treatment_of_group(self, category: str, rate_bp: int) -> TaxTreatment:
        """All lines of one category and rate share a treatment, because they share the recipient."""
        return next(
            each.treatment
            for each in self.lines
            if each.treatment.category == category and each.treatment.rate_bp == rate_bp
        )


def quote_for(recipient: OrganisationRow, lines: Sequence[PricedLine], *, currency: str, on: date) -> Quote:
    """The quote of these lines for a recipient; `on` is the day of supply of lines without a period (TAX-014).

    Raises BillingRefused where the sale cannot be taxed (oss_not_registered, vat_rate_unknown).
    """
    treatments = _treatments(recipient, {line.period_from or on for line in lines})
    taxed = tuple(TaxedLine(line, treatments[line.period_from or on]) for line in lines)
    totals = totals_of(
        NetLine(each.line.net_minor, each.treatment.category.value, each.treatment.rate_bp) for each in taxed
    )
    return Quote(currency, taxed, totals)


def totals_by_day(recipient: OrganisationRow, lines: Iterable[tuple[date, int]]) -> Totals:
    """The totals `quote_for` would give for lines of which only day of supply and net amount (minor units) are known.

    Raises BillingRefused as there.
    """
    nets: defaultdict[date, int] = defaultdict(int)
    for day, net_minor in lines:
        nets[day] += net_minor
    treatments = _treatments(recipient, nets)
    return totals_of(
        NetLine(net_minor, treatments[day].category.value, treatments[day].rate_bp) for day, net_minor in nets.items()
    )


def _treatments(recipient: OrganisationRow, days: Iterable[date]) -> dict[date, TaxTreatment]:
    """Thousands of lines begin on a few hundred days."""
    return {day: treatment_for(recipient, on=day) for day in days}
