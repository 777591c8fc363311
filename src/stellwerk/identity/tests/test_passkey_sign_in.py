"""Signing in with a passkey, instead of the password and after it (SEC-003, ID-032…036, SEC-059)."""

import json
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from stellwerk.foundation import clock
from stellwerk.foundation.errors import DomainError
from stellwerk.foundation.models import Event
from stellwerk.identity.models import Passkey
from stellwerk.identity.services import passkeys
from stellwerk.identity.tests.passkeys import (
    PARTY,
    VISITOR,
    SoftwareKey,
    allowed,
    an_enrolled_key,
    proven,
    signed_in_with,
)
from stellwerk.organisations.tests.builders import a_person, a_stranger_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return a_person("Anna", "Keller")


@pytest.fixture
def session():
    return {}


def code_of(refused) -> str:
    return refused.value.code


def told(word: str) -> list[str]:
    return [event.name for event in Event.objects.filter(name__icontains=word)]


def test_an_enrolled_key_signs_in_without_password_id_032(anna):
    key = an_enrolled_key(anna)

    assert signed_in_with(key) == anna

    stored = Passkey.objects.get()
    assert (stored.name, stored.transports, stored.sign_count) == ("Telephone", ["hybrid", "internal"], 2)
    assert stored.last_used_at is not None


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "https://evil.example"}, {"origin": "http://testserver:8000"}, {"host": "evil.example"},
     {"is_verified": False}, {"is_present": False}, {"credential_id": b"unknown" * 4}, {"user_handle": "b3RoZXI"},
     {"user_handle": ""}, {"private_key": SoftwareKey().private_key}],
)  # fmt: skip
def test_everything_that_does_not_fit_gets_the_same_answer_id_034(anna, wrong):
    key = an_enrolled_key(anna)
    for name, value in wrong.items():
        setattr(key, name, value)

    with pytest.raises(DomainError) as refused:
        signed_in_with(key)

    assert code_of(refused) == "passkey_refused"
    assert told("SignInFailed")


def test_a_key_of_somebody_who_may_not_sign_in_is_unknown(anna):
    key = an_enrolled_key(anna)
    anna.is_active = False
    anna.save()

    with pytest.raises(DomainError) as refused:
        signed_in_with(key)

    assert code_of(refused) == "passkey_refused"


def test_an_assertion_counts_once(anna, session):
    key = an_enrolled_key(anna)
    answer = key.assertion(passkeys.sign_in_options(session=session, party=PARTY))
    passkeys.sign_in_with_passkey(session=session, actor=VISITOR, party=PARTY, answer=answer)

    with pytest.raises(DomainError) as refused:
        passkeys.sign_in_with_passkey(session=session, actor=VISITOR, party=PARTY, answer=answer)

    assert code_of(refused) == "passkey_expired"


def test_an_assertion_counts_once_even_if_two_requests_have_read_the_session_before_either_wrote_it(anna, session):
    key = an_enrolled_key(anna)
    key.counts = 0  # a device that does not count: the counter would not notice
    Passkey.objects.update(sign_count=0)
    options = passkeys.sign_in_options(session=session, party=PARTY)
    answer = key.assertion(options)
    rival = json.loads(json.dumps(session))
    passkeys.sign_in_with_passkey(session=session, actor=VISITOR, party=PARTY, answer=answer)

    with pytest.raises(DomainError) as refused:
        passkeys.sign_in_with_passkey(session=rival, actor=VISITOR, party=PARTY, answer=answer)

    assert code_of(refused) == "passkey_expired"


def test_a_question_is_answered_within_five_minutes(anna, session):
    key = an_enrolled_key(anna)
    options = passkeys.sign_in_options(session=session, party=PARTY)
    now = clock.now()

    with clock.travel_to(now + timedelta(minutes=5)), pytest.raises(DomainError) as refused:
        passkeys.sign_in_with_passkey(session=session, actor=VISITOR, party=PARTY, answer=key.assertion(options))

    assert code_of(refused) == "passkey_expired"


def test_an_answer_to_the_second_step_does_not_sign_in_and_the_other_way_round(anna, session):
    key = an_enrolled_key(anna)
    options = passkeys.second_factor_options(session=session, account_id=anna.pk, party=PARTY)

    with pytest.raises(DomainError) as refused:
        passkeys.sign_in_with_passkey(session=session, actor=VISITOR, party=PARTY, answer=key.assertion(options))

    assert code_of(refused) == "passkey_expired"


def test_a_second_tab_leaves_the_question_of_the_first_open(anna, session):
    key = an_enrolled_key(anna)
    first = passkeys.sign_in_options(session=session, party=PARTY)
    passkeys.sign_in_options(session=session, party=PARTY)

    answer = key.assertion(first)

    assert passkeys.sign_in_with_passkey(session=session, actor=VISITOR, party=PARTY, answer=answer) == anna


