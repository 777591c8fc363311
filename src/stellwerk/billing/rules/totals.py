"""From net lines to the totals of a document, and credit notes that close exactly (GEN-007, GEN-008, INV-010, EX-15).

VAT is computed once per (category, rate) on the sum of the net lines (EN 16931, BR-CO-17), never per line.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.foundation.money import rounded

if TYPE_CHECKING:
    from collections.abc import Iterable

BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class NetLine:
    """One line as the totals see it: net minor units, EN 16931 category code, rate in basis points."""

    net_minor: int
    category: str
    rate_bp: int


@dataclass(frozen=True, slots=True, order=True)
class VatGroup:
    """All lines of one category and rate."""

    category: str
    rate_bp: int
    net_minor: int
    vat_minor: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of one document; groups are sorted by category and rate."""

    groups: tuple[VatGroup, ...]

    @property
    def net_minor(self) -> int:
        return sum(group.net_minor for group in self.groups)

    @property
    def vat_minor(self) -> int:
        return sum(group.vat_minor for group in self.groups)

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.vat_minor


@dataclass(frozen=True, slots=True)
class GrossSplit:
    """A price that includes VAT, taken apart; both parts make the whole."""

    net_minor: int
    vat_minor: int


def line_net_minor(unit_net_minor: int, *, quantity: int, included: int = 0) -> int:
    """The net of `quantity` units of which the first `included` cost nothing (Suite Standard's first user, EX-24)."""
    return unit_net_minor * max(0, quantity - included)


def vat_minor(net_minor: int, rate_bp: int) -> int:
    """Value added tax on `net_minor`, rounded once, half away from zero. `rate_bp` 810 is 8.1 %.

    Raises ValueError for a rate outside 0..10_000.
    """
    if not 0 <= rate_bp <= BASIS_POINTS:
        raise ValueError(f"rate_bp out of range: {rate_bp}")
    return rounded(Fraction(net_minor * rate_bp, BASIS_POINTS))


def gross_split(gross_minor: int, rate_bp: int) -> GrossSplit:
    """Net and VAT of one line whose list price includes VAT (TAX-016, EX-14).

    Raises ValueError for a rate outside 0..10_000.
    """
    if not 0 <= rate_bp <= BASIS_POINTS:
        raise ValueError(f"rate_bp out of range: {rate_bp}")
    net_minor = rounded(Fraction(gross_minor * BASIS_POINTS, BASIS_POINTS + rate_bp))
    return GrossSplit(net_minor, gross_minor - net_minor)


def totals_of(lines: Iterable[NetLine]) -> Totals:
    """Net, VAT and gross of a document."""
    nets: defaultdict[tuple[str, int], int] = defaultdict(int)
    for line in lines:
        nets[line.category, line.rate_bp] += line.net_minor
    return Totals(
        tuple(
            VatGroup(category, rate_bp, net_minor, vat_minor(net_minor, rate_bp))
            for (category, rate_bp), net_minor in sorted(nets.items())
        )
    )


def sum_of(documents: Iterable[Totals]) -> Totals:
    """Several documents together, each rounded for itself: their VAT is the sum of theirs (GEN-008)."""
    sums: defaultdict[tuple[str, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for group in (group for each in documents for group in each.groups):
        net, vat = sums[group.category, group.rate_bp]
        sums[group.category, group.rate_bp] = (net + group.net_minor, vat + group.vat_minor)
    return Totals(tuple(VatGroup(*key, *amounts) for key, amounts in sorted(sums.items())))


def credit_totals(invoiced: Totals, *, credited: Iterable[Totals], lines: Iterable[NetLine]) -> Totals:
    """The totals of the next credit note on an invoice, at the rates of the original lines (INV-010, TAX-015).

    `credited` are the earlier credit notes on it, `lines` what is credited now, all as positive amounts. The note that
    takes the last net of a group takes the rest of its VAT by difference, so that all notes together close the invoice
    to the cent; no note ever takes more VAT than is left.

    Raises BillingRefused credit_exceeds_invoice, also for a category or rate the invoice does not have.
    """
    left = {(group.category, group.rate_bp): (group.net_minor, group.vat_minor) for group in invoiced.groups}
    for note in credited:
        for group in note.groups:
            net_left, vat_left = left[group.category, group.rate_bp]
            left[group.category, group.rate_bp] = (net_left - group.net_minor, vat_left - group.vat_minor)
    return Totals(
        tuple(
            _credit_group(group, left=left.get((group.category, group.rate_bp), (0, 0)))
            for group in totals_of(lines).groups
        )
    )


def _credit_group(group: VatGroup, *, left: tuple[int, int]) -> VatGroup:
    net_left, vat_left = left
    if not 0 <= group.net_minor <= net_left:
        raise BillingRefused(
            "credit_exceeds_invoice",
            category=group.category,
            rate_bp=group.rate_bp,
            net_minor=group.net_minor,
            creditable_net_minor=net_left,
        )
    credited_vat_minor = vat_left if group.net_minor == net_left else min(group.vat_minor, vat_left)
    return VatGroup(group.category, group.rate_bp, group.net_minor, credited_vat_minor)
