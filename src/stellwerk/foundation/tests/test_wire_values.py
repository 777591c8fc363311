"""Money, times and dates as the interface sends them."""

from datetime import UTC, date, datetime

from django.utils import translation

from stellwerk.foundation.edge.api import LANGUAGE_IDS, LANGUAGES, LOCALES, day, money, seconds


def test_money_is_whole_minor_units_with_a_text_only_where_asked():
    with translation.override("de"):
        assert money(10882, "CHF") == {"amount": 10882, "currency": "CHF"}
        assert money(-1, "EUR", is_formatted=True) == {"amount": -1, "currency": "EUR", "formatted": "EUR-0.01"}
        assert money(123450, "CHF", is_formatted=True)["formatted"] == "CHF\u00a01’234.50"
    assert money(None, "CHF") is None


def test_times_are_whole_seconds_and_dates_are_dates():
    assert seconds(datetime(2026, 11, 20, 12, 0, 0, 999_999, tzinfo=UTC)) == 1795176000
    assert day(date(2026, 11, 20)) == "2026-11-20"
    assert seconds(None) is day(None) is None


def test_every_language_has_its_locale_and_number():
    assert set(LOCALES) == set(LANGUAGE_IDS) == {"de", "en", "es", "fr", "it"}
    assert {LANGUAGES[locale] for locale in ("de_DE", "en_GB", "es_ES", "fr_FR", "it_IT")} == set(LOCALES)
