"""Amounts, dates, rates and registration numbers as the reader of one language in the seller's country writes them."""

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"

_SWISS_COMPANY = re.compile(r"CHE[-\s]?(\d{3})[.\s]?(\d{3})[.\s]?(\d{3})(?:\s*(?:MWST|TVA|IVA|VAT))?", re.IGNORECASE)
# Only these three are official (MWSTG art. 26 (2) a); other languages read the German one.
_SWISS_SUFFIXES = {"fr": "TVA", "it": "IVA"}


@cache
def locale_of(language: str, country: str) -> Locale:
    """The language as written in that country, or the language alone where nobody wrote that down."""
    try:
        return Locale(language, country)
    except UnknownLocaleError:
        return Locale(language)


def money(amount_minor: int, currency: str, *, locale: Locale) -> str:
    """With its currency, as in `CHF 1’234.50`."""
    return _typographic(format_currency(_major(amount_minor), currency, locale=locale))


def amount(amount_minor: int, locale: Locale) -> str:
    """Without currency and with two decimals, for columns whose head names the currency."""
    return _typographic(format_decimal(_major(amount_minor), format="#,##0.00", locale=locale))


def quantity(number: Decimal | int, locale: Locale) -> str:
    """With as many decimals as it has, at most six."""
    return _typographic(format_decimal(number, format="#,##0.######", locale=locale))


def percent(rate_bp: int, locale: Locale) -> str:
    """`8.1 %`: always a space before the sign."""
    return f"{format_decimal(Decimal(rate_bp).scaleb(-2), format='0.##', locale=locale)}{NO_BREAK_SPACE}%"


def short_date(day: date, locale: Locale) -> str:
    """For tables: `20.11.2026`, `20 Nov 2026`."""
    return format_date(day, "medium", locale=locale).replace(" ", NO_BREAK_SPACE)


def long_date(day: date, locale: Locale) -> str:
    """For sentences: `20. November 2026`."""
    return format_date(day, "long", locale=locale).replace(" ", NO_BREAK_SPACE)


def period(first: date | None, end: date | None, *, locale: Locale) -> str:
    """First and last day of a half-open period, one day alone, nothing without a period."""
    if first is None or end is None:
        return ""
    last = end - timedelta(days=1)
    if last <= first:
        return short_date(first, locale)
    return f"{short_date(first, locale)} – {short_date(last, locale)}"


def swiss_company_digits(number: str) -> str:
    """The nine digits of a Swiss UID, or nothing when it is none."""
    match = _SWISS_COMPANY.fullmatch(number.strip())
    return "".join(match.groups()) if match else ""


def printed_vat_number(number: str, language: str) -> str:
    """A Swiss one as `CHE-123.456.789 MWST` with the suffix of the language, others as they are."""
    match = _SWISS_COMPANY.fullmatch(number.strip())
    if not match:
        return number.strip()
    return f"CHE-{'.'.join(match.groups())} {_SWISS_SUFFIXES.get(language, 'MWST')}".replace(" ", NO_BREAK_SPACE)


def compact_vat_number(number: str) -> str:
    """Letters and digits only, without the Swiss suffix: `CHE123456789`, `DE123456789`."""
    digits = swiss_company_digits(number)
    return f"CHE{digits}" if digits else "".join(sign for sign in number.upper() if sign.isalnum())


def _major(amount_minor: int) -> Decimal:
    return Decimal(amount_minor).scaleb(-2)


def _typographic(text: str) -> str:
    return text.replace("-", MINUS).replace("\u202f", NO_BREAK_SPACE).replace(" ", NO_BREAK_SPACE)
