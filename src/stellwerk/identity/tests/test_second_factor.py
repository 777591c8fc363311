"""The frame of second factors and authenticator apps: SEC-001…010, SEC-026…028, ID-032, and what thieves try."""

from datetime import timedelta

import pytest
from django.test import Client

from stellwerk.foundation import clock, jobs
from stellwerk.foundation.models import Event, Message
from stellwerk.identity.models import TotpApp
from stellwerk.identity.tests.factors import (
    a_code_of,
    a_totp_app_of,
    a_waiting_browser,
    is_signed_in,
    sign_in_with_password,
)
from stellwerk.organisations.tests.builders import PASSWORD, a_person

pytestmark = pytest.mark.django_db
STEP = "/sign-in/second-factor/totp"
OVERVIEW = "/profile/second-factor"
NEW = "/profile/second-factor/totp/new"


@pytest.fixture
def anna():
    return a_person(email="anna.keller@example.ch")


@pytest.fixture
def app(anna):
    return a_totp_app_of(anna)


def test_with_a_factor_the_password_alone_opens_nothing_sec_001_id_032(client, anna, app):
    answer = sign_in_with_password(client, anna, next="/organisations")

    assert answer["Location"] == "/sign-in/second-factor"
    assert client.get("/sign-in/second-factor")["Location"] == STEP
    assert not is_signed_in(client)
    passed = client.post(STEP, {"code": a_code_of(app)})
    assert passed["Location"] == "/organisations"
    assert is_signed_in(client)


def test_without_a_factor_sign_in_is_what_it_was_sec_001(client, anna):
    assert sign_in_with_password(client, anna)["Location"] == "/"
    assert is_signed_in(client)


def test_the_sign_in_is_noted_when_it_is_complete(client, anna, app):
    sign_in_with_password(client, anna)
    before = list(Event.objects.filter(account_id=anna.pk).values_list("name", flat=True))
    client.post(STEP, {"code": a_code_of(app)})

    names = list(Event.objects.filter(account_id=anna.pk).order_by("pk").values_list("name", flat=True))
    assert "SignedIn" not in before
    assert names[-2:] == ["SecondFactorPassed", "SignedIn"]


def test_a_code_is_accepted_once_sec_027(anna, app):
    code = a_code_of(app)
    a_waiting_browser(anna).post(STEP, {"code": code})
    again = a_waiting_browser(anna)

    answer = again.post(STEP, {"code": code})

    assert answer.status_code == 400
    assert "used before" in answer.content.decode()
    assert not is_signed_in(again)


@pytest.mark.parametrize(("seconds", "opens"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_clock_may_be_one_step_early_or_late_sec_027(anna, app, seconds, opens):
    now = clock.now().replace(second=0, microsecond=0)
    with clock.travel_to(now):
        code = a_code_of(app, at=now + timedelta(seconds=seconds))
        browser = a_waiting_browser(anna)

        browser.post(STEP, {"code": code})

        assert is_signed_in(browser) is opens


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "\uff10\uff11\uff12\uff13\uff14\uff15", "\x00", "123 45", "-12345"]
)
def test_what_is_no_code_is_refused_in_words(anna, app, code):
    browser = a_waiting_browser(anna)

    answer = browser.post(STEP, {"code": code})

    assert answer.status_code in (400, 422)
    assert answer.context["form"].errors
    assert not is_signed_in(browser)


def test_ten_wrong_codes_close_the_door_also_for_the_right_one_sec_059(anna, app):
    browser = a_waiting_browser(anna)
    for _ in range(10):
        assert browser.post(STEP, {"code": "000000"}).status_code == 400

    answer = browser.post(STEP, {"code": a_code_of(app)})

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert not is_signed_in(browser)
    assert Event.objects.filter(name="SecondFactorFailed", account_id=anna.pk).count() == 10


def test_wrong_codes_lock_the_account_for_strangers_like_wrong_passwords_sec_056(anna, app):
    browser = a_waiting_browser(anna)
    for _ in range(10):
        browser.post(STEP, {"code": "000000"})

    assert "locked" in sign_in_with_password(Client(), anna).content.decode()


def test_a_failed_second_step_is_told_by_mail_once_an_hour(anna, app):
    browser = a_waiting_browser(anna)
    for _ in range(3):
        browser.post(STEP, {"code": "000000"})
    jobs.run_due_jobs()

    mail = Message.objects.get(template="identity/email/second_factor_failed")
    assert mail.recipient == anna.email
    assert mail.subject == "Somebody knows your password"


@pytest.mark.parametrize("page", ["/", "/profile", OVERVIEW, NEW, "/organisations", "/profile/tokens", "/2fa"])
def test_pages_visited_past_the_step_know_nobody(anna, app, page):
    browser = a_waiting_browser(anna)

    answer = browser.get(page, follow=True)

    assert answer.request["PATH_INFO"] == "/sign-in"
    assert "_auth_user_id" not in browser.session


def test_steps_without_a_waiting_sign_in_lead_to_its_start(client, app):
    for address in ("/sign-in/second-factor", STEP):
        assert client.get(address)["Location"] == "/sign-in"
    assert client.post(STEP, {"code": a_code_of(app)})["Location"] == "/sign-in"


