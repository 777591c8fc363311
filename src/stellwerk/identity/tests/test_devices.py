"""The list of devices and the own activity: SEC-052…054."""

from datetime import timedelta

import pytest
from django.test import Client

from stellwerk.foundation import clock
from stellwerk.foundation.tests.mmdb import write_places
from stellwerk.identity.models import KnownBrowser
from stellwerk.identity.services import browsers
from stellwerk.identity.tests.test_browsers import FIREFOX, a_request
from stellwerk.organisations.tests.builders import PASSWORD, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return a_person(email="anna.keller@example.ch")


def sign_in(browser, account, **more):
    browser.post("/sign-in", {"email": account.email, "password": PASSWORD}, headers={"user-agent": FIREFOX}, **more)
    return browser


def test_a_device_is_listed_with_name_kind_place_and_times_sec_052(client, anna, settings, tmp_path):
    write_places(tmp_path / "p.mmdb", {"81.62.0.0/16": {"country": {"iso_code": "CH"}}})
    settings.PLACES_FILE = str(tmp_path / "p.mmdb")
    sign_in(client, anna, REMOTE_ADDR="81.62.0.1")

    page = client.get("/profile/sessions", REMOTE_ADDR="81.62.0.1").content.decode()

    for fact in ("Firefox 140 (Windows)", "Computer", "Switzerland", "81.62.0.1", "First seen", "this browser"):
        assert fact in page


def test_last_seen_follows_the_use_sec_052(client, anna):
    sign_in(client, anna)

    with clock.travel_to(clock.now() + timedelta(hours=5)):
        client.get("/profile")
        row = client.get("/profile/sessions").context["sessions"][0]

    assert row.last_seen_at - row.first_seen_at >= timedelta(hours=4)


def test_a_known_browser_is_removed_with_its_trust_and_its_session_sec_052(client, anna):
    other = sign_in(Client(), anna)
    browsers.trust(a_request(other), anna.pk)
    sign_in(client, anna)
    rows = client.get("/profile/sessions").context["browsers"]
    theirs = next(row for row in rows if not row.is_current)
    assert theirs.trusted_until is not None

    client.post(f"/profile/browsers/{theirs.id}/removal")

    assert other.get("/profile").status_code == 302
    assert not browsers.is_known(a_request(other), anna.pk)
    assert not browsers.is_trusted(a_request(other), anna.pk)
    assert client.get("/profile").status_code == 200


def test_removing_the_browser_at_hand_keeps_its_session(client, anna):
    sign_in(client, anna)
    (row,) = client.get("/profile/sessions").context["browsers"]

    client.post(f"/profile/browsers/{row.id}/removal")

    assert client.get("/profile").status_code == 200
    assert KnownBrowser.objects.count() == 0


def test_browsers_of_others_do_not_exist(client, anna):
    sign_in(Client(), a_person())
    sign_in(client, anna)
    theirs = KnownBrowser.objects.exclude(account=anna).get()

    assert client.post(f"/profile/browsers/{theirs.pk}/removal").status_code == 404


def test_the_own_activity_is_paged_and_speaks_the_persons_language_sec_054(client, django_assert_max_num_queries):
    berta = a_person("Berta", "Bauer", language="de")
    sign_in(client, berta)
    for number in range(60):
        client.post("/profile", {"first_name": f"Berta {number}", "last_name": "Bauer", "phone": "+41446681800",
                                 "language": "de", "theme": "dark"})  # fmt: skip

    with django_assert_max_num_queries(12):
        first = client.get("/profile/activity")
    second = client.get("/profile/activity", {"page": "2"})

    assert len(first.context["rows"].object_list) == 50
    assert "hat sich angemeldet" in second.content.decode()


def test_the_activity_of_others_is_theirs_sec_054(client, anna):
    sign_in(Client(), a_person("Ben", "Bauer"))
    sign_in(client, anna)

    assert "Ben Bauer" not in client.get("/profile/activity").content.decode()


def test_browsers_that_no_cookie_names_any_more_are_forgotten(client, anna):
    sign_in(client, anna)

    with clock.travel_to(clock.now() + timedelta(days=401)):
        assert browsers.forget_strangers() == 1
