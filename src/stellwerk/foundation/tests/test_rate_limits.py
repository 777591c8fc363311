"""The sliding window: never more than the limit in any window, however many ask, however the clock behaves."""

import os
import sqlite3
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.foundation import clock, rate_limits
from stellwerk.foundation.models import Job
from stellwerk.foundation.prepared import Prepared

WINDOW = 60


def passes(key="a", limit=3):
    return not rate_limits.take(key, limit=limit, window_seconds=WINDOW).is_exhausted


@given(st.lists(st.integers(min_value=0, max_value=30), max_size=80), st.integers(min_value=1, max_value=5))
def test_no_window_ever_holds_more_than_the_limit(pauses, limit):
    hits, now, passed = [], 0, []
    for pause in pauses:
        now += pause
        hits, is_let_in = rate_limits.window_after(hits, now, limit=limit, window=WINDOW)
        passed += [now] * is_let_in
    assert all(sum(start <= each < start + WINDOW for each in passed) <= limit for start in passed)


@given(st.lists(st.integers(min_value=-500, max_value=500), max_size=60))
def test_a_clock_that_jumps_neither_opens_the_window_twice_nor_shuts_it_for_longer_than_its_length(jumps):
    limit, hits, now, passed_since_waiting = 3, [], 10_000, 0
    for jump in jumps:
        now += min(jump, 0)  # backwards only: real time stands still meanwhile
        hits, is_let_in = rate_limits.window_after(hits, now, limit=limit, window=WINDOW)
        passed_since_waiting += is_let_in
    assert passed_since_waiting <= limit
    assert rate_limits.window_after(hits, now + WINDOW, limit=limit, window=WINDOW)[1]


@pytest.mark.django_db
def test_the_store_slides_counts_and_forgets():
    noon = clock.wall()
    with time_machine.travel(noon, tick=False):
        assert [passes() for _ in range(5)] == [True, True, True, False, False]
        assert passes("somebody else")
    with time_machine.travel(noon + timedelta(seconds=59), tick=False):
        assert not passes()
        assert rate_limits.take("a", limit=3, window_seconds=WINDOW).retry_after_seconds == 1
    with time_machine.travel(noon + timedelta(seconds=60), tick=False):
        assert passes()
        rate_limits.forget_idle(window_seconds=WINDOW)
        assert rate_limits.take("a", limit=3, window_seconds=WINDOW).remaining == 1


@pytest.mark.django_db
def test_a_request_is_given_back_and_a_key_forgotten():
    assert [passes() for _ in range(4)] == [True, True, True, False]
    rate_limits.give_back("a")
    assert [passes() for _ in range(2)] == [True, False]
    rate_limits.forget("a")
    assert passes()
    rate_limits.give_back("a")
    rate_limits.give_back("nobody")
    assert [passes() for _ in range(4)] == [True, True, True, False]


@pytest.mark.django_db
def test_what_one_limit_refuses_counts_for_none_after_it():
    def asked():
        return rate_limits.take_in_turn(rate_limits.Asked("one", 2, WINDOW), rate_limits.Asked("all", 9, WINDOW))

    assert [asked().is_exhausted for _ in range(5)] == [False, False, True, True, True]
    assert rate_limits.take("all", limit=9, window_seconds=WINDOW).remaining == 6


@pytest.mark.django_db
def test_of_several_limits_the_one_that_is_full_says_how_long_to_wait():
    noon = clock.wall()
    with time_machine.travel(noon - timedelta(seconds=20), tick=False):
        assert passes("all", limit=1)
    with time_machine.travel(noon, tick=False):
        refused = rate_limits.take_in_turn(rate_limits.Asked("one", 2, WINDOW), rate_limits.Asked("all", 1, WINDOW))
        assert refused.retry_after_seconds == 40


@pytest.mark.django_db
def test_one_key_is_forgotten_and_the_latest_of_another_given_back():
    for _ in range(3):
        rate_limits.take_in_turn(rate_limits.Asked("one", 3, WINDOW), rate_limits.Asked("all", 3, WINDOW))

    rate_limits.forget_and_give_back("one", "all")

    assert [passes("one") for _ in range(4)] == [True, True, True, False]
    assert [passes("all") for _ in range(2)] == [True, False]


