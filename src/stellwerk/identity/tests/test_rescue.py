"""A login whose mailbox is gone: ID-077…087, Q16, Q17, Q34."""

import re

import pytest
from django.test import Client

from stellwerk.cli.main import main
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.models import Event, Message
from stellwerk.identity import queries
from stellwerk.identity.models import Account, WithdrawnLogin
from stellwerk.identity.services.rescue import withdraw_login
from stellwerk.identity.tests.recovering import (
    NEW,
    PHONE,
    a_browser,
    a_recoverable_person,
    code_sent_to,
    errors,
    is_signed_in,
    sent_to,
)
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.tests.builders import PASSWORD, a_person, an_organisation
from stellwerk.products.tests.builders import a_suite_of

pytestmark = pytest.mark.django_db
NEW_LOGIN = "anna.new@example.net"


@pytest.fixture
def anna():
    return a_recoverable_person()


def withdraw(account, reason="mailbox_deleted"):
    return withdraw_login(actor=SYSTEM, account_id=account.pk, reason=reason)


def identifier() -> str:
    return re.search(r"\b[A-Z]{2}\d{8}\b", Message.objects.filter(recipient=PHONE).latest("pk").body)[0]


def knock(login, password=PASSWORD):
    return Client().post("/sign-in", {"email": login, "password": password})


def test_recovery_address_and_number_are_told_at_once_and_the_number_gets_the_identifier_id_078_id_079(anna):
    told = withdraw(anna)

    assert (told.is_told_by_sms, told.is_told_by_email) == (True, True)
    assert sent_to(PHONE) == ["sms/rescue"]
    assert sent_to("anna@example.org") == ["email/login_withdrawn"]
    assert sent_to(anna.email) == [], "that mailbox is gone, or somebody else's by now"
    assert identifier().startswith("AK")
    assert identifier() not in Message.objects.get(recipient="anna@example.org").body
    assert identifier() not in str(WithdrawnLogin.objects.values()), "only a keyed digest is kept (Q17)"
    assert Event.objects.filter(name="LoginWithdrawn").exists()


def test_without_a_number_the_mail_carries_the_identifier(anna):
    Account.objects.filter(pk=anna.pk).update(phone="")

    assert not withdraw(anna).is_told_by_sms
    assert re.search(r"\bAK\d{8}\b", Message.objects.get(recipient="anna@example.org").body)


def test_without_both_only_identity_verification_is_left_id_084():
    told = withdraw(a_person("Ben"))

    assert (told.is_told_by_sms, told.is_told_by_email) == (False, False)


def test_every_session_ends_and_the_former_address_opens_nothing_id_080(anna):
    browser = a_browser(anna)
    withdraw(anna)

    assert not is_signed_in(browser)
    right, wrong = knock(anna.email), knock(anna.email, "quite another password")
    unknown = knock("nobody@example.ch")

    assert right.status_code == 400
    assert "the login must be replaced" in right.content.decode()
    assert str(wrong.context["form"].errors) == str(unknown.context["form"].errors)
    assert "replaced" not in wrong.content.decode()


def test_the_rescue_identifier_leads_to_the_mandatory_page_and_nowhere_else_id_081(anna):
    acme = an_organisation(of=anna)
    withdraw(anna)
    browser = a_browser(anna, login=f" {identifier().lower()} ")

    for page in ("/", "/profile", "/profile/password", "/organisations", f"/o/{acme.pk}/", "/profile/closing",
                 "/profile/sign-in-data/phone", "/profile/tokens", "/search", "/outbox", "/forgotten"):  # fmt: skip
        assert browser.get(page)["Location"] == "/rescue", page
    assert browser.post("/profile/sessions/others/end")["Location"] == "/rescue"
    assert "Account recovery" in browser.get("/rescue").content.decode()


def test_a_new_login_opens_the_same_account_with_everything_in_it_id_082(anna):
    acme = an_organisation(of=anna)
    withdraw(anna)
    key = identifier()
    browser = a_browser(anna, login=key)
    form = {"new_login": NEW_LOGIN, "repeated": NEW_LOGIN, "current_password": PASSWORD}
    assert errors(browser.post("/rescue", {**form, "repeated": "x@example.net"})) == {"repeated"}
    assert browser.post("/rescue", {**form, "new_login": "anna@example.org", "repeated": "anna@example.org"}
                        ).status_code == 400  # fmt: skip

    assert browser.post("/rescue", form)["Location"] == "/rescue/code"
    assert browser.post("/rescue/code", {"code": code_sent_to(NEW_LOGIN)})["Location"] == "/"

    assert browser.get(f"/o/{acme.pk}/").status_code == 200
    assert is_signed_in(a_browser(anna, login=NEW_LOGIN))
    assert knock(key).status_code == 400, "valid until replaced (Q17)"
    assert [row.role for row in organisations.membership_rows(anna.pk)] == ["owner"]
    assert "email/login_changed" in sent_to(NEW_LOGIN)