def test_questions_do_not_pile_up_in_a_session(session):
    for _ in range(50):
        passkeys.sign_in_options(session=session, party=PARTY)

    assert len(session["passkey_challenges"]) == 6


@pytest.mark.parametrize("counts", [1, 0, 2])
def test_a_counter_that_does_not_grow_is_a_copy_and_refused(anna, counts):
    key = an_enrolled_key(anna)
    signed_in_with(key)  # the counter stands at 2
    key.counts = counts

    with pytest.raises(DomainError) as refused:
        signed_in_with(key)

    assert code_of(refused) == "passkey_refused"
    assert told("PasskeyCopied")
    assert told("SignInFailed")
    assert Passkey.objects.get().sign_count == 2


def test_devices_that_do_not_count_sign_in_again_and_again(anna):
    key = an_enrolled_key(anna, SoftwareKey(counts=0))
    for _ in range(2):
        key.counts = 0
        assert signed_in_with(key) == anna


def test_as_second_factor_the_device_need_not_verify_the_person_again_sec_003(anna):
    key = an_enrolled_key(anna)
    key.is_verified = False

    assert proven(key, anna).account == anna


def test_the_key_of_another_account_is_no_second_factor(anna):
    an_enrolled_key(anna)
    bens = an_enrolled_key(a_person("Ben", "Meier"))

    with pytest.raises(DomainError) as refused:
        proven(bens, anna)

    assert code_of(refused) == "passkey_refused"
    assert Event.objects.get(name="SecondFactorFailed").account_id == anna.pk


def test_the_second_step_names_the_keys_of_this_account_only(anna):
    mine = an_enrolled_key(anna)
    an_enrolled_key(a_person("Ben", "Meier"))

    options = passkeys.second_factor_options(session={}, account_id=anna.pk, party=PARTY)

    assert [each["id"] for each in options["allowCredentials"]] == [json.loads(mine.assertion(options))["id"]]


def test_the_sign_in_page_learns_nothing_about_who_has_keys(anna):
    an_enrolled_key(anna)

    options = passkeys.sign_in_options(session={}, party=PARTY)

    assert options.keys() == {"challenge", "timeout", "rpId", "userVerification"}
    assert options["userVerification"] == "required"


@pytest.mark.parametrize(
    "nonsense",
    ["", "{", "[]", "null", "7", '"x"', "{}", '{"id": 1}', '{"rawId": "AA", "response": {}}', "x" * 30_000,
     '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA",'
     '"signature":"AA"}}', '{"id":"AA","rawId":"AA","response":"x"}', "[" * 15_000,
     '{"id":"AA","rawId":"AA","type":"password","response":{}}'],
)  # fmt: skip
def test_nonsense_is_refused_and_breaks_nothing(anna, session, nonsense):
    passkeys.sign_in_options(session=session, party=PARTY)
    allowed(session, anna)

    with pytest.raises(DomainError) as refused:
        passkeys.sign_in_with_passkey(session=session, actor=VISITOR, party=PARTY, answer=nonsense)
    with pytest.raises(DomainError) as unusable:
        passkeys.register(session=session, actor=a_stranger_actor(anna), party=PARTY, answer=nonsense)

    assert (code_of(refused), code_of(unusable)) == ("passkey_refused", "passkey_unusable")


def test_an_embedded_page_cannot_ask_for_keys(anna, session):
    key = an_enrolled_key(anna)
    made = key._client_data

    def embedded(kind, challenge):
        return made(kind, challenge).replace(b'"crossOrigin": false', b'"crossOrigin": true')

    key._client_data = embedded

    with pytest.raises(DomainError) as refused:
        signed_in_with(key)

    assert code_of(refused) == "passkey_refused"


def test_guessing_is_stopped_per_network_address_sec_059(anna):
    key = an_enrolled_key(anna)
    other = SoftwareKey(user_handle=key.user_handle)
    for _ in range(30):
        with pytest.raises(DomainError):
            signed_in_with(other)

    with pytest.raises(DomainError) as refused:
        signed_in_with(key)

    assert code_of(refused) == "too_many_attempts"
    assert refused.value.retry_after_seconds > 0


@pytest.mark.django_db(transaction=True)
def test_two_copies_of_a_key_at_the_same_moment_sign_in_once():
    """The counter is read and moved under a lock: of eight answers with the same count one passes."""
    anna = a_person("Anna", "Keller")
    key = an_enrolled_key(anna)
    sessions = [{} for _ in range(8)]
    answers = []
    for session in sessions:
        key.counts = 7
        answers.append(key.assertion(passkeys.sign_in_options(session=session, party=PARTY)))
    together, outcomes = Barrier(8), []

    def answer(session, raw):
        together.wait()
        try:
            passkeys.sign_in_with_passkey(session=session, actor=VISITOR, party=PARTY, answer=raw)
            outcomes.append("in")
        except DomainError as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=answer, args=pair) for pair in zip(sessions, answers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["in"] + ["passkey_refused"] * 7
