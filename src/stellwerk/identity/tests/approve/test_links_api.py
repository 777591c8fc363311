"""Linking a device that approves by the interface: API-026 over SEC-006, SEC-011…016, SEC-033."""

from datetime import timedelta

import pytest

from stellwerk.api.tests.builders import Caller, a_token_of, code_of, reason_of
from stellwerk.foundation import clock, jobs
from stellwerk.foundation.models import Event, Message
from stellwerk.identity.models import ApprovalDevice, DeviceLink
from stellwerk.identity.tests.approve.phones import Phone, a_linked_phone
from stellwerk.organisations.tests.builders import PASSWORD, a_person

pytestmark = pytest.mark.django_db
ROOT = "2/profile/second-factor"


@pytest.fixture
def anna():
    return a_person()


@pytest.fixture
def caller(anna):
    return Caller(a_token_of(anna))


def opened(caller):
    return caller.post(f"{ROOT}/approve/links", {"password": PASSWORD}).json()["data"]


def state(caller, link):
    return caller.get(f"{ROOT}/approve/links/{link['id']}").json()["data"]


def test_a_device_joins_by_the_address_that_a_program_shows_api_026_sec_013(caller, anna):
    link = opened(caller)
    assert link["address"] == f"http://testserver/approve#link={link['code']}"
    assert link["expired_at"] == int(DeviceLink.objects.get().expires_at.timestamp())
    assert (state(caller, link)["state"], state(caller, link)["device"]) == ("waiting", None)

    phone = Phone("Annas Pixel")
    assert phone.join(link["code"]).status_code == 201

    seen = state(caller, link)
    assert (seen["state"], seen["device"]["name"], seen["device"]["type"]) == ("linked", "Annas Pixel", "approve")
    assert caller.get(f"{ROOT}/methods").json()["data"] == [seen["device"]]
    assert caller.get(ROOT).json()["data"]["default_method"] == "approve"
    made = caller.post(f"{ROOT}/recovery-codes", {"password": PASSWORD}).json()["data"]
    assert len(made["recovery_codes"]) == 10
    jobs.run_due_jobs()
    assert Message.objects.filter(recipient=anna.email, template__contains="factor").exists(), "as on the page"


def test_no_link_is_opened_without_the_password_sec_006(caller):
    assert reason_of(caller.post(f"{ROOT}/approve/links", {})) == "password_required"
    assert code_of(caller.post(f"{ROOT}/approve/links", {"password": "guess"})) == "400 password_incorrect"
    assert not DeviceLink.objects.exists()


def test_a_link_ends_after_five_minutes_and_by_the_next_one_sec_014(caller):
    older, newer = opened(caller), opened(caller)

    assert [state(caller, link)["state"] for link in (older, newer)] == ["expired", "waiting"]
    with clock.travel_to(clock.now() + timedelta(minutes=5)):
        assert state(caller, newer)["state"] == "expired"
        assert code_of(Phone().join(newer["code"])) == "410 link_expired"


def test_links_and_devices_of_others_do_not_exist(caller):
    berta = a_person()
    link, phone = opened(Caller(a_token_of(berta))), a_linked_phone(berta)

    assert code_of(caller.get(f"{ROOT}/approve/links/{link['id']}")) == "404 object_not_found"
    renaming = f"{ROOT}/approve/devices/{phone.device.pk}"
    assert code_of(caller.send("PATCH", renaming, {"name": "Mine"})) == "404 object_not_found"
    assert phone.device.name == "Annas Pixel"


def test_a_device_gets_another_name_and_the_log_says_so_sec_015(caller, anna):
    device = a_linked_phone(anna).device
    renaming = f"{ROOT}/approve/devices/{device.pk}"

    assert caller.send("PATCH", renaming, {"name": "Work phone"}).json()["data"]["name"] == "Work phone"
    assert caller.send("PATCH", renaming, {"name": "Work phone"}).status_code == 200
    assert code_of(caller.send("PATCH", renaming, {"name": "\u0000"})) == "422 validation_failed"

    event = Event.objects.get(name="DeviceRenamed")
    assert (event.payload["old_name"], event.payload["name"]) == ("Annas Pixel", "Work phone")


def test_a_removed_device_approves_nothing_and_a_mail_says_so_sec_033(caller, anna):
    phone = a_linked_phone(anna)
    removal = f"{ROOT}/methods/approve/{phone.device.pk}"

    assert reason_of(caller.send("DELETE", removal)) == "password_required"
    assert caller.send("DELETE", removal, {"password": PASSWORD}).status_code == 200

    assert phone.call("GET", "/challenges").status_code == 401
    assert ApprovalDevice.objects.get().removed_at is not None
    assert code_of(caller.send("PATCH", f"{ROOT}/approve/devices/{phone.device.pk}", {"name": "x"})) == (
        "404 object_not_found"
    )
    jobs.run_due_jobs()
    assert Message.objects.filter(recipient=anna.email).count() >= 1
