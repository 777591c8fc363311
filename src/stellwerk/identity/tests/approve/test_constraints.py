"""What the database refuses of links, devices and requests, whoever asks."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from stellwerk.identity.models import Account, ApprovalDevice, ApprovalRequest, DeviceLink
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def an_account(email="anna@example.ch"):
    return Account.objects.create(email=email, first_name="Anna", last_name="Keller")


def a_device(account, key="key", **more):
    return ApprovalDevice.objects.create(
        account=account,
        handle=uuid.uuid4(),
        name="Phone",
        public_key=key,
        sealed_seed="sealed",
        created_at=NOON,
        **more,
    )


def a_request(account, **more):
    facts = {"number": 47, "browser_digest": "b" * 64, "expires_at": NOON + timedelta(minutes=2), **more}
    return ApprovalRequest.objects.create(account=account, uuid=uuid.uuid4(), created_at=NOON, **facts)


def test_a_removed_device_is_reached_by_no_push_message():
    with refused_by("removed_device_gets_no_push"):
        a_device(an_account(), removed_at=NOON, sealed_subscription="somewhere")


def test_sec_014_a_used_link_names_the_device_it_made():
    with refused_by("used_link_names_its_device"):
        DeviceLink.objects.create(
            account=an_account(), digest="d", created_at=NOON, expires_at=NOON + timedelta(minutes=5), used_at=NOON
        )


def test_sec_014_a_link_ends_after_it_begins():
    with refused_by("device_link_ends_after_it_begins"):
        DeviceLink.objects.create(account=an_account(), digest="d", created_at=NOON, expires_at=NOON)


@pytest.mark.parametrize("number", [9, 100])
def test_the_number_to_match_has_two_digits(number):
    with refused_by("approval_number_has_two_digits"):
        a_request(an_account(), number=number)


def test_sec_021_a_request_ends_after_it_begins():
    with refused_by("approval_ends_after_it_begins"):
        a_request(an_account(), expires_at=NOON)


def test_sec_067_nobody_but_a_device_decides():
    with refused_by("approval_is_decided_by_a_device"):
        a_request(an_account(), decision="approved", decided_at=NOON)


def test_sec_021_a_late_answer_cannot_be_stored():
    anna = an_account()
    with refused_by("approval_is_decided_in_time"):
        a_request(anna, decision="approved", decided_by=a_device(anna), decided_at=NOON + timedelta(minutes=2))


@pytest.mark.parametrize("more", [{"decision": "rejected"}, {"decision": "approved", "withdrawn_at": NOON}])
def test_sec_018_only_what_was_approved_is_finalised(more):
    anna = an_account()
    with refused_by("only_approved_requests_are_finalised"):
        a_request(anna, decided_by=a_device(anna), decided_at=NOON, finalised_at=NOON, **more)


def test_sec_022_a_browser_waits_for_one_request():
    anna = an_account()
    a_request(anna)
    a_request(anna, withdrawn_at=NOON)
    with refused_by("one_open_approval_per_browser"):
        a_request(anna)
