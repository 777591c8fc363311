"""GEN-010, GEN-011: business time is injected and dates are the operator's."""

from datetime import UTC, date, datetime, timedelta

import pytest

from stellwerk.foundation import clock, notify


@pytest.fixture(autouse=True)
def _back_to_today():
    yield
    clock.set_offset(timedelta())


def test_gen_010_late_in_the_evening_utc_it_is_already_tomorrow_in_zurich():
    with clock.travel_to(datetime(2026, 7, 31, 22, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 8, 1)


def test_gen_011_travelling_moves_now_and_ends_with_the_block():
    with clock.travel_to(date(2030, 1, 1)):
        assert clock.today() == date(2030, 1, 1)
    assert clock.now() - clock.wall() < timedelta(seconds=5)


def test_a_written_distance_moves_every_reader_of_the_data_folder():
    clock.set_offset(timedelta(days=400))

    assert timedelta(days=399) < clock.now() - clock.wall() < timedelta(days=401)


def test_real_time_does_not_travel():
    before = clock.wall()
    clock.set_offset(timedelta(days=400))

    assert clock.wall() - before < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "20. November 2026, 09:14 Uhr"),
        ("fr", "20 novembre 2026 à 09:14"),
        ("it", "20 novembre 2026, 09:14"),
        ("es", "20 de noviembre de 2026, 09:14"),
        ("en", "20 November 2026, 09:14"),
    ],
)
def test_a_moment_in_a_mail_is_written_as_on_the_pages(language, words):
    moment = datetime(2026, 11, 20, 8, 14, tzinfo=UTC)

    assert notify.moment_in_words(moment, language=language) == words