def test_the_identifier_needs_the_password_and_guesses_are_stopped_q17_sec_059(anna):
    withdraw(anna)
    key = identifier()

    answers = [knock(key, "quite another password").status_code for _ in range(11)]

    assert answers == [400] * 10 + [429]
    assert knock(key).status_code == 429


def test_the_address_is_free_for_others_and_a_reset_never_goes_there(anna):
    withdraw(anna)
    visitor = Client()
    visitor.post("/forgotten", {"email": anna.email})
    visitor.post("/forgotten/options", {"channel": "email"})
    assert sent_to(anna.email) == []

    ben = a_person("Ben", email=anna.email)

    assert is_signed_in(a_browser(ben))


def test_the_stand_in_is_nobodys_login(anna):
    withdraw(anna)

    assert knock(Account.objects.get(pk=anna.pk).email).status_code == 400


def test_a_forgotten_password_is_set_with_the_identifier_and_the_login_stays_to_be_replaced(anna):
    withdraw(anna)
    key = identifier()
    visitor = Client()
    visitor.post("/forgotten", {"email": key})
    visitor.post("/forgotten/options", {"channel": "recovery_email"})

    visitor.post("/forgotten/code", {"code": code_sent_to("anna@example.org"), "new_password": NEW})

    assert a_browser(anna, NEW, login=key).get("/profile")["Location"] == "/rescue"


def test_a_second_withdrawal_sends_a_new_identifier_in_place_of_the_first(anna):
    withdraw(anna)
    first = identifier()
    withdraw(anna)

    assert knock(first).status_code == 400
    assert a_browser(anna, login=identifier()).get("/profile")["Location"] == "/rescue"
    assert Event.objects.filter(name="LoginWithdrawn").count() == 1


def test_who_lost_the_text_message_finds_the_login_by_the_number(anna):
    withdraw(anna)
    Client().post("/forgotten/login", {"phone": PHONE, "channel": "sms"})

    assert sent_to(PHONE) == ["sms/rescue", "sms/rescue"]


def test_the_operator_withdraws_a_login_from_the_terminal(anna, capsys):
    assert main(["account", "withdraw-login", anna.email, "--reason", "mailbox_released"]) == 0

    told = capsys.readouterr().out
    assert "has lost the login" in told
    assert "text message and e-mail" in told
    assert WithdrawnLogin.objects.get().reason == "mailbox_released"
    assert queries.account_id_of(anna.email) is None
    assert main(["account", "withdraw-login", anna.email]) == 1


@pytest.mark.parametrize(("phone", "warning"), [(PHONE, "text message and e-mail"), ("", "e-mail")])
def test_before_it_happens_the_operator_is_told_whom_it_moves_to_the_rescue_sign_in_id_084_id_085(
    anna, capsys, phone, warning
):
    Account.objects.filter(pk=anna.pk).update(phone=phone)

    assert main(["account", "withdraw-login", anna.email, "--check"]) == 0

    told = capsys.readouterr().out
    assert f"Account {anna.pk} would lose the login {anna.email} and move to the rescue sign-in" in told
    assert told.strip().endswith(f"by {warning}.")
    assert not WithdrawnLogin.objects.exists()
    assert is_signed_in(a_browser(anna))


def test_before_it_happens_the_operator_is_warned_that_nothing_is_stored_id_084(capsys):
    ben = a_person("Ben", email="ben@example.ch")

    assert main(["account", "withdraw-login", ben.email, "--check"]) == 0

    assert "Nothing is stored to tell the person" in capsys.readouterr().out


def test_people_of_a_suite_read_that_their_login_address_changes_id_083(anna):
    acme = an_organisation(of=anna)
    a_suite_of(acme)
    withdraw(anna)
    with_suite = a_browser(anna, login=identifier())
    ben = a_recoverable_person(email="ben.roth@example.ch", first_name="Ben", last_name="Roth", phone="+41791234568")
    withdraw(ben)
    key = re.search(r"BR\d{8}", Message.objects.get(recipient="+41791234568").body)[0]

    assert "<h1>Your login address is changing</h1>" in with_suite.get("/rescue").content.decode()
    assert "<h1>Account recovery</h1>" in a_browser(ben, login=key).get("/rescue").content.decode()


def test_a_login_whose_address_stopped_existing_elsewhere_goes_on_until_its_person_changes_it_id_056(anna):
    """Nothing hangs on mail to the old address: neither the sign-in nor the change."""
    Message.objects.all().delete()
    browser = a_browser(anna)
    sent_before = sent_to(anna.email)

    browser.post(
        "/profile/sign-in-data/login", {"new_login": NEW_LOGIN, "repeated": NEW_LOGIN, "current_password": PASSWORD}
    )
    browser.post("/profile/sign-in-data/login/code", {"code": code_sent_to(NEW_LOGIN)})

    assert is_signed_in(a_browser(anna, login=NEW_LOGIN))
    assert "email/login_change_code" not in sent_to(anna.email)[len(sent_before) :]
    assert not WithdrawnLogin.objects.exists(), "no recovery is started by itself"
    assert sent_to(PHONE) == []