@pytest.mark.django_db(transaction=True)
def test_a_count_inside_of_a_transaction_is_seen_by_everybody_and_stays():
    with transaction.atomic():
        assert passes("crowd", limit=60)
        seen = ask_together(1)
        transaction.set_rollback(True)

    assert seen == [True]
    assert rate_limits.take("crowd", limit=60, window_seconds=WINDOW).remaining == 57


def test_no_limit_outlives_the_house_keeping():
    with pytest.raises(ValueError, match="still count"):
        rate_limits.take("a", limit=3, window_seconds=rate_limits.LONGEST_WINDOW_SECONDS + 1)


@pytest.mark.django_db
def test_a_clock_set_back_by_hours_shuts_the_window_for_a_minute_only():
    noon = clock.wall()
    with time_machine.travel(noon, tick=False):
        assert [passes() for _ in range(4)] == [True, True, True, False]
    with time_machine.travel(noon - timedelta(hours=3), tick=False):
        assert not passes()
    with time_machine.travel(noon - timedelta(hours=3) + timedelta(seconds=60), tick=False):
        assert passes()


def ask_together(count: int) -> list[bool]:
    start, outcomes = threading.Barrier(count), []

    def ask():
        start.wait()
        try:
            outcomes.append(passes("crowd", limit=60))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_threads_sixty_pass():
    assert sorted(ask_together(100)) == [False] * 40 + [True] * 60


ASK = """
import django; django.setup()
from stellwerk.foundation import rate_limits
print(sum(not rate_limits.take("crowd", limit=60, window_seconds=600).is_exhausted for _ in range(25)))
"""


@pytest.mark.process
def test_of_a_hundred_requests_in_four_processes_sixty_pass(database_url):
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "STELLWERK_DATA": str(settings.DATA),
        "DJANGO_SETTINGS_MODULE": "stellwerk.config.settings.selfhost",
    }
    command = [sys.executable, "-c", ASK]
    callers = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(4)]

    passed = [int(each.communicate()[0]) for each in callers]

    assert sum(passed) == 60


@pytest.mark.django_db
@pytest.mark.skipif("config.getoption('--database') == 'postgresql'", reason="the file belongs to SQLite")
def test_a_damaged_file_is_replaced():
    path = settings.DATA / "limits.sqlite3"
    for each in settings.DATA.glob("limits.sqlite3*"):
        each.unlink()
    path.write_bytes(b"no database at all" * 1000)
    outcome = []

    thread = threading.Thread(target=lambda: outcome.append(passes("after the power cut")))
    thread.start()
    thread.join()

    assert outcome == [True]
    with sqlite3.connect(path) as file:
        assert file.execute("SELECT count(*) FROM rate_window").fetchone() == (1,)
    rate_limits._threads.opened = None


@pytest.mark.django_db
def test_a_store_that_cannot_be_written_lets_requests_pass(monkeypatch, tmp_path):
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL without its disk answers nothing at all")
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr(settings, "DATA", blocked)

    with pytest.raises(FileExistsError):
        blocked.mkdir()
    assert passes("disk full", limit=1)


@pytest.mark.django_db
def test_a_question_asked_while_counting_gets_its_row_and_counts_the_same():
    found = Prepared(lambda kind: Job.objects.filter(kind=kind).values_list("pk", "arguments"), str)
    job = Job.objects.create(kind="asked", arguments={"a": [1]}, run_at=clock.now(), created_at=clock.now())

    seen = [
        rate_limits.take_and_ask("k", found.ready(kind), limit=2, window_seconds=WINDOW)
        for kind in ("asked", "no", "asked")
    ]

    assert [allowance.remaining for allowance, _ in seen] == [1, 0, 0]
    assert [allowance.is_exhausted for allowance, _ in seen] == [False, False, True]
    assert [row and tuple(row) for _, row in seen] == [(job.pk, {"a": [1]}), None, (job.pk, {"a": [1]})]
