"""Durations in words."""

from __future__ import annotations

from django.utils.translation import ngettext

YEAR_MONTHS = 12


def period_text(months: int) -> str:
    """A duration in words: 1 month, 2 years."""
    if months % YEAR_MONTHS:
        return ngettext("%(months)s month", "%(months)s months", months) % {"months": months}
    years = months // YEAR_MONTHS
    return ngettext("%(years)s year", "%(years)s years", years) % {"years": years}
