"""A session gets a new key at every sign-in, written together with what it holds."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session

from stellwerk.foundation.edge.session_store import SessionStore

pytestmark = pytest.mark.django_db


def stored(**content):
    session = SessionStore()
    session.update(content)
    session.create()
    session.save()
    return session.session_key


def opened(key):
    session = SessionStore(key)
    return session, dict(session.items())


def test_a_new_key_opens_the_session_and_the_old_one_nothing():
    old_key = stored(cart=7)
    session, _ = opened(old_key)

    session.cycle_key()
    session["person"] = 1
    session.save()

    assert session.session_key != old_key
    assert opened(session.session_key)[1] == {"cart": 7, "person": 1}
    assert opened(old_key)[1] == {}


def test_key_and_content_are_stored_in_one_statement(django_assert_num_queries):
    session, _ = opened(stored(cart=7))

    with django_assert_num_queries(1):
        session.cycle_key()
        session["person"] = 1
        session.save()


def test_a_request_that_fails_leaves_the_session_as_it_was():
    old_key = stored(cart=7)
    session, _ = opened(old_key)

    session.cycle_key()
    session["person"] = 1

    assert opened(old_key)[1] == {"cart": 7}
    assert opened(session.session_key)[1] == {}


def test_two_sign_ins_of_one_browser_at_one_moment_are_two_sessions():
    old_key = stored(cart=7)
    first, second = opened(old_key)[0], opened(old_key)[0]

    for session in (first, second):
        session.cycle_key()
    for session in (first, second):
        session.save()

    assert [opened(key)[1] for key in (first.session_key, second.session_key)] == [{"cart": 7}] * 2
    assert not Session.objects.filter(session_key=old_key).exists()


def test_a_session_that_ends_right_after_its_new_key_is_gone_wherever_it_lies():
    old_key = stored(cart=7)
    session, _ = opened(old_key)

    session.cycle_key()
    session.flush()

    assert not Session.objects.exists()


def test_a_planted_key_that_nobody_stored_is_not_taken_over():
    session = SessionStore("p" * 32)

    session.cycle_key()

    assert session.session_key != "p" * 32
    assert list(Session.objects.values_list("session_key", flat=True)) == [session.session_key]


def test_a_session_that_was_ended_meanwhile_is_not_written_again():
    key = stored(cart=7)
    session, _ = opened(key)
    SessionStore(key).delete()

    session["cart"] = 8
    with pytest.raises(UpdateError):
        session.save()

    assert not Session.objects.exists()


def test_a_signed_in_session_that_was_ended_meanwhile_does_not_come_back_under_a_new_key():
    key = stored(**{SESSION_KEY: "1"})
    session, _ = opened(key)
    session.cycle_key()
    SessionStore(key).delete()  # "End all others", in another browser

    with pytest.raises(UpdateError):
        session.save()

    assert not Session.objects.exists()
