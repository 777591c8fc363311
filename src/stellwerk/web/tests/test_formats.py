"""The table of ui.md, section 5: figures and dates in five languages, for operators in several countries."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from stellwerk.web import formats

NBSP, NARROW, MINUS = "\u00a0", "\u202f", "\u2212"
DAY = date(2026, 11, 20)
MOMENT = datetime(2026, 11, 20, 8, 14, tzinfo=UTC)  # 09:14 in Zürich

SWISS = [
    ("de", f"CHF{NBSP}1’234.50", "20.11.2026", "20. November 2026", f"8.1{NBSP}%"),
    ("fr", f"1{NARROW}234,50{NBSP}CHF", "20 nov. 2026", "20 novembre 2026", f"8,1{NBSP}%"),
    ("it", f"CHF{NBSP}1’234.50", "20 nov 2026", "20 novembre 2026", f"8.1{NBSP}%"),
    ("en", f"CHF{NBSP}1’234.50", "20 Nov 2026", "20 November 2026", f"8.1{NBSP}%"),
    ("es", f"1.234,50{NBSP}CHF", "20 nov 2026", "20 de noviembre de 2026", f"8,1{NBSP}%"),
]
ELSEWHERE = [
    ("de", "DE", f"1.234,50{NBSP}€"),
    ("de", "AT", f"€{NBSP}1.234,50"),
    ("fr", "FR", f"1{NARROW}234,50{NBSP}€"),
    ("it", "IT", f"1.234,50{NBSP}€"),
    ("es", "ES", f"1.234,50{NBSP}€"),
]


@pytest.mark.parametrize(("language", "money", "medium", "long", "percent"), SWISS)
def test_a_swiss_operator_writes_in_five_languages(language, money, medium, long, percent):
    locale = formats.locale_of(language, "CH")

    assert formats.money(123450, "CHF", locale=locale) == money
    assert formats.date_medium(DAY, locale=locale) == medium
    assert formats.date_long(DAY, locale=locale) == long
    assert formats.percent(810, locale=locale) == percent


@pytest.mark.parametrize(("language", "country", "money"), ELSEWHERE)
def test_other_operators_write_as_their_country_does(language, country, money):
    assert formats.money(123450, "EUR", locale=formats.locale_of(language, country)) == money


@pytest.mark.parametrize(
    ("language", "expected"),
    [("de", f"CHF{NBSP}{MINUS}16.07"), ("fr", f"{MINUS}16,07{NBSP}CHF"), ("en", f"CHF{NBSP}{MINUS}16.07")],
)
def test_the_minus_stands_before_the_first_digit(language, expected):
    locale = formats.locale_of(language, "CH")

    written = formats.money(-1607, "CHF", locale=locale)

    assert written.replace(NBSP, "") == expected.replace(NBSP, "")
    assert "-" not in written


@pytest.mark.parametrize(
    ("language", "expected"),
    [("de", "1’234.50"), ("fr", f"1{NARROW}234,50"), ("it", "1’234.50"), ("en", "1’234.50"), ("es", "1.234,50")],
)
@pytest.mark.parametrize("currency", ["CHF", "EUR"])
def test_a_column_shows_the_figure_alone(language, expected, currency):
    locale = formats.locale_of(language, "CH")

    assert formats.amount(123450, currency, locale=locale) == expected
    assert formats.amount(-123450, currency, locale=locale) == MINUS + expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "20. November 2026, 09:14 Uhr"),
        ("fr", "20 novembre 2026 à 09:14"),
        ("it", "20 novembre 2026, 09:14"),
        ("en", "20 November 2026, 09:14"),
        ("es", "20 de noviembre de 2026, 09:14"),
    ],
)
def test_a_moment_in_a_sentence_is_told_in_the_operators_zone(language, expected):
    with translation.override(language):
        assert formats.moment_long(MOMENT) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 19), "yesterday"),
        (date(2026, 11, 20), "today"),
        (date(2026, 11, 21), "tomorrow"),
        (date(2026, 11, 28), "in 8 days"),
        (date(2026, 11, 17), "3 days ago"),
        (date(2027, 11, 20), "in 365 days"),
    ],
)
def test_distance_is_told_in_days_however_far(day, expected):
    assert formats.relative_days(day, today=DAY) == expected


def test_a_moment_late_in_the_evening_falls_on_the_operators_day():
    assert formats.date_medium(datetime(2026, 11, 20, 23, 30, tzinfo=UTC)) == "21 Nov 2026"
