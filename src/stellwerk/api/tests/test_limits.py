"""Sixty requests a minute and account, exactly."""

from datetime import timedelta

import time_machine

from stellwerk.api.tests.builders import Caller, a_token_of, code_of
from stellwerk.foundation import clock
from stellwerk.organisations.tests.builders import a_person


def test_exactly_sixty_of_a_hundred_pass_over_all_tokens_of_an_account(anna, probes):
    """API-019."""
    callers = [Caller(a_token_of(anna)), Caller(a_token_of(anna))]

    answers = [callers[number % 2].get("1/whoami") for number in range(100)]

    assert [answer.status_code for answer in answers] == [200] * 60 + [429] * 40
    assert [int(answer["X-RateLimit-Remaining"]) for answer in answers] == [*range(59, -1, -1), *[0] * 40]
    assert {answer["X-RateLimit-Limit"] for answer in answers} == {"60"}


def test_another_account_has_its_own_sixty(anna, probes):
    first, second = Caller(a_token_of(anna)), Caller(a_token_of(a_person("Otto", "Aussen")))
    for _ in range(60):
        first.get("1/whoami")

    assert first.get("1/whoami").status_code == 429
    assert second.get("1/whoami").status_code == 200


def test_the_window_slides_and_waiting_as_told_helps(caller):
    noon = clock.wall().replace(microsecond=0)
    with time_machine.travel(noon, tick=False):
        for _ in range(30):
            caller.get("1/whoami")
    with time_machine.travel(noon + timedelta(seconds=40), tick=False):
        for _ in range(30):
            caller.get("1/whoami")
        refused = caller.get("1/whoami")

    assert code_of(refused) == "429 too_many_requests"
    assert refused["Retry-After"] == "20"
    assert refused["X-RateLimit-Reset"] == str(int(noon.timestamp()) + 60)
    with time_machine.travel(noon + timedelta(seconds=59, microseconds=999_999), tick=False):
        assert caller.get("1/whoami").status_code == 429
    with time_machine.travel(noon + timedelta(seconds=60), tick=False):
        assert [caller.get("1/whoami").status_code for _ in range(31)] == [200] * 30 + [429]


def test_the_business_clock_does_not_refill_the_window(caller):
    for _ in range(60):
        caller.get("1/whoami")

    with clock.travel_to(clock.now() + timedelta(days=1)):
        assert caller.get("1/whoami").status_code == 429


def test_strangers_are_counted_per_address(db, probes):
    here, there = Caller(), Caller()
    there.client.defaults["REMOTE_ADDR"] = "192.0.2.9"
    for _ in range(60):
        here.get("1/countries/756")

    assert here.get("1/countries/756").status_code == 429
    assert there.get("1/countries/756").status_code == 200


def test_the_addresses_of_one_ipv6_network_are_one_stranger(db, probes):
    stranger = Caller()
    for number in range(60):
        stranger.client.defaults["REMOTE_ADDR"] = f"2001:db8:0:1::{number:x}"
        stranger.get("1/countries/756")

    stranger.client.defaults["REMOTE_ADDR"] = "2001:db8:0:1:ffff::1"
    assert stranger.get("1/countries/756").status_code == 429


def test_refused_tokens_count_for_their_address_but_are_told_what_is_wrong(db, probes):
    guesser = Caller("stw_pat_guess")
    answers = [guesser.get("1/whoami") for _ in range(61)]

    assert {code_of(answer) for answer in answers} == {"401 not_authorized"}
    assert Caller().get("1/countries/756").status_code == 429


def test_a_known_caller_of_a_public_command_is_counted_by_account(caller):
    for _ in range(60):
        caller.get("1/countries/756")

    assert caller.get("1/countries/756").status_code == 429
    assert Caller().get("1/countries/756").status_code == 200