def test_the_account_cannot_be_swapped_in_the_middle(anna, app):
    """Whose code counts stands in the session; the later password decides, and no form field."""
    ben = a_person("Ben", "Bauer")
    app_of_ben = a_totp_app_of(ben)
    browser = a_waiting_browser(anna)
    assert browser.post(STEP, {"code": a_code_of(app_of_ben), "account_id": ben.pk}).status_code == 400

    sign_in_with_password(browser, ben)
    assert browser.post(STEP, {"code": a_code_of(app)}).status_code == 400
    browser.post(STEP, {"code": a_code_of(app_of_ben)})

    assert int(browser.session["_auth_user_id"]) == ben.pk


def test_a_planted_session_shares_neither_the_waiting_nor_the_open_one(anna, app):
    victim = Client()
    victim.post("/forgotten", {"email": "nobody@example.ch"})
    planted = victim.cookies["session"].value
    sign_in_with_password(victim, anna)
    waiting = victim.cookies["session"].value
    thief = Client()
    thief.cookies["session"] = planted

    assert thief.get(STEP)["Location"] == "/sign-in"
    victim.post(STEP, {"code": a_code_of(app)})
    thief.cookies["session"] = waiting
    assert not is_signed_in(thief)
    assert len({planted, waiting, victim.cookies["session"].value}) == 3


def test_forms_of_other_sites_are_refused(anna, app):
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(anna)

    for address in (NEW, f"{OVERVIEW}/totp/{app.pk}/removal", f"{OVERVIEW}/default", STEP):
        assert guarded.post(address, {"code": a_code_of(app), "current_password": PASSWORD}).status_code == 403
    assert TotpApp.objects.filter(account=anna).count() == 1


def test_a_waiting_sign_in_ends_after_fifteen_minutes(anna, app):
    browser = a_waiting_browser(anna)

    with clock.travel_to(clock.now() + timedelta(minutes=15, seconds=1)):
        answer = browser.post(STEP, {"code": a_code_of(app)})

    assert answer["Location"] == "/sign-in"
    assert not is_signed_in(browser)


@pytest.mark.parametrize("meanwhile", ["closed", "password"])
def test_a_closed_account_or_a_new_password_ends_the_waiting_sign_in(anna, app, meanwhile):
    browser = a_waiting_browser(anna)
    if meanwhile == "closed":
        anna.is_active = False
    else:
        anna.set_password("nine loud otters dive")
    anna.save()

    answer = browser.post(STEP, {"code": a_code_of(app)})

    assert answer["Location"] == "/sign-in"
    assert not is_signed_in(browser)


def test_whoever_cancels_needs_the_password_again(anna, app):
    browser = a_waiting_browser(anna)

    browser.post("/sign-in/second-factor/cancel")

    assert browser.get(STEP)["Location"] == "/sign-in"


def test_the_last_factor_removed_elsewhere_ends_the_waiting_sign_in(anna, app):
    browser = a_waiting_browser(anna)
    TotpApp.objects.all().delete()

    assert browser.get(STEP)["Location"] == "/sign-in/second-factor"
    assert browser.get("/sign-in/second-factor")["Location"] == "/sign-in"


def test_somebody_signed_in_as_another_becomes_the_new_one_only_after_the_step(client, anna, app):
    ben = a_person("Ben", "Bauer")
    sign_in_with_password(client, ben)

    sign_in_with_password(client, anna)
    assert client.session.get("_auth_user_id") != str(anna.pk)  # the browser keeps the session of Ben aside meanwhile
    client.post(STEP, {"code": a_code_of(app)})

    assert int(client.session["_auth_user_id"]) == anna.pk


def trust(browser: Client, app: TotpApp) -> None:
    browser.post(STEP, {"code": a_code_of(app), "trusts_browser": "on"})
    browser.post("/sign-out")


def test_a_trusted_browser_is_not_asked_for_thirty_days(anna, app):
    browser = a_waiting_browser(anna)
    trust(browser, app)

    assert sign_in_with_password(browser, anna)["Location"] == "/"
    browser.post("/sign-out")
    assert sign_in_with_password(Client(), anna)["Location"] == "/sign-in/second-factor", "another browser is asked"
    with clock.travel_to(clock.now() + timedelta(days=30, seconds=1)):
        assert sign_in_with_password(browser, anna)["Location"] == "/sign-in/second-factor"


def test_trust_is_for_one_account_and_ends_when_a_factor_goes(anna, app):
    ben = a_person("Ben", "Bauer")
    a_totp_app_of(ben)
    browser = a_waiting_browser(anna)
    trust(browser, app)

    assert sign_in_with_password(browser, ben)["Location"] == "/sign-in/second-factor"
    sign_in_with_password(browser, anna)
    lost = a_totp_app_of(anna, name="Lost phone")
    browser.post(f"{OVERVIEW}/totp/{lost.pk}/removal", {"current_password": PASSWORD})
    browser.post("/sign-out")

    assert sign_in_with_password(browser, anna)["Location"] == "/sign-in/second-factor"
