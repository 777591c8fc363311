"""Asking and answering (SEC-017…022, SEC-060, SEC-061, SEC-067)."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from stellwerk.foundation import clock
from stellwerk.foundation.errors import TooManyRequests
from stellwerk.foundation.models import Event
from stellwerk.identity.models import ApprovalRequest
from stellwerk.identity.queries import approve as queries
from stellwerk.identity.rules import Decision
from stellwerk.identity.services import approve
from stellwerk.identity.services.approve import Waiting
from stellwerk.identity.tests.approve.phones import Phone, a_link, a_linked_phone, a_request, removed
from stellwerk.organisations.tests.builders import a_person

pytestmark = pytest.mark.django_db
SECRET = "of this browser"


def refusal(answer):
    return answer.status_code, answer.json()["error"]["code"]


def standing(account, secret=SECRET):
    return approve.finalise_request(account_id=account.pk, secret=secret)


def another_than(number):
    return 10 + (number - 9) % 90


def test_sec_018_yes_with_the_right_number_lets_the_browser_go_on_once():
    anna = a_person()
    phone = a_linked_phone(anna)
    request = a_request(anna)
    before = standing(anna)

    answer = phone.approve(phone.open_challenge(), request.number)

    assert answer.status_code == 200
    assert answer.json()["data"]["decision"] == "approved"
    assert [before, standing(anna), standing(anna)] == [Waiting.OPEN, Waiting.APPROVED, Waiting.EXPIRED]
    assert Event.objects.filter(name="SignInApproved", account_id=anna.pk).count() == 1


def test_sec_019_no_ends_the_sign_in():
    anna = a_person()
    phone = a_linked_phone(anna)
    a_request(anna)

    answer = phone.reject(phone.open_challenge())

    assert answer.status_code == 200
    assert [standing(anna), standing(anna)] == [Waiting.REJECTED, Waiting.REJECTED]
    assert phone.open_challenge() is None
    assert Event.objects.filter(name="SignInRejected", account_id=anna.pk).count() == 1


def test_sec_020_the_device_sees_who_asks_and_never_the_number():
    anna = a_person(language="de")
    phone = a_linked_phone(anna)
    with clock.travel_to(clock.now()):
        request = a_request(anna, address="127.0.0.1")

        shown = phone.open_challenge()

    assert shown == {
        "uuid": str(request.uuid),
        "type": "approval",
        "device": {"name": "Firefox 140 (Windows)", "kind": "computer"},
        "place": {"name": "dieser Rechner", "address": "127.0.0.1"},
        "created_at": int(request.created_at.timestamp()),
        "expires_at": int(request.expires_at.timestamp()),
    }


def test_the_place_is_told_in_the_language_of_the_apps_page():
    """One device may hold accounts of several languages; its page has one."""
    anna = a_person(language="de")
    phone = a_linked_phone(anna)
    a_request(anna, address="127.0.0.1")

    shown = phone.open_challenge(language="it")

    assert shown["place"]["name"] == "questo computer"
    one = phone.call("GET", f"/challenges/{shown['uuid']}", language="fr").json()["data"]
    assert one["place"]["name"] == "cet ordinateur"
    assert phone.open_challenge()["place"]["name"] == "dieser Rechner"


def test_sec_021_a_late_answer_is_refused():
    anna = a_person()
    phone = a_linked_phone(anna)
    request = a_request(anna)
    challenge = phone.open_challenge()

    with clock.travel_to(request.expires_at):
        late = phone.approve(challenge, request.number)
        assert refusal(late) == (410, "request_expired")
        assert refusal(phone.call("GET", f"/challenges/{challenge['uuid']}")) == (410, "request_expired")
        assert phone.open_challenge() is None
        assert standing(anna) is Waiting.EXPIRED


def test_sec_021_a_second_device_answers_too_late():
    anna = a_person()
    first, second = a_linked_phone(anna, "First"), a_linked_phone(anna, "Second")
    request = a_request(anna)
    challenge = first.open_challenge()
    first.reject(challenge)

    assert refusal(second.approve(challenge, request.number)) == (404, "request_already_handled")
    assert refusal(second.call("GET", f"/challenges/{challenge['uuid']}")) == (404, "request_already_handled")
    assert standing(anna) is Waiting.REJECTED


def test_sec_061_the_same_answer_of_the_same_device_is_answered_the_same():
    anna = a_person()
    phone = a_linked_phone(anna)
    request = a_request(anna)
    challenge = phone.open_challenge()

    answers = [phone.approve(challenge, request.number) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert refusal(phone.reject(challenge)) == (404, "request_already_handled")
    assert Event.objects.filter(name="SignInApproved").count() == 1


def test_sec_061_a_repeated_answer_lets_nobody_in_a_second_time():
    anna = a_person()
    phone = a_linked_phone(anna)
    request = a_request(anna)
    challenge = phone.open_challenge()
    phone.approve(challenge, request.number)
    assert standing(anna) is Waiting.APPROVED

    assert phone.approve(challenge, request.number).status_code == 200
    assert standing(anna) is Waiting.EXPIRED


def test_a_wrong_number_approves_nothing_and_the_third_one_refuses():
    anna = a_person()
    phone = a_linked_phone(anna)
    request = a_request(anna)
    challenge, wrong = phone.open_challenge(), another_than(request.number)

    answers = [phone.approve(challenge, wrong) for _ in range(3)]

    assert [refusal(answer) for answer in answers] == [(400, "number_wrong")] * 3
    assert [answer.json()["error"]["context"]["attempts_left"] for answer in answers] == [2, 1, 0]
    assert refusal(phone.approve(challenge, request.number)) == (404, "request_already_handled")
    assert standing(anna) is Waiting.REJECTED


def test_the_right_number_after_a_wrong_one_is_taken():
    anna = a_person()
    phone = a_linked_phone(anna)
    request = a_request(anna)
    challenge = phone.open_challenge()
    phone.approve(challenge, another_than(request.number))

    assert phone.approve(challenge, request.number).status_code == 200
    assert standing(anna) is Waiting.APPROVED


@pytest.mark.parametrize("tampered", ["decision", "number", "end", "request", "key"])
def test_sec_067_a_tampered_decision_is_refused(tampered):
    anna = a_person()
    phone = a_linked_phone(anna)
    request = a_request(anna)
    challenge = phone.open_challenge()
    other_uuid = a_request(anna, secret="another browser").uuid
    later = challenge["expires_at"] + 1
    signatures = {
        "decision": lambda: phone.proof(challenge, Decision.REJECTED),
        "number": lambda: phone.proof(challenge, Decision.APPROVED, another_than(request.number)),
        "end": lambda: phone.proof(challenge, Decision.APPROVED, request.number, expires_at=later),
        "request": lambda: phone.proof(challenge, Decision.APPROVED, request.number, uuid=other_uuid),
        "key": lambda: Phone().proof(challenge, Decision.APPROVED, request.number),
    }
    body = {"number": request.number, "signature": signatures[tampered]()}

    answer = phone.call("PATCH", f"/challenges/{challenge['uuid']}", body)

    assert refusal(answer) == (400, "signature_invalid")
    assert standing(anna) is Waiting.OPEN


def test_sec_067_a_decision_for_one_request_is_worth_nothing_for_the_next():
    anna = a_person()
    phone = a_linked_phone(anna)
    first = a_request(anna)
    proof = phone.proof(phone.open_challenge(), Decision.APPROVED, first.number)
    second = a_request(anna)

    replayed = phone.call("PATCH", f"/challenges/{second.uuid}", {"number": second.number, "signature": proof})

    assert refusal(replayed) == (400, "signature_invalid")


def test_a_request_of_another_account_does_not_exist():
    anna, ben = a_person(), a_person("Ben")
    phone, foreign = a_linked_phone(anna), a_linked_phone(ben)
    request = a_request(anna)
    challenge = phone.open_challenge()

    assert foreign.open_challenge() is None
    assert refusal(foreign.call("GET", f"/challenges/{request.uuid}")) == (404, "object_not_found")
    assert refusal(foreign.approve(challenge, request.number)) == (404, "object_not_found")
    assert refusal(foreign.reject(challenge)) == (404, "object_not_found")
    assert standing(anna) is Waiting.OPEN


def test_a_request_of_another_browser_is_not_finalised():
    anna = a_person()
    phone = a_linked_phone(anna)
    request = a_request(anna)
    phone.approve(phone.open_challenge(), request.number)

    assert standing(anna, "of a thief") is Waiting.EXPIRED
    assert standing(a_person("Ben")) is Waiting.EXPIRED
    assert standing(anna) is Waiting.APPROVED


def test_after_yes_the_browser_has_thirty_seconds():
    anna = a_person()
    phone = a_linked_phone(anna)
    request = a_request(anna)
    phone.approve(phone.open_challenge(), request.number)
    decided_at = ApprovalRequest.objects.get().decided_at

    with clock.travel_to(decided_at + timedelta(seconds=30)):
        assert standing(anna) is Waiting.EXPIRED
    with clock.travel_to(decided_at + timedelta(seconds=29)):
        assert standing(anna) is Waiting.APPROVED


def test_sec_022_a_new_attempt_replaces_the_older_one_of_the_same_browser():
    anna = a_person()
    phone = a_linked_phone(anna)
    older = a_request(anna)
    challenge = phone.open_challenge()
    newer = a_request(anna)

    assert refusal(phone.approve(challenge, older.number)) == (404, "request_already_handled")
    assert phone.open_challenge()["uuid"] == str(newer.uuid)


def test_sec_022_three_requests_of_an_account_may_be_open():
    anna, ben = a_person(), a_person("Ben")
    for number in range(3):
        a_request(anna, secret=f"browser {number}")

    with pytest.raises(TooManyRequests) as refused:
        a_request(anna, secret="a fourth")

    assert 1 <= refused.value.retry_after_seconds <= 121
    a_request(ben, secret="of somebody else")
    a_request(anna, secret="browser 1")  # replaces its own
    with clock.travel_to(clock.now() + timedelta(minutes=2, seconds=1)):
        a_request(anna, secret="a fourth")


def test_id_067_a_changed_password_ends_what_is_open_or_unused():
    anna = a_person()
    phone = a_linked_phone(anna)
    request = a_request(anna)
    phone.approve(phone.open_challenge(), request.number)
    a_request(anna, secret="another browser")

    assert approve.withdraw_requests(account_id=anna.pk) == 2

    assert standing(anna) is Waiting.EXPIRED
    assert phone.open_challenge() is None


def test_sec_033_a_removed_device_answers_nothing_and_learns_why():
    anna = a_person()
    phone = a_linked_phone(anna)
    request = a_request(anna)
    challenge = phone.open_challenge()
    removed(phone)

    answer = phone.approve(challenge, request.number)

    assert answer.status_code == 401
    assert answer.json()["error"]["context"]["reason"] == "device_removed"
    assert standing(anna) is Waiting.OPEN


def test_a_call_of_a_device_counts_against_its_own_limit():
    phone = a_linked_phone(a_person())
    left = [phone.call("GET", "/challenges")["X-RateLimit-Remaining"] for _ in range(2)]

    assert left == ["59", "58"]


def test_a_poll_needs_few_queries(django_assert_max_num_queries):
    anna = a_person()
    phone = a_linked_phone(anna)
    a_request(anna)
    phone.open_challenge()

    with django_assert_max_num_queries(3):
        phone.open_challenge()


@pytest.mark.django_db(transaction=True)
def test_sec_021_of_two_devices_that_answer_at_once_exactly_one_wins():
    anna = a_person()
    yes, no = a_linked_phone(anna, "Yes"), a_linked_phone(anna, "No")
    request = a_request(anna)
    challenge = yes.open_challenge()
    gate, answers = threading.Barrier(2), {}

    def answer(name, do):
        gate.wait(10)
        answers[name] = do().status_code
        connection.close()

    threads = [
        threading.Thread(target=answer, args=("yes", lambda: yes.approve(challenge, request.number))),
        threading.Thread(target=answer, args=("no", lambda: no.reject(challenge))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(answers.values()) == [200, 404]
    winner = "approved" if answers["yes"] == 200 else "rejected"
    assert ApprovalRequest.objects.get().decision == winner


def test_a_link_and_a_request_are_forgotten_when_nobody_needs_them():
    anna = a_person()
    a_linked_phone(anna)
    a_link(anna)
    a_request(anna)

    with clock.travel_to(clock.now() + timedelta(days=91)):
        approve.forget_old_approvals()

    assert not ApprovalRequest.objects.exists()
    assert len(queries.device_rows(anna.pk)) == 1
