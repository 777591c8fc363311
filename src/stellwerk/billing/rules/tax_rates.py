"""Standard VAT rates as dated records (TAX-004, TAX-012, TAX-014).

The table begins on 1 January 2024; a first record of that date means "in force then". Before a release the operator
confirms it against the Commission's tax database (TEDB) and the Swiss tax administration: rates change by law, and
public tables lag behind.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from stellwerk.billing.rules.periods import Period, days_between
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.foundation.money import rounded

if TYPE_CHECKING:
    from collections.abc import Iterable

TABLE_BEGINS_ON: Final = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class RateRecord:
    """The standard rate of one territory from `valid_from` until the next record. `source` is the law that sets it."""

    territory: str
    valid_from: date
    rate_bp: int
    source: str


@dataclass(frozen=True, slots=True)
class RatedPart:
    """The days of a period under one rate, and their share of its net."""

    period: Period
    net_minor: int
    rate_bp: int


class RateTable:
    """Looks up the rate of a territory on the day of supply."""

    def __init__(self, records: Iterable[RateRecord]) -> None:
        self._records: dict[str, list[RateRecord]] = {}
        for record in sorted(records, key=lambda record: record.valid_from):
            self._records.setdefault(record.territory, []).append(record)

    @property
    def territories(self) -> frozenset[str]:
        return frozenset(self._records)

    def rate_bp(self, territory: str, *, on: date) -> int:
        """The rate in basis points on the date of supply (TAX-014).

        Raises BillingRefused vat_rate_unknown for a territory or a date the table does not cover: no rate is guessed.
        """
        records = self._records.get(territory, [])
        position = bisect_right(records, on, key=lambda record: record.valid_from)
        if position == 0:
            raise BillingRefused("vat_rate_unknown", territory=territory, on=on.isoformat())
        return records[position - 1].rate_bp

    def with_records(self, *records: RateRecord) -> RateTable:
        """A table that also knows these, for instance local rates or a rise announced for later."""
        known = [record for group in self._records.values() for record in group]
        return RateTable([*known, *records])

    def rated_parts(self, period: Period, *, net_minor: int, territory: str) -> tuple[RatedPart, ...]:
        """The period cut where the rate changes inside it; nets by days (TAX-014, EX-16).

        The Swiss transition rule (MWSTG art. 115) asks for it; a period without a change stays whole.
        """
        changes_on = [
            record.valid_from
            for record in self._records.get(territory, [])
            if period.start_on < record.valid_from < period.expires_on
        ]
        starts_on = [period.start_on, *changes_on]
        parts, shared_minor = [], 0
        for start_on, end_on in zip(starts_on, [*changes_on, period.expires_on], strict=True):
            # Rounded on the running sum: the parts make the whole and none falls below zero.
            until_here = Fraction(net_minor * days_between(period.start_on, end_on), period.days)
            share_minor = rounded(until_here) - shared_minor
            shared_minor += share_minor
            parts.append(RatedPart(Period(start_on, end_on), share_minor, self.rate_bp(territory, on=start_on)))
        return tuple(parts)


def _in_force(territory: str, rate_bp: int, source: str) -> RateRecord:
    return RateRecord(territory, TABLE_BEGINS_ON, rate_bp, source)


STANDARD_RATES: Final = RateTable(
    (
        _in_force("AT", 2000, "UStG 1994 § 10 (1)"),
        _in_force("BE", 2100, "AR n° 20 du 20.7.1970 art. 1"),
        _in_force("BG", 2000, "ZDDS art. 66"),
        _in_force("CH", 810, "MWSTG art. 25 (1)"),
        _in_force("CY", 1900, "Law 95(I)/2000 s. 17"),
        _in_force("CZ", 2100, "zákon 235/2004 § 47"),
        _in_force("DE", 1900, "UStG § 12 (1)"),
        _in_force("DK", 2500, "momsloven § 33"),
        _in_force("EE", 2200, "KMS § 15"),
        RateRecord("EE", date(2025, 7, 1), 2400, "KMS § 15"),
        _in_force("ES", 2100, "Ley 37/1992 art. 90"),
        _in_force("FI", 2400, "AVL 1501/1993 § 84"),
        RateRecord("FI", date(2024, 9, 1), 2550, "AVL 1501/1993 § 84"),
        _in_force("FR", 2000, "CGI art. 278"),
        _in_force("GR", 2400, "Law 2859/2000 art. 21, codified by 5144/2024"),
        _in_force("HR", 2500, "Zakon o PDV čl. 38"),
        _in_force("HU", 2700, "2007. évi CXXVII. törvény § 82"),
        _in_force("IE", 2300, "VATCA 2010 s. 46"),
        _in_force("IT", 2200, "DPR 633/1972 art. 16"),
        _in_force("LI", 810, "MWSTG (LI) art. 25, with Switzerland by treaty"),
        _in_force("LT", 2100, "PVM įstatymas 19 str."),
        _in_force("LU", 1700, "loi TVA du 12.2.1979 art. 39"),
        _in_force("LV", 2100, "PVN likums 41. pants"),
        _in_force("MT", 1800, "Cap. 406 art. 19"),
        _in_force("NL", 2100, "Wet OB 1968 art. 9"),
        _in_force("PL", 2300, "ustawa o VAT art. 41, 146ef"),
        _in_force("PT", 2300, "CIVA art. 18 (1)"),
        _in_force("PT-20", 1600, "CIVA art. 18 (3), Azores"),
        _in_force("PT-30", 2200, "CIVA art. 18 (3), Madeira"),
        _in_force("RO", 1900, "Codul fiscal art. 291"),
        RateRecord("RO", date(2025, 8, 1), 2100, "Legea 141/2025"),
        _in_force("SE", 2500, "ML 2023:200 kap. 9 § 2"),
        _in_force("SI", 2200, "ZDDV-1 čl. 41"),
        _in_force("SK", 2000, "zákon 222/2004 § 27"),
        RateRecord("SK", date(2025, 1, 1), 2300, "zákon 222/2004 § 27"),
    )
)
