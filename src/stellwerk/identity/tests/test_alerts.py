"""Mails about sign-ins: ID-035, ID-036, SEC-055, SEC-058. They never flood."""

from datetime import timedelta

import pytest
from django.test import Client

from stellwerk.foundation import clock, jobs
from stellwerk.foundation.models import Message
from stellwerk.foundation.tests.mmdb import write_places
from stellwerk.identity.services.guard import choose_security
from stellwerk.organisations.tests.builders import PASSWORD, a_person, a_stranger_actor

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def anna():
    return a_person(email="anna.keller@example.ch")


@pytest.fixture
def places(settings, tmp_path):
    bern = {"city": {"names": {"en": "Bern"}}, "country": {"iso_code": "CH"}}
    write_places(tmp_path / "p.mmdb", {"81.62.0.0/16": bern, "90.0.0.0/16": {"country": {"iso_code": "FR"}}})
    settings.PLACES_FILE = str(tmp_path / "p.mmdb")


def knock(browser, account, password=PASSWORD, address="81.62.0.1"):
    return browser.post(
        "/sign-in",
        {"email": account.email, "password": password},
        REMOTE_ADDR=address,
        headers={"user-agent": FIREFOX},
    )


def wants(account, alerts):
    choose_security(actor=a_stranger_actor(account), account_id=account.pk, alerts=alerts, locks_after=10)


def mails(account, name="") -> list[Message]:
    jobs.run_due_jobs()
    found = Message.objects.filter(recipient=account.email, template__endswith=name).order_by("pk")
    return list(found)


def test_the_first_sign_in_of_all_and_the_next_in_the_same_browser_send_nothing_id_035(client, anna, places):
    knock(client, anna)
    client.post("/sign-out")
    knock(client, anna)

    assert mails(anna) == []


def test_a_new_browser_is_told_with_time_device_place_and_address_id_035_sec_058(client, anna, places):
    knock(client, anna)

    with clock.travel_to(clock.now() + timedelta(days=1)):
        knock(Client(), anna)
        (mail,) = mails(anna)

    assert mail.subject == "Sign-in with a new browser"
    for fact in ("Firefox 140 (Windows)", "Bern, Switzerland", "81.62.0.1", "Time: "):
        assert fact in mail.body
    assert "open the Manager yourself" in mail.body
    assert "http" not in mail.body, "a mail that warns of links holds none"


def test_a_new_place_is_told_once_id_035(client, anna, places):
    knock(client, anna)
    knock(client, anna, address="90.0.0.1")
    knock(client, anna, address="90.0.0.2")

    (mail,) = mails(anna)
    assert mail.subject == "Sign-in from a new place"
    assert "France" in mail.body


@pytest.mark.parametrize(("choice", "expected"), [("every", 3), ("unusual", 1), ("none", 0)])
def test_the_person_chooses_which_sign_ins_are_told_sec_055(client, anna, choice, expected):
    wants(anna, choice)
    knock(client, anna)
    knock(client, anna)
    knock(Client(), anna)

    assert len(mails(anna)) == expected


@pytest.mark.parametrize(("choice", "expected"), [("every", 1), ("unusual", 1), ("none", 0)])
def test_a_wrong_password_after_the_right_login_is_told_id_036_sec_055(client, anna, choice, expected):
    wants(anna, choice)

    knock(client, anna, "wrong")

    found = mails(anna)
    assert len(found) == expected
    assert all("A wrong password was typed" in mail.subject for mail in found)


def test_an_unknown_login_tells_nobody_id_036(client, anna):
    client.post("/sign-in", {"email": "nobody@example.ch", "password": "x"})
    jobs.run_due_jobs()

    assert Message.objects.count() == 0


def test_many_failures_are_one_mail_an_hour_with_their_number_id_036(anna):
    """Credential stuffing from many addresses: the person is told, and not buried."""
    start = clock.now()
    for number in range(40):
        with clock.travel_to(start + timedelta(minutes=number)):
            knock(Client(), anna, "wrong", address=f"192.0.2.{number}")
            jobs.run_due_jobs()
    told_at_once = len(mails(anna, "sign_ins_failed"))
    with clock.travel_to(start + timedelta(hours=1, minutes=1)):
        found = mails(anna, "sign_ins_failed")
    with clock.travel_to(start + timedelta(hours=5)):
        later = mails(anna, "sign_ins_failed")

    assert told_at_once == 1
    assert len(found) == len(later) == 2
    count = int(found[1].subject.split()[0])
    assert 9 <= count <= 39, "those that the throttle let through"


def test_the_language_is_that_of_the_reader(client, places):
    berta = a_person(email="berta@example.ch", language="de")
    knock(client, berta)
    knock(Client(), berta)

    (mail,) = mails(berta)
    assert mail.subject == "Anmeldung mit einem neuen Browser"
    assert "Bern, Schweiz" in mail.body


def test_a_header_cannot_write_into_the_mail(client, anna):
    knock(client, anna)
    odd = "Evil\r\nBcc: all@example.ch {{ secret }} <script>"

    Client().post(
        "/sign-in",
        {"email": anna.email, "password": PASSWORD},
        headers={"user-agent": odd.replace("\r\n", "\t")},
    )

    (mail,) = mails(anna)
    assert "\nBcc" not in mail.body
    assert "{{ secret }}" not in mail.subject


def test_the_page_saves_choices_and_warns_of_look_alikes_sec_055_sec_058(client, anna):
    knock(client, anna)
    page = client.get("/profile/alerts").content.decode()
    assert "Do not follow links in them" in page

    answer = client.post("/profile/alerts", {"alerts": "none", "locks_after": "5"}, follow=True)

    assert "Your choices are saved." in answer.content.decode()
    assert answer.context["form"].initial == {"alerts": "none", "locks_after": 5}
    client.post("/profile/alerts", {"alerts": "none", "locks_after": "never"})
    assert client.get("/profile/alerts").context["form"].initial["locks_after"] == "never"


@pytest.mark.parametrize("wrong", [{"alerts": "loud"}, {"alerts": ""}, {"locks_after": "3"}, {"locks_after": "x"}])
def test_odd_choices_are_refused(client, anna, wrong):
    knock(client, anna)

    answer = client.post("/profile/alerts", {"alerts": "every", "locks_after": "10", **wrong})

    assert answer.status_code == 422
    assert client.get("/profile/alerts").context["guard"].alerts == "unusual"
