"""Signing in and out: ID-032…044, SEC-059, and what strangers try."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import get_hasher
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stellwerk.foundation import clock
from stellwerk.foundation.models import Event
from stellwerk.identity.models import Account
from stellwerk.identity.services import sign_in as service
from stellwerk.identity.services import throttle
from stellwerk.identity.services.sessions import forget_old_sessions
from stellwerk.organisations.tests.builders import PASSWORD, a_person, an_organisation

pytestmark = pytest.mark.django_db

SIGN_IN = "/sign-in"


def sign_in(client: Client, account: Account, password: str = PASSWORD, **more: str):
    return client.post(SIGN_IN, {"email": account.email, "password": password, **more})


def test_a_person_signs_in_and_comes_to_the_start_page_of_the_organisation_id_032(client):
    anna = a_person()
    acme = an_organisation(of=anna)

    answer = sign_in(client, anna)

    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert client.get("/")["Location"] == f"/o/{acme.pk}/"


def test_sign_in_leads_on_to_the_page_asked_for_id_032(client):
    anna = a_person()
    asked = client.get("/organisations")

    assert asked["Location"] == "/sign-in?next=%2Forganisations"
    assert sign_in(client, anna, next="/organisations")["Location"] == "/organisations"


@pytest.mark.parametrize(
    "planted",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil.example"],
)
def test_sign_in_never_leads_to_another_site(client, planted):
    anna = a_person()

    page = client.get(SIGN_IN, {"next": planted})
    answer = sign_in(client, anna, next=planted)

    assert page.context["next_url"] == ""
    assert answer["Location"] == "/"


def test_every_wrong_combination_gets_the_same_answer_id_034(client):
    anna = a_person()

    wrong_password = sign_in(client, anna, "quite another password")
    unknown_login = client.post(SIGN_IN, {"email": "nobody@example.ch", "password": PASSWORD})

    assert wrong_password.status_code == unknown_login.status_code == 400
    told = [str(answer.context["form"].errors) for answer in (wrong_password, unknown_login)]
    assert told[0] == told[1]


def test_an_unknown_login_costs_one_hash_like_a_known_one_id_034(client, monkeypatch):
    hashed = []
    hasher = type(get_hasher())
    verify = hasher.verify
    monkeypatch.setattr(
        hasher, "verify", lambda self, password, encoded: hashed.append(1) or verify(self, password, encoded)
    )
    service.hash_of_nobody()

    client.post(SIGN_IN, {"email": "nobody@example.ch", "password": PASSWORD})
    for_nobody = len(hashed)
    sign_in(client, a_person(), "quite another password")

    assert for_nobody == 1
    assert len(hashed) == 2


def test_a_login_is_found_whatever_its_spelling(client):
    anna = a_person(email="anna.keller@example.ch")

    assert client.post(SIGN_IN, {"email": " Anna.Keller@Example.ch ", "password": PASSWORD}).status_code == 302
    assert Account.objects.get(pk=anna.pk).last_login is not None


def test_a_closed_account_stays_out(client):
    anna = a_person()
    Account.objects.filter(pk=anna.pk).update(is_active=False)

    assert sign_in(client, anna).status_code == 400


@pytest.mark.parametrize("password", ["x" * 1_000_000, "null\x00byte", "", "🔑" * 5000])
def test_odd_passwords_are_refused_without_harm(client, password):
    anna = a_person()

    answer = sign_in(client, anna, password)

    assert answer.status_code in (400, 422)


@pytest.mark.parametrize(
    "login", ["\x00", "a" * 100_000, "anna@exämple.ch\r\nBcc: all@example.ch", "\uff41nna@example.ch"]
)
def test_odd_logins_are_refused_without_harm(client, login):
    assert client.post(SIGN_IN, {"email": login, "password": PASSWORD}).status_code in (400, 422)


def test_the_session_key_changes_with_the_sign_in_so_that_a_planted_one_is_worth_nothing(client):
    client.post("/forgotten", {"email": "nobody@example.ch"})
    planted = client.session.session_key

    sign_in(client, a_person())

    assert planted
    assert client.session.session_key != planted


def test_a_form_from_another_site_signs_nobody_in():
    guarded = Client(enforce_csrf_checks=True)

    assert sign_in(guarded, a_person()).status_code == 403


def test_ten_wrong_passwords_close_the_door_for_a_while_sec_059(client):
    anna = a_person()
    for _ in range(10):
        assert sign_in(client, anna, "quite another password").status_code == 400

    answer = sign_in(client, anna)

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 900
    assert "Try again in 15 minutes." in answer.content.decode()
    assert sign_in(client, a_person()).status_code == 302, "another account is not concerned"


def test_an_address_that_tries_many_logins_is_stopped_sec_059(client):
    answers = [client.post(SIGN_IN, {"email": f"guess{number}@example.ch", "password": "x"}) for number in range(51)]

    assert answers[49].status_code == 400
    assert answers[50].status_code == 429


def test_a_whole_ipv6_network_counts_as_one_address_sec_059(client):
    """A provider gives each customer 2^64 of them."""
    for number in range(50):  # counted as the page does, without drawing it as often
        throttle.count(throttle.SIGN_IN_PER_ADDRESS, f"2001:db8:0:1::{number:x}")

    guess = {"email": "guess@example.ch", "password": "x"}
    assert client.post(SIGN_IN, guess, REMOTE_ADDR="2001:db8:0:1:ffff::1").status_code == 429
    assert client.post(SIGN_IN, guess, REMOTE_ADDR="2001:db8:0:2::1").status_code == 400


def test_every_limit_of_addresses_counts_networks_sec_059():
    limits = {name: limit for name, limit in vars(throttle).items() if isinstance(limit, throttle.Limit)}

    assert {name for name, limit in limits.items() if limit.by_network} == {
        name for name in limits if name.endswith("_PER_ADDRESS")
    }


def test_signing_in_often_is_no_guessing_sec_059(client):
    anna = a_person()

    assert {sign_in(client, anna).status_code for _ in range(60)} == {302}


def test_filling_the_counters_with_other_logins_opens_no_door_sec_059(client):
    """A cache that throws entries away when it is full would."""
    anna = a_person()
    for _ in range(10):
        sign_in(client, anna, "quite another password")
    for number in range(400):  # counted as the page does, without drawing it as often
        throttle.count(throttle.SIGN_IN_PER_ACCOUNT, f"guess{number}@example.ch")
        throttle.count(throttle.SIGN_IN_PER_ADDRESS, f"192.0.2.{number % 250}")

    assert sign_in(client, anna).status_code == 429


def test_a_sign_in_is_noted_in_business_time(client):
    anna = a_person()
    in_a_year = clock.now() + timedelta(days=365)

    with clock.travel_to(in_a_year):
        sign_in(client, anna)

    assert Account.objects.get(pk=anna.pk).last_login == in_a_year


def test_signing_in_costs_the_same_however_many_sessions_are_open():
    anna = a_person()
    sign_in(Client(), anna)  # the very first sign-in of all is told to nobody, and cheaper
    costs = []
    for open_sessions in (1, 30):
        for _ in range(open_sessions):
            sign_in(Client(), anna)
        with CaptureQueriesContext(connection) as asked:
            sign_in(Client(), anna)
        costs.append(len(asked))

    assert costs[0] == costs[1]
    assert costs[1] <= 16  # two fewer on SQLite, which keeps the limits on guessing in a file of its own


def test_whoever_signs_in_twice_in_one_session_stays_listed_once(client):
    anna = a_person()
    sign_in(client, anna)

    assert sign_in(client, anna).status_code == 302
    assert client.get("/profile").status_code == 200
    assert UserSession.objects.filter(user_id=anna.pk).count() == 1


def test_sessions_that_ran_out_are_forgotten_and_others_not(client):
    anna = a_person()
    gone = Client()
    sign_in(gone, anna)
    Session.objects.update(expire_date=clock.wall() - timedelta(days=1))
    UserSession.objects.update(last_seen_at=clock.wall() - timedelta(days=31))
    sign_in(client, anna)

    assert forget_old_sessions() == 1
    assert client.get("/profile").status_code == 200
    assert Session.objects.filter(expire_date__lt=clock.wall()).count() == 0


def test_both_outcomes_stand_in_the_persons_activity(client):
    anna = a_person()

    sign_in(client, anna, "quite another password")
    sign_in(client, anna)

    names = Event.objects.filter(account_id=anna.pk).order_by("pk").values_list("name", flat=True)
    assert list(names)[-2:] == ["SignInFailed", "SignedIn"]
    assert Event.objects.filter(name="SignedIn").get().address == "127.0.0.1"


def test_signing_out_needs_a_form_and_shows_where_to_go_next_id_040(client):
    anna = a_person()
    sign_in(client, anna)

    assert client.get("/sign-out").status_code == 200
    assert client.get("/organisations").status_code == 200, "a link signs nobody out"
    answer = client.post("/sign-out", follow=True)

    assert answer.redirect_chain[-1][0] == reverse("identity:signed-out")
    assert client.get("/organisations").status_code == 302


def test_the_door_works_without_script_and_asks_the_database_for_a_session_only(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        answer = client.get(SIGN_IN)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'autocomplete="username webauthn"' in page
    assert 'autocomplete="current-password"' in page
    assert "<script>" not in page
