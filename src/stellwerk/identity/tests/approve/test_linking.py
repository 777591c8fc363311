"""Linking the approval app (SEC-011…016, SEC-063)."""

from datetime import timedelta

import pytest

from stellwerk.foundation import clock, secrets
from stellwerk.foundation.actor import Actor
from stellwerk.foundation.errors import NotFound
from stellwerk.foundation.models import Event
from stellwerk.identity.models import ApprovalDevice, DeviceLink
from stellwerk.identity.queries import approve as queries
from stellwerk.identity.services import approve
from stellwerk.identity.tests.approve.phones import Phone, a_link, a_linked_phone
from stellwerk.organisations.tests.builders import a_person

pytestmark = pytest.mark.django_db
LINK_EXPIRED = (410, "link_expired")


def refusal(answer):
    return answer.status_code, answer.json()["error"]["code"]


def test_sec_013_a_device_joins_by_the_code_of_the_computer():
    anna = a_person()
    phone = Phone("Annas Pixel")

    answer = phone.join(a_link(anna).code)

    data = answer.json()["data"]
    assert answer.status_code == 201
    assert data["account"]["email"] == anna.email
    assert [row.name for row in queries.device_rows(anna.pk)] == ["Annas Pixel"]
    assert [row.kind for row in queries.device_rows(anna.pk)] == ["phone"]
    assert phone.call("GET", "/device").json()["data"]["device"] == data["device"]


def test_sec_014_a_link_works_once():
    anna = a_person()
    link = a_link(anna)
    Phone().join(link.code)

    assert refusal(Phone().join(link.code)) == LINK_EXPIRED
    assert len(queries.device_rows(anna.pk)) == 1
    assert queries.link_state(anna.pk, link.id).is_used


def test_sec_014_a_link_works_for_five_minutes():
    anna = a_person()
    with clock.travel_to(clock.now()):
        link = a_link(anna)
        opened = clock.now()
    with clock.travel_to(opened + timedelta(minutes=5, seconds=-1)):
        assert Phone().send("POST", "/links", {"code": link.code}).status_code == 200
    with clock.travel_to(opened + timedelta(minutes=5)):
        assert refusal(Phone().join(link.code)) == LINK_EXPIRED


def test_sec_014_a_new_link_ends_the_older_one():
    anna = a_person()
    older = a_link(anna)
    a_link(anna)

    assert refusal(Phone().join(older.code)) == LINK_EXPIRED
    assert queries.link_state(anna.pk, older.id).is_over


@pytest.mark.parametrize("code", ["", "x", "stw_link_000000", "stw_link_" + "a" * 38, "\u0000", "ß" * 100])
def test_a_guessed_link_is_refused_like_an_old_one(code):
    answer = Phone().send("POST", "/links", {"code": code})

    assert answer.status_code in (410, 422)


def test_a_link_is_stored_as_a_digest_only():
    anna = a_person()
    link = a_link(anna)

    stored = DeviceLink.objects.get()
    assert link.code not in str(vars(stored))
    assert stored.digest == secrets.digest(link.code)


def test_sec_063_a_key_joins_only_by_its_own_signature():
    anna = a_person()
    link = a_link(anna)

    answer = Phone().join(link.code, public_key=Phone().public_key)

    assert refusal(answer) == (400, "signature_invalid")
    assert not ApprovalDevice.objects.exists()
    assert Phone().join(link.code).status_code == 201  # the link is still good for the real device


def test_sec_063_the_name_is_part_of_what_is_signed():
    assert refusal(Phone().join(a_link(a_person()).code, name="Somebody else’s"))[1] == "signature_invalid"


@pytest.mark.parametrize("key", ["x", "AAAA", "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE"])
def test_only_keys_of_the_one_kind_are_taken(key):
    answer = Phone().join(a_link(a_person()).code, public_key=key)

    assert answer.status_code == 422
    assert answer.json()["error"]["errors"][0]["context"]["attribute"] == "public_key"


def test_one_key_is_one_device():
    anna = a_person()
    phone = a_linked_phone(anna)

    assert phone.join(a_link(anna).code).status_code == 409


def test_sec_015_several_devices_belong_to_one_account():
    anna = a_person()
    a_linked_phone(anna, "Pixel")
    a_linked_phone(anna, "Tablet")

    assert [row.name for row in queries.device_rows(anna.pk)] == ["Tablet", "Pixel"]


def test_nobody_opens_a_link_to_another_persons_account():
    anna, ben = a_person(), a_person("Ben")

    with pytest.raises(NotFound):
        approve.open_link(actor=Actor(account_id=ben.pk), account_id=anna.pk)


def test_a_new_device_stands_in_the_log():
    anna = a_person()
    a_linked_phone(anna)

    event = Event.objects.get(name="SecondFactorAdded")
    assert (event.account_id, event.through) == (anna.pk, "device")
    assert event.payload["name"] == "Annas Pixel"


def test_sec_064_a_call_without_or_with_a_foreign_signature_is_refused():
    anna, ben = a_person(), a_person("Ben")
    phone, other = a_linked_phone(anna), a_linked_phone(ben)

    reasons = {
        "none": phone.send("GET", "/challenges"),
        "foreign key": other.call("GET", "/challenges", as_handle=phone.handle),
        "unknown device": phone.call("GET", "/challenges", as_handle="00000000-0000-4000-8000-000000000000"),
        "too old": phone.call("GET", "/challenges", late_by=61),
        "too early": phone.call("GET", "/challenges", late_by=-61),
    }

    assert {name: answer.json()["error"]["context"]["reason"] for name, answer in reasons.items()} == {
        "none": "signature_missing",
        "foreign key": "signature_invalid",
        "unknown device": "device_unknown",
        "too old": "signature_stale",
        "too early": "signature_stale",
    }
    assert {answer.status_code for answer in reasons.values()} == {401}
    assert phone.call("GET", "/challenges", late_by=59).status_code == 200


def test_sec_064_a_changed_body_or_address_breaks_the_signature():
    phone = a_linked_phone(a_person())
    genuine = phone.call("GET", "/challenges").wsgi_request.META["HTTP_AUTHORIZATION"]
    elsewhere = phone.client.get("/api/2/api/2fa/push/device", headers={"Authorization": genuine})

    assert elsewhere.json()["error"]["context"]["reason"] == "signature_invalid"


def test_a_session_or_token_opens_nothing_of_the_devices():
    from stellwerk.identity.services import create_token

    anna = a_person()
    a_linked_phone(anna)
    _token, raw = create_token(actor=Actor(account_id=anna.pk), account_id=anna.pk, name="t", scopes=["user_info"])
    thief = Phone()
    thief.client.force_login(anna)

    by_session = thief.send("GET", "/challenges")
    by_token = thief.client.get("/api/2/api/2fa/push/challenges", headers={"Authorization": f"Bearer {raw}"})

    assert (by_session.status_code, by_token.status_code) == (401, 401)


def test_sec_060_unknown_fields_are_ignored():
    anna = a_person()
    phone = Phone()

    assert phone.join(a_link(anna).code, colour="blue").status_code == 201
