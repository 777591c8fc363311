"""Too many wrong passwords lock the account for browsers it does not know: SEC-056, SEC-057, Q33."""

from datetime import timedelta

import pytest
from django.test import Client

from stellwerk.foundation import clock, jobs, rate_limits
from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import AccessDenied
from stellwerk.foundation.models import Event, Message
from stellwerk.identity import queries
from stellwerk.identity.models import SignInGuard
from stellwerk.identity.services.guard import choose_security
from stellwerk.identity.tests.recovering import code_sent_to
from stellwerk.organisations.services.memberships import unlock_member
from stellwerk.organisations.tests.builders import (
    PASSWORD,
    a_legal_representative_of,
    a_member_of,
    a_person,
    a_stranger_actor,
    an_organisation,
)
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db
NEW = "eleven calm badgers sing"


@pytest.fixture
def anna():
    return a_person(email="anna.keller@example.ch")


def knock(browser, account, password=PASSWORD, address="192.0.2.1"):
    return browser.post("/sign-in", {"email": account.email, "password": password}, REMOTE_ADDR=address)


def stuffed(account, times=10):
    """Guesses from many addresses over hours: no throttle sees them all."""
    for number in range(times):
        knock(Client(), account, "wrong", address=f"192.0.2.{number}")
        rate_limits.forget_all()


def locks_after(account, number):
    choose_security(actor=a_stranger_actor(account), account_id=account.pk, alerts="unusual", locks_after=number)


def test_ten_failures_from_many_addresses_lock_the_account_for_strangers_sec_056(anna):
    stuffed(anna, 9)
    assert not queries.is_locked(anna.pk)

    stuffed(anna, 1)

    assert queries.is_locked(anna.pk)
    answer = knock(Client(), anna)
    assert answer.status_code == 403
    assert "this account is locked for browsers it does not know" in answer.content.decode()
    assert "set a new password" in answer.content.decode()


def test_whoever_does_not_know_the_password_learns_nothing_of_the_lock_sec_056_id_034(anna):
    stuffed(anna)

    locked = knock(Client(), anna, "wrong")
    unknown = Client().post("/sign-in", {"email": "nobody@example.ch", "password": "wrong"})

    assert locked.status_code == unknown.status_code == 400
    assert str(locked.context["form"].errors) == str(unknown.context["form"].errors)


def test_a_known_browser_goes_on_q33(client, anna):
    knock(client, anna)
    client.post("/sign-out")
    stuffed(anna)

    assert knock(client, anna).status_code == 302
    assert queries.is_locked(anna.pk), "signing in opens nothing for strangers"


def test_strangers_who_guess_do_not_close_the_door_to_a_known_browser_q33(client, anna):
    """The throttle of ten in fifteen minutes counts known browsers apart."""
    knock(client, anna)
    client.post("/sign-out")
    for number in range(12):
        knock(Client(), anna, "wrong", address=f"192.0.2.{number}")

    assert knock(Client(), anna).status_code == 429
    assert knock(client, anna).status_code == 302


@pytest.mark.parametrize(
    ("choice", "tries", "locked"), [(5, 5, True), (5, 4, False), (20, 19, False), (None, 40, False)]
)
def test_the_person_chooses_after_how_many_sec_056(anna, choice, tries, locked):
    locks_after(anna, choice)

    stuffed(anna, tries)

    assert queries.is_locked(anna.pk) is locked


def test_a_sign_in_begins_the_count_anew(anna):
    stuffed(anna, 9)
    knock(Client(), anna)
    stuffed(anna, 9)

    assert not queries.is_locked(anna.pk)


def test_a_wrong_password_asked_once_more_counts_too(client, anna):
    knock(client, anna)
    locks_after(anna, 5)

    for _ in range(5):
        client.post("/profile/password", {"current_password": "wrong", "new_password": NEW})

    assert queries.is_locked(anna.pk)


def test_it_opens_by_itself_after_a_day_or_what_the_operator_says_sec_056(anna, settings):
    stuffed(anna)

    with clock.travel_to(clock.now() + timedelta(hours=23, minutes=59)):
        assert knock(Client(), anna).status_code == 403
    with clock.travel_to(clock.now() + timedelta(hours=24, minutes=1)):
        stuffed(anna, 9)
        assert not queries.is_locked(anna.pk), "it counts anew"
        assert knock(Client(), anna).status_code == 302
    settings.ACCOUNT_LOCK_HOURS = 1
    stuffed(anna)
    with clock.travel_to(clock.now() + timedelta(hours=1, minutes=1)):
        assert not queries.is_locked(anna.pk)


def test_the_person_unlocks_it_from_a_known_browser_sec_056(client, anna):
    knock(client, anna)
    stuffed(anna)
    assert "Unlock now" in client.get("/profile/alerts").content.decode()

    client.post("/profile/alerts/unlock")

    assert knock(Client(), anna).status_code == 302
    assert "Unlock now" not in client.get("/profile/alerts").content.decode()


def test_a_new_password_by_code_unlocks_it_sec_056(anna):
    stuffed(anna)
    visitor = Client()
    visitor.post("/forgotten", {"email": anna.email})
    visitor.post("/forgotten/options", {"channel": "email"})

    visitor.post("/forgotten/code", {"code": code_sent_to(anna.email), "new_password": NEW})

    assert knock(Client(), anna, NEW).status_code == 302


def test_an_administrator_unlocks_a_member_and_sees_no_secret_sec_057(client):
    acme = an_organisation()
    mia = a_member_of(acme)
    boss = a_member_of(acme, Role.ADMINISTRATOR)
    stuffed(mia)
    knock(client, boss)
    page = f"/o/{acme.pk}/members/{mia.pk}"
    assert "Unlock the account" in client.get(page).content.decode()

    answer = client.post(f"{page}/unlocking", follow=True)

    assert answer.redirect_chain[-1][0] == page
    assert "Unlock the account" not in answer.content.decode()
    assert knock(Client(), mia).status_code == 302
    jobs.run_due_jobs()
    told = Message.objects.get(recipient=mia.email, template="identity/email/account_unlocked")
    assert boss.display_name in told.body
    assert Event.objects.filter(name="MemberUnlocked", organisation_id=acme.pk).count() == 1


def test_an_external_is_not_unlocked_by_an_organisation_sec_057():
    acme = an_organisation()
    guest = a_member_of(acme, Role.EXTERNAL)
    stuffed(guest)

    with pytest.raises(AccessDenied) as refused:
        unlock_member(actor=a_legal_representative_of(acme), organisation_id=acme.pk, account_id=guest.pk)

    assert refused.value.reason == "members_only"
    assert queries.is_locked(guest.pk)


def test_the_person_is_told_of_the_lock_and_of_a_right_password_that_was_stopped(anna):
    stuffed(anna)
    knock(Client(), anna)
    knock(Client(), anna)
    jobs.run_due_jobs()

    told = Message.objects.filter(recipient=anna.email).values_list("template", flat=True)
    assert sorted(told) == [
        "identity/email/account_locked", "identity/email/sign_in_blocked", "identity/email/sign_ins_failed",
    ]  # fmt: skip
    lock = Message.objects.get(template="identity/email/account_locked")
    assert "by itself after 24 hours" in lock.body


@pytest.mark.parametrize("number", [4, 21])
def test_a_lock_comes_after_five_to_twenty_failures(anna, number):
    with refused_by("locks_after_five_to_twenty"):
        SignInGuard.objects.create(account=anna, locks_after=number)
