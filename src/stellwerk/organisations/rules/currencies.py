"""Which currency an organisation is billed in (CAT-012, ORG-014)."""

from __future__ import annotations

CURRENCY_ELSEWHERE = "EUR"
CURRENCY_BY_COUNTRY = {"CH": "CHF", "LI": "CHF"}


def currency_of(country: str) -> str:
    """The currency of the next invoices of an organisation whose postal address lies in `country` (CAT-012).

    Only the postal address decides; additional billing addresses do not, and running balances keep theirs (BIL-067).
    """
    return CURRENCY_BY_COUNTRY.get(country, CURRENCY_ELSEWHERE)
