"""Help by people when no way in is left: SEC-036…038, ID-070, ID-075."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from stellwerk.cli.commands import account as account_commands
from stellwerk.foundation import clock, jobs
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.errors import AccessDenied, NotFound
from stellwerk.foundation.models import Message
from stellwerk.identity.models import FACTORS, Account, HelpRequest, TotpApp
from stellwerk.identity.rules import Method
from stellwerk.identity.services import help_requests
from stellwerk.identity.services.rescue import withdraw_login
from stellwerk.identity.services.second_factor.recovery_codes import new_set
from stellwerk.identity.services.second_factor.removal import remove
from stellwerk.identity.tests.approve.phones import a_linked_phone
from stellwerk.identity.tests.factors import a_totp_app_of, a_waiting_browser
from stellwerk.identity.tests.recovering import (
    NEW,
    a_browser,
    a_recoverable_person,
    code_sent_to,
    is_signed_in,
    sent_to,
)
from stellwerk.organisations.tests.builders import PASSWORD, a_person, a_stranger_actor

pytestmark = pytest.mark.django_db
CONTACT = "anna.elsewhere@example.net"
FORM = {"name": "Anna Keller", "contact": CONTACT, "story": "My phone drowned."}
DESK = "/operator/help-requests"


@pytest.fixture
def anna():
    return a_recoverable_person()


@pytest.fixture
def operator():
    return a_browser(a_person("Olga", is_operator=True))


def ask(visitor, login):
    return visitor.post("/help-request", {**FORM, "login": login})


def decide(operator, decision="approve", note="By video call"):
    return operator.post(DESK, {"request": HelpRequest.objects.get().pk, "decision": decision, "note": note})


def test_an_approved_request_sets_a_password_by_code_and_keeps_the_factor_sec_037_id_075(anna, operator):
    browser, visitor = a_browser(anna), Client()
    page = ask(visitor, anna.email)["Location"]
    assert sent_to(anna.email)[-1] == sent_to("anna@example.org")[-1] == "email/help_requested"
    assert "It waits for a decision" in visitor.get(page).content.decode()

    assert decide(operator)["Location"] == DESK
    assert not is_signed_in(browser)
    assert sent_to("anna@example.org")[-1] == sent_to(anna.email)[-1] == "email/help_approved"
    assert sent_to(anna.phone) == ["sms/help_approved"], "the number is a stored address, too"
    answer = visitor.post(page, {"code": code_sent_to(CONTACT), "new_password": NEW})

    assert answer["Location"] == "/sign-in"
    assert is_signed_in(a_browser(anna, NEW))


def test_an_approved_request_takes_the_lost_factors_away_sec_036_sec_037(anna, operator):
    TotpApp.objects.create(account=anna, name="Phone", secret="x", last_used_step=0, created_at=clock.now())
    visitor = Client()
    visitor.post("/sign-in", {"email": anna.email, "password": PASSWORD})
    assert not is_signed_in(visitor)
    assert "no second factor is left" in visitor.get("/help-request").content.decode()
    page = visitor.post("/help-request", FORM)["Location"]

    decide(operator)

    assert not any(factor.rows.filter(account_id=anna.pk).exists() for factor in FACTORS.values())
    assert is_signed_in(a_browser(anna))
    assert "second factors are removed" in Client().get(page).content.decode()


def test_a_lost_factor_during_a_rescue_is_asked_about_too_q16(anna):
    TotpApp.objects.create(account=anna, name="Phone", secret="x", last_used_step=0, created_at=clock.now())
    withdraw_login(actor=SYSTEM, account_id=anna.pk, reason="mailbox_deleted")
    key = re.search(r"AK\d{8}", Message.objects.get(recipient=anna.phone).body)[0]
    visitor = Client()
    visitor.post("/sign-in", {"email": key, "password": PASSWORD})

    assert visitor.post("/help-request", FORM).status_code == 302
    assert HelpRequest.objects.get().account_id == anna.pk


def test_without_the_password_nobody_asks_for_factors_sec_036(anna):
    ask(Client(), anna.email)

    assert HelpRequest.objects.get().asked == "password"


def test_a_second_request_waits_for_the_first_and_unknown_logins_look_the_same_sec_038_id_070(anna):
    outcomes = []
    for login in (anna.email, "nobody@example.ch"):
        first, second = ask(Client(), login), ask(Client(), login)
        outcomes.append((first.status_code, len(first["Location"]), second.status_code))
        assert "being handled already" in second.content.decode()
    jobs.run_due_jobs()

    assert outcomes[0] == outcomes[1] == (302, outcomes[0][1], 400)
    assert not Message.objects.filter(recipient="nobody@example.ch").exists()


def test_what_was_given_is_encrypted_and_gone_after_72_hours(anna):
    page = ask(Client(), anna.email)["Location"]
    assert CONTACT not in str(HelpRequest.objects.values())
    assert page.rpartition("/")[2] not in str(HelpRequest.objects.values())

    with clock.travel_to(clock.now() + timedelta(hours=73)):
        help_requests.forget_old_help_requests()
        assert "72 hours have passed" in Client().get(page).content.decode()
        assert HelpRequest.objects.get().sealed == ""
        assert ask(Client(), anna.email).status_code == 302


def test_a_refusal_needs_a_note_and_changes_nothing(anna, operator):
    browser = a_browser(anna)
    ask(Client(), anna.email)
    assert decide(operator, "refuse", "").status_code == 422

    assert decide(operator, "refuse").status_code == 302

    assert is_signed_in(browser)
    assert sent_to(CONTACT) == ["email/help_refused"]
    assert decide(operator).status_code == 410, "decided once"


def test_only_operators_decide(anna, operator):
    ask(Client(), anna.email)

    assert a_browser(anna).get(DESK).status_code == 404
    assert decide(a_browser(anna)).status_code == 404
    assert re.search(CONTACT, operator.get(DESK).content.decode())


def test_a_request_about_nobody_can_only_be_refused(operator):
    ask(Client(), "nobody@example.ch")

    assert decide(operator).status_code == 400
    assert decide(operator, "refuse").status_code == 302


def test_a_forged_status_address_shows_nothing():
    assert Client().get("/help-request/stw_help_forged").status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"contact": "x\r\nBcc: all@example.ch"}, {"name": ""}, {"story": "x" * 1_000_000}, {"login": "\x00"}]
)
def test_odd_entries_are_refused_without_harm(anna, wrong):
    assert Client().post("/help-request", {**FORM, "login": anna.email, **wrong}).status_code == 422
    assert not HelpRequest.objects.exists()


def test_support_never_switches_the_second_factor_off_on_request_sec_009(anna, operator):
    """An operator has no page, no command and no service for it: a proved identity is the only way."""
    app = a_totp_app_of(anna)
    here = f"/profile/second-factor/totp/{app.pk}/removal"
    olga = Account.objects.get(first_name="Olga")

    assert operator.post(here, {"current_password": PASSWORD}).status_code == 404
    with pytest.raises((AccessDenied, NotFound)):
        remove(
            actor=a_stranger_actor(olga),
            account_id=anna.pk,
            method=Method.TOTP,
            factor_id=app.pk,
            current_password=PASSWORD,
        )
    verbs = {name for name in dir(account_commands) if not name.startswith("_")}
    assert not any("factor" in name for name in verbs)
    assert TotpApp.objects.filter(pk=app.pk).exists()
    assert (
        "Support never switches a second factor off"
        in a_waiting_browser(anna).get("/sign-in/second-factor/totp").content.decode()
    )


@pytest.mark.parametrize("step", ["totp", "recovery-code", "approve"])
def test_every_step_leads_to_the_help_request_last_sec_036(anna, step):
    a_totp_app_of(anna)
    a_linked_phone(anna)
    new_set(account_id=anna.pk)

    page = a_waiting_browser(anna).get(f"/sign-in/second-factor/{step}").content.decode()

    others = page[page.index('id="other-methods"') :]
    links = re.findall(r'href="([^"]+)"', others[: others.index("</ul>")])
    assert links[-1] == "/help-request"


def test_the_advice_of_approve_leads_to_the_help_request_sec_036():
    assert 'href="/help-request"' in Client().get("/approve/advice").content.decode()
    assert "Sign in with the password first" in Client().get("/help-request").content.decode()
