"""Figures and dates as people read them. Formatted only by Babel, with the language and the operator's country.

Everything here is text; the template tags wrap dates in `<time>`. Spaces inside a figure do not break, and the minus is
U+2212, so that a column of amounts lines up and a screen reader says "minus".
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from babel import Locale, dates, numbers
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from stellwerk.foundation import clock

MINUS = "\N{MINUS SIGN}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_FOR_EVER = 10**9  # a threshold never reached: days stay days, they do not become weeks


def locale_of(language: str, country: str) -> Locale:
    """The reader's language as written in the operator's country; the bare language where CLDR knows no such pair."""
    return _locale(language.split("-", maxsplit=1)[0], country)


@lru_cache(maxsize=64)
def _locale(language: str, country: str) -> Locale:
    if f"{language}_{country}" in _known_locales():
        return Locale(language, country)
    return Locale(language)


@lru_cache(maxsize=1)
def _known_locales() -> frozenset[str]:
    from babel.localedata import locale_identifiers

    return frozenset(locale_identifiers())


def current_locale() -> Locale:
    return locale_of(translation.get_language() or "en", str(settings.OPERATOR["country"]))


def money(amount_minor: int, currency: str, *, locale: Locale | None = None) -> str:
    """`amount_minor` in minor units of `currency` with its sign or code: CHF 12.50."""
    return _money(amount_minor, currency, locale or current_locale())


def amount(amount_minor: int, currency: str, *, locale: Locale | None = None) -> str:
    """The figure alone, for columns whose head names the currency: 12.50."""
    return _figure(amount_minor, currency, locale or current_locale())


def percent(rate_bp: int, *, locale: Locale | None = None) -> str:
    """A rate in basis points: 810 is 8.1 %."""
    exact = Decimal(rate_bp) / 100
    text = numbers.format_decimal(abs(exact), format="#,##0.##", locale=locale or current_locale())
    return _signed(f"{text}{NO_BREAK_SPACE}%", exact)


def number(value: int, *, locale: Locale | None = None) -> str:
    return _signed(numbers.format_decimal(abs(value), locale=locale or current_locale()), Decimal(value))


def date_medium(value: date, *, locale: Locale | None = None) -> str:
    """For tables: 20 Nov 2026. A datetime is shown as the day it falls on in the operator's zone."""
    return _date(_day(value), "medium", locale or current_locale())


def date_long(value: date, *, locale: Locale | None = None) -> str:
    """For sentences: 20 November 2026."""
    return _date(_day(value), "long", locale or current_locale())


def clock_time(value: datetime) -> str:
    """24 hours in the operator's zone: 09:14."""
    return _local(value).strftime("%H:%M")


def moment_medium(value: datetime, *, locale: Locale | None = None) -> str:
    """For tables: 20 Nov 2026, 09:14."""
    return gettext("%(date)s, %(time)s") % {"date": date_medium(value, locale=locale), "time": clock_time(value)}


def moment_long(value: datetime, *, locale: Locale | None = None) -> str:
    """For sentences: 20 November 2026, 09:14; in German with "Uhr", in French with "à"."""
    # Translators: a moment inside a sentence, for example "20 November 2026, 09:14".
    pattern = gettext("%(long_date)s, %(time)s")
    return pattern % {"long_date": date_long(value, locale=locale), "time": clock_time(value)}


def relative_days(value: date, *, today: date | None = None, locale: Locale | None = None) -> str:
    """Distance in days from `today`: today, tomorrow, in 8 days, 3 days ago. Only beside an absolute date."""
    days = (_day(value) - (today or clock.today())).days
    near = {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}
    if days in near:
        return near[days]
    return dates.format_timedelta(
        timedelta(days=days),
        granularity="day",
        threshold=_FOR_EVER,
        add_direction=True,
        locale=locale or current_locale(),
    )


# A list names the same prices and days in each of its rows, and what Babel makes of one never changes.


@lru_cache(maxsize=4096)
def _money(amount_minor: int, currency: str, locale: Locale) -> str:
    exact = _amount(amount_minor, currency)
    return _signed(numbers.format_currency(abs(exact), currency, locale=locale), exact)


@lru_cache(maxsize=4096)
def _figure(amount_minor: int, currency: str, locale: Locale) -> str:
    exact = _amount(amount_minor, currency)
    # An empty currency sign leaves its space behind.
    text = numbers.format_currency(abs(exact), currency, locale=locale, format_type="standard")
    symbol = numbers.get_currency_symbol(currency, locale=locale)
    figure = text.replace(symbol, "").replace(currency, "").strip(f" {NO_BREAK_SPACE}\u202f")
    return _signed(figure, exact)


@lru_cache(maxsize=4096)
def _date(day: date, width: Literal["medium", "long"], locale: Locale) -> str:
    return dates.format_date(day, width, locale=locale)


def _amount(amount_minor: int, currency: str) -> Decimal:
    return Decimal(amount_minor).scaleb(-numbers.get_currency_precision(currency))


def _signed(text: str, exact: Decimal) -> str:
    """The minus directly before the first digit, wherever the currency stands."""
    if exact >= 0:
        return text
    first_digit = next(at for at, character in enumerate(text) if character.isdigit())
    return text[:first_digit] + MINUS + text[first_digit:]


def _local(value: datetime) -> datetime:
    return value.astimezone(clock.operator_zone())


def _day(value: date) -> date:
    return _local(value).date() if isinstance(value, datetime) else value
