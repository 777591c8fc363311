"""What holds for every method: SEC-005, SEC-007, SEC-008, SEC-033…036."""

import pytest
from django.test import Client

from stellwerk.foundation import clock, jobs
from stellwerk.foundation.actor import Actor, Through
from stellwerk.foundation.errors import NotFound
from stellwerk.foundation.models import Message
from stellwerk.identity import queries
from stellwerk.identity.errors import PasswordIncorrect
from stellwerk.identity.models import ApprovalDevice, SmsNumber
from stellwerk.identity.rules import Method
from stellwerk.identity.services import create_token
from stellwerk.identity.services.second_factor import demands, remove
from stellwerk.identity.services.second_factor.demands import Demand
from stellwerk.identity.tests.factors import a_totp_app_of, a_waiting_browser, sign_in_with_password
from stellwerk.organisations.tests.builders import PASSWORD, a_person, a_stranger_actor

pytestmark = pytest.mark.django_db
OVERVIEW = "/profile/second-factor"


@pytest.fixture
def anna():
    return a_person(email="anna.keller@example.ch")


@pytest.fixture
def browser(anna):
    opened = Client()
    sign_in_with_password(opened, anna)
    return opened


@pytest.fixture
def app(anna, browser):
    return a_totp_app_of(anna)


@pytest.fixture
def number(anna, browser):
    return SmsNumber.objects.create(account=anna, name="+41 79 123 45 67", phone="+41791234567", created_at=clock.now())


@pytest.fixture
def a_demand(anna, monkeypatch):
    """Acme demands a second factor of Anna."""
    acme = Demand("Acme AG", ("Lena Huber", "Marco Bernasconi"))
    monkeypatch.setattr(demands, "_askers", [lambda account_id: [acme] if account_id == anna.pk else []])


def first_page(account) -> str:
    return a_waiting_browser(account).get("/sign-in/second-factor")["Location"]


def test_the_person_chooses_what_is_asked_first_and_the_others_stay_near_sec_005(browser, anna, app, number):
    assert first_page(anna).endswith("/totp")

    browser.post(f"{OVERVIEW}/default", {"method": "sms"})

    assert first_page(anna).endswith("/sms")
    waiting = a_waiting_browser(anna)
    assert "Code from an authenticator app" in waiting.get("/sign-in/second-factor/sms").content.decode()
    assert waiting.get("/sign-in/second-factor/totp").status_code == 200


def test_only_a_method_one_has_can_be_the_first_sec_005(browser, anna, app):
    assert browser.post(f"{OVERVIEW}/default", {"method": "sms"}).status_code == 422
    assert browser.post(f"{OVERVIEW}/default", {"method": "\x00"}).status_code == 422
    assert queries.factor_state(anna.pk).default is None


def test_a_choice_that_was_removed_counts_no_longer_sec_005(browser, anna, app, number):
    browser.post(f"{OVERVIEW}/default", {"method": "sms"})
    browser.post(f"{OVERVIEW}/sms/{number.pk}/removal", {"current_password": PASSWORD})

    assert first_page(anna).endswith("/totp")


def test_the_last_factor_stays_while_an_organisation_demands_one_sec_008(browser, anna, app, a_demand):
    address = f"{OVERVIEW}/totp/{app.pk}/removal"
    page = browser.get(address).content.decode()

    answer = browser.post(address, {"current_password": PASSWORD})

    assert "Acme AG demands a second factor" in page
    assert "Lena Huber, Marco Bernasconi" in page
    assert 'type="password"' not in page
    assert answer.status_code == 400
    assert queries.has_second_factor(anna.pk)


def test_one_of_two_may_go_although_an_organisation_demands_one_sec_008(browser, anna, app, number, a_demand):
    browser.post(f"{OVERVIEW}/totp/{app.pk}/removal", {"current_password": PASSWORD})

    assert queries.methods_of(anna.pk) == (Method.SMS,)


def test_adding_and_removing_are_told_by_mail_sec_007(browser, anna, app, number):
    for address in (f"{OVERVIEW}/totp/{app.pk}/removal", f"{OVERVIEW}/sms/{number.pk}/removal"):
        browser.post(address, {"current_password": PASSWORD})
    jobs.run_due_jobs()

    mails = Message.objects.filter(template="identity/email/second_factor_removed", recipient=anna.email)
    subjects = list(mails.order_by("pk").values_list("subject", flat=True))
    assert subjects == ["A second factor was removed", "The second factor is off"]


def test_a_removed_device_is_kept_so_that_it_learns_why_and_counts_no_longer_sec_033(browser, anna):
    device = ApprovalDevice.objects.create(
        handle="11111111-1111-4111-8111-111111111111", account=anna, name="Phone", public_key="key",
        sealed_seed="seed", sealed_subscription="push", created_at=clock.now(),
    )  # fmt: skip
    assert queries.methods_of(anna.pk) == (Method.APPROVE,)

    browser.post(f"{OVERVIEW}/approve/{device.pk}/removal", {"current_password": PASSWORD})

    device.refresh_from_db()
    assert device.removed_at is not None
    assert device.sealed_subscription == ""
    assert not queries.has_second_factor(anna.pk)
    assert queries.factor_rows(anna.pk) == []


def test_the_checklist_names_the_order_for_another_phone_sec_034_sec_035_sec_036(browser):
    page = browser.get(f"{OVERVIEW}/new-phone").content.decode()

    for words in ("Sign in once more", "Remove the old phone", "type the code that the app shows", "help request"):
        assert words in page


def test_the_interface_shows_what_there_is_and_changes_nothing(anna, app, number):
    _token, raw = create_token(actor=a_stranger_actor(anna), account_id=anna.pk, name="CLI", scopes=["user_info"])

    answer = Client().get("/api/2/profile?with=security", headers={"Authorization": f"Bearer {raw}"})

    security = answer.json()["data"]["security"]
    assert security["has_otp"] is True
    assert [(row["type"], row["name"]) for row in security["methods"]] == [
        ("totp", "Phone"),
        ("sms", "+41 79 123 45 67"),
    ]
    assert (security["default_method"], security["recovery_codes_left"]) == ("totp", 0)
    assert "secret" not in answer.content.decode()


@pytest.mark.parametrize("through", [Through.OPERATOR, Through.COMMAND_LINE, Through.BROWSER])
def test_nobody_at_the_operators_takes_a_factor_away_on_request_sec_009(anna, app, through):
    """Without the person's own password it stays; the ways out are a code, another method, or a proved identity."""
    somebody = Actor(account_id=a_person(is_operator=True).pk, through=through)

    with pytest.raises((PasswordIncorrect, NotFound)):
        remove(actor=somebody, account_id=anna.pk, method=Method.TOTP, factor_id=app.pk, current_password="please")

    assert queries.methods_of(anna.pk) == (Method.TOTP,)
