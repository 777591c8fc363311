"""A session ends by itself: ASVS 7.3.1 and 7.3.2."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session

from stellwerk.foundation import clock
from stellwerk.organisations.tests.builders import PASSWORD, a_person, an_organisation

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def signed_in(client):
    anna = a_person()
    an_organisation(of=anna)
    client.post("/sign-in", {"email": anna.email, "password": PASSWORD})
    return client


def is_signed_in(client) -> bool:
    return client.get("/profile").status_code == 200


def test_a_browser_left_alone_for_a_week_signs_in_again(signed_in):
    assert is_signed_in(signed_in)
    start = clock.wall()

    with time_machine.travel(start + 7 * DAY - timedelta(minutes=5), tick=False):
        before = is_signed_in(signed_in)
    with time_machine.travel(start + 14 * DAY, tick=False):
        after = is_signed_in(signed_in)

    assert (before, after) == (True, False)


def test_a_browser_used_every_day_signs_in_again_after_thirty(signed_in):
    start = clock.wall()
    seen = []

    for day in range(32):
        with time_machine.travel(start + day * DAY, tick=False):
            seen.append(is_signed_in(signed_in))

    assert seen == [True] * 30 + [False] * 2


def test_an_ended_session_is_gone_from_the_house_too(signed_in):
    is_signed_in(signed_in)
    key = signed_in.cookies["session"].value

    with time_machine.travel(clock.wall() + 8 * DAY, tick=False):
        answer = signed_in.get("/profile")

    assert answer["Location"].startswith("/sign-in?next=")
    assert not Session.objects.filter(session_key=key).exists()


def test_the_operator_chooses_shorter_times(signed_in, settings):
    settings.SESSION_IDLE_DAYS = 1
    is_signed_in(signed_in)

    with time_machine.travel(clock.wall() + DAY, tick=False):
        assert not is_signed_in(signed_in)


def test_time_travel_of_the_business_signs_nobody_out(signed_in):
    with clock.travel_to(clock.now() + 400 * DAY):
        assert is_signed_in(signed_in)


def test_a_browser_that_only_signed_in_is_too_old_as_well(signed_in):
    with time_machine.travel(clock.wall() + 8 * DAY, tick=False):
        assert not is_signed_in(signed_in)
