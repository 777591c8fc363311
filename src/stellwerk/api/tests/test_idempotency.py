"""`Idempotency-Key`: a repeated POST hears the first answer."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.test import override_settings

from stellwerk.api import tasks
from stellwerk.api.tests import probe
from stellwerk.api.tests.builders import Caller, a_token_of, code_of
from stellwerk.foundation import clock, rate_limits
from stellwerk.foundation.idempotency import answer_once, fingerprint
from stellwerk.foundation.models import KeptAnswer
from stellwerk.identity.models import ApiToken, SignInGuard
from stellwerk.organisations.models import Team
from stellwerk.organisations.tests.builders import a_member_of, a_person, an_organisation


@pytest.fixture
def post(caller, acme):
    def send(name="one", *, key="key-1", by=caller):
        return by.post(f"1/accounts/{acme.pk}/probes", {"name": name}, Idempotency_Key=key)

    return send


def test_the_same_request_with_the_same_key_hears_the_same_answer_and_does_nothing(post):
    first, second = post(), post()

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert second["X-RateLimit-Remaining"] == str(int(first["X-RateLimit-Remaining"]) - 1)
    assert Team.objects.count() == 1


def test_another_request_with_the_same_key_is_refused(post):
    post("one")

    assert code_of(post("two")) == "409 idempotency_key_reused"
    assert Team.objects.count() == 1


def test_keys_belong_to_the_account_over_all_its_tokens(post, anna, acme):
    another_token = Caller(a_token_of(anna))
    mia = Caller(a_token_of(a_member_of(acme)))

    first = post("one")

    assert post("one", by=another_token).content == first.content
    assert post("two", by=mia).status_code == 201


def test_after_a_day_the_key_is_free_and_the_row_goes(post):
    post("one")

    with clock.travel_to(clock.now() + timedelta(hours=24)):
        assert post("two").status_code == 201
    assert Team.objects.count() == 2

    with clock.travel_to(clock.now() + timedelta(hours=49)):
        tasks.forget_expired()
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize(("name", "refusal"), [("rule", "400 probe_refused"), ("gone", "410 probe_gone")])
def test_a_refusal_is_an_answer_too(post, name, refusal):
    first, second = post(name), post(name)

    assert code_of(first) == code_of(second) == refusal
    assert second["Idempotency-Replayed"] == "true"
    assert not Team.objects.exists()


@pytest.mark.parametrize(
    ("name", "refusal"), [("boom", "500 unexpected_error"), ("conflict", "409 object_already_exists")]
)
def test_what_invites_to_repeat_is_not_kept(post, name, refusal):
    for _ in range(2):
        answer = post(name)
        assert code_of(answer) == refusal
        assert "Idempotency-Replayed" not in answer
    assert not KeptAnswer.objects.exists()
    assert not Team.objects.exists()


def test_what_was_refused_at_the_door_leaves_the_key_free(post):
    assert post(7).status_code == 422
    assert post("one").status_code == 201


def test_while_the_first_runs_the_second_is_told_to_wait(post, anna):
    post("one")
    KeptAnswer.objects.update(status=None, content="")

    answer = post("one")

    assert code_of(answer) == "409 idempotency_key_in_progress"
    assert int(answer["Retry-After"]) > 0


def test_the_claim_of_a_process_that_died_ends_by_itself(post):
    post("one")
    Team.objects.all().delete()
    KeptAnswer.objects.update(status=None, content="")  # as a process killed before its commit leaves it

    with time_machine.travel(clock.wall() + timedelta(seconds=61), tick=True):
        assert post("one").status_code == 201
    assert Team.objects.count() == 1


def test_a_kept_answer_is_not_readable_in_the_database(post):
    """Answers may show a new token for the only time."""
    answer = post("secret name")

    kept = KeptAnswer.objects.get()
    assert answer.content.decode() not in kept.content
    assert "secret" not in kept.content
    assert "key-1" not in kept.key


@pytest.mark.django_db(transaction=True)
def test_wrong_passwords_stay_counted_though_the_call_is_undone_sec_056_sec_059():
    """A refused POST with a key is rolled back; otherwise its password could be guessed for ever."""
    anna = a_person()
    caller = Caller(a_token_of(anna))

    guesses = [_new_token(caller, password=f"guess {number}", key=f"key-{number}") for number in range(11)]

    wrong = ["400 password_incorrect"] * 10
    assert [code_of(answer) for answer in guesses] == [*wrong, "429 too_many_attempts"]
    assert SignInGuard.objects.get(account=anna).failures == 10
    assert not ApiToken.objects.filter(name="new").exists()


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_wrong_passwords_of_one_moment_are_all_counted_sec_059():
    """Each call with a key is a transaction: none may wait with its count until the others have guessed."""
    anna = a_person()
    token, guesses = a_token_of(anna), 16
    start, answers = threading.Barrier(guesses), []

    def guess(number):
        start.wait()
        try:
            answers.append(code_of(_new_token(Caller(token), password=f"guess {number}", key=f"key-{number}")))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guess, args=[number]) for number in range(guesses)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(answers) == ["400 password_incorrect"] * 10 + ["429 too_many_attempts"] * 6
    assert SignInGuard.objects.get(account=anna).failures == 10


@pytest.mark.django_db(transaction=True)
def test_a_refusal_with_a_key_counts_once_however_often_it_is_replayed_sec_056():
    anna = a_person()
    caller = Caller(a_token_of(anna))

    first, second = (_new_token(caller, password="guess", key="one key") for _ in range(2))

    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    assert SignInGuard.objects.get(account=anna).failures == 1


@pytest.mark.django_db(transaction=True)
def test_what_was_counted_stays_counted_when_the_call_fails_sec_059():
    def counts_and_fails():
        rate_limits.take("guesses", limit=5, window_seconds=60)
        raise RuntimeError("boom")

    for number in range(3):
        with pytest.raises(RuntimeError):
            answer_once(scope="s", key=f"key-{number}", request={}, do=counts_and_fails, refused=lambda _: None)

    assert rate_limits.take("guesses", limit=5, window_seconds=60).remaining == 1


def test_no_digest_of_a_kept_answer_lets_a_password_be_tried_out(anna):
    """A body may hold the account's password: the fingerprint is keyed with the secret of the instance."""
    request = {"password": "guess"}

    with override_settings(SECRET_KEY="another instance"):
        elsewhere = fingerprint(request)

    assert fingerprint(request) == fingerprint(dict(request)) != elsewhere


def _new_token(caller, *, password, key):
    entries = {"name": "new", "scopes": ["products"], "password": password}
    return caller.post("2/profile/tokens", entries, Idempotency_Key=key)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_with_one_key_do_the_work_once():
    anna = a_person()
    acme = an_organisation(of=anna)
    raw = a_token_of(anna)
    start, answers = threading.Barrier(6), []

    def call():
        start.wait()
        try:
            answers.append(Caller(raw).post(f"1/accounts/{acme.pk}/probes", {"name": "one"}, Idempotency_Key="k"))
        finally:
            connections.close_all()

    with probe.mounted():
        callers = [threading.Thread(target=call) for _ in range(6)]
        for each in callers:
            each.start()
        for each in callers:
            each.join()

    assert Team.objects.count() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert {code_of(answer) for answer in answers if answer.status_code == 409} <= {"409 idempotency_key_in_progress"}
