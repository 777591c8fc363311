"""Browsers that an account has used: the ground of ID-035, ID-041 and SEC-056."""

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from stellwerk.foundation import clock
from stellwerk.foundation.tests.mmdb import write_places
from stellwerk.identity.models import KnownBrowser, KnownPlace
from stellwerk.identity.services import browsers
from stellwerk.organisations.tests.builders import PASSWORD, a_person
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def sign_in(browser, account, **more):
    return browser.post("/sign-in", {"email": account.email, "password": PASSWORD}, **more)


def a_request(browser, **more):
    """A later request of the same browser, as services see it."""
    request = RequestFactory(HTTP_USER_AGENT=FIREFOX).get("/", **more)
    request.COOKIES = {name: morsel.value for name, morsel in browser.cookies.items()}
    request.session = browser.session
    return request


def test_a_sign_in_leaves_one_cookie_that_scripts_cannot_read(client):
    answer = sign_in(client, a_person(), headers={"user-agent": FIREFOX})

    cookie = answer.cookies["browser"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 365 * 24 * 3600)
    assert len(cookie.value) == 22, "128 random bits"
    row = KnownBrowser.objects.get()
    assert cookie.value not in (row.digest, row.session_key)
    assert (row.user_agent, row.address, row.is_remembered) == (FIREFOX, "127.0.0.1", True)


def test_the_cookie_is_secure_where_the_site_is(client, settings):
    settings.SESSION_COOKIE_SECURE = True

    assert sign_in(client, a_person()).cookies["browser"]["secure"]


def test_a_visitor_gets_no_cookie(client):
    assert "browser" not in client.get("/sign-in").cookies
    assert "browser" not in client.post("/sign-in", {"email": "a@example.ch", "password": "x"}).cookies


def test_a_browser_is_known_after_a_sign_in_and_for_that_account_only(client):
    anna, ben = a_person(), a_person()
    assert not browsers.is_known(a_request(client), anna.pk)

    sign_in(client, anna)

    assert browsers.is_known(a_request(client), anna.pk)
    assert not browsers.is_known(a_request(client), ben.pk)
    assert not browsers.is_known(a_request(Client()), anna.pk)
    with clock.travel_to(clock.now() + timedelta(days=366)):
        assert not browsers.is_known(a_request(client), anna.pk), "after a year it is a stranger"


def test_a_planted_value_is_worth_nothing_after_the_sign_in(client):
    """Otherwise whoever planted it would be known, trusted, and could switch to the session without a password."""
    anna = a_person()
    planted = "A" * 22
    client.cookies = SimpleCookie({"browser": planted})

    sign_in(client, anna)

    assert client.cookies["browser"].value != planted
    thief = Client()
    thief.cookies = SimpleCookie({"browser": planted})
    assert not browsers.is_known(a_request(thief), anna.pk)


@pytest.mark.parametrize("odd", ["", "short", "x" * 5000, "a" * 21 + "é", "a" * 21 + "\x00", "'; DROP TABLE--aaaaaaaa"])
def test_an_odd_cookie_is_no_cookie(client, odd):
    request = a_request(client)
    request.COOKIES["browser"] = odd

    assert browsers.digest_of(request) == ""
    assert not browsers.is_known(request, a_person().pk)


def test_trust_lasts_thirty_days_in_this_browser_for_this_account(client):
    anna, ben = a_person(), a_person()
    sign_in(client, anna)
    request = a_request(client)
    assert not browsers.is_trusted(request, anna.pk)

    browsers.trust(request, anna.pk)

    assert browsers.is_trusted(request, anna.pk)
    assert not browsers.is_trusted(request, ben.pk)
    assert not browsers.is_trusted(a_request(Client()), anna.pk)
    with clock.travel_to(clock.now() + timedelta(days=30, minutes=1)):
        assert not browsers.is_trusted(request, anna.pk)


def test_trust_in_a_browser_without_a_cookie_gives_it_one_and_does_not_make_it_known(client):
    anna = a_person()
    request = a_request(client)

    browsers.trust(request, anna.pk)
    answer = HttpResponse()
    browsers.write_cookie(request, answer)

    assert answer.cookies["browser"].value
    assert browsers.is_trusted(request, anna.pk)
    assert not browsers.is_known(request, anna.pk), "the sign-in is not through yet, and must be told of"


@pytest.mark.parametrize(
    ("path", "entries"),
    [
        ("/profile/password", {"current_password": PASSWORD, "new_password": "eleven calm badgers sing"}),
        ("/profile/sessions/others/end", {}),
    ],
)
def test_a_new_password_and_ending_all_others_end_trust_everywhere(client, path, entries):
    anna = a_person()
    sign_in(client, anna)
    browsers.trust(a_request(client), anna.pk)
    sign_in(Client(), anna)

    client.post(path, entries)

    assert not browsers.is_trusted(a_request(client), anna.pk)
    assert browsers.is_known(a_request(client), anna.pk)


def test_use_is_noted_once_an_hour(client, django_assert_num_queries):
    anna = a_person()
    sign_in(client, anna)
    signed_in_at = KnownBrowser.objects.get().last_seen_at

    with clock.travel_to(clock.now() + timedelta(minutes=59)):
        client.get("/profile")
    assert KnownBrowser.objects.get().last_seen_at == signed_in_at
    later = clock.now() + timedelta(minutes=61)
    with clock.travel_to(later):
        client.get("/profile")
    assert KnownBrowser.objects.get().last_seen_at == later


class TestWhatIsNew:
    """ID-035: the first successful sign-in from a new place or browser."""

    @pytest.fixture(autouse=True)
    def places(self, settings, tmp_path):
        write_places(tmp_path / "p.mmdb", {"81.62.0.0/16": {"country": {"iso_code": "CH"}},
                                           "90.0.0.0/16": {"country": {"iso_code": "FR"}}})  # fmt: skip
        settings.PLACES_FILE = str(tmp_path / "p.mmdb")

    def seen(self, browser, anna, address="81.62.0.1"):
        request = a_request(browser, REMOTE_ADDR=address)
        sighting = browsers.note(request, anna.pk)
        browser.cookies["browser"] = request.new_browser
        return sighting.is_new_browser, sighting.is_new_place

    def test_the_very_first_sign_in_is_news_to_nobody(self, client):
        assert self.seen(client, a_person()) == (False, False)

    def test_a_second_browser_a_second_place_and_then_neither(self, client):
        anna, other = a_person(), Client()
        self.seen(client, anna)

        assert self.seen(client, anna) == (False, False)
        assert self.seen(other, anna) == (True, False)
        assert self.seen(other, anna, "90.0.0.1") == (False, True)
        assert self.seen(client, anna, "90.0.0.2") == (False, False)
        assert set(KnownPlace.objects.values_list("region", flat=True)) == {"CH", "FR"}


def test_a_browser_and_a_place_are_known_once_per_account():
    anna = a_person()
    now = clock.now()
    KnownBrowser.objects.create(account=anna, digest="d", first_seen_at=now)
    KnownPlace.objects.create(account=anna, region="CH", first_seen_at=now)

    with refused_by("browser_known_once_per_account"):
        KnownBrowser.objects.create(account=anna, digest="d", first_seen_at=now)
    with refused_by("place_known_once_per_account"):
        KnownPlace.objects.create(account=anna, region="CH", first_seen_at=now)
