"""Forgotten password and forgotten login (ID-069…075, Q22), and what strangers try to learn from them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stellwerk.foundation import clock, jobs
from stellwerk.foundation.models import Event, Message
from stellwerk.identity.models import Account
from stellwerk.identity.rules import plausible_values
from stellwerk.identity.tests.recovering import (
    NEW,
    PHONE,
    a_browser,
    a_recoverable_person,
    another_code,
    code_sent_to,
    errors,
    is_signed_in,
    sent_to,
)
from stellwerk.organisations.tests.builders import PASSWORD, a_person

pytestmark = pytest.mark.django_db
UNKNOWN = "nobody.there@example.ch"


@pytest.fixture
def anna():
    return a_recoverable_person()


@pytest.fixture
def visitor():
    return Client()


def options_of(visitor, login) -> dict[str, str]:
    visitor.post("/forgotten", {"email": login})
    return {each.channel: each.masked for each in visitor.get("/forgotten/options").context["options"]}


def ask_for_code(visitor, login, channel="email"):
    visitor.post("/forgotten", {"email": login})
    return visitor.post("/forgotten/options", {"channel": channel})


def set_password(visitor, code, new=NEW):
    return visitor.post("/forgotten/code", {"code": code, "new_password": new})


class TestForgottenPassword:
    def test_the_stored_ways_are_offered_and_masked_id_069(self, visitor, anna):
        assert options_of(visitor, " Anna.Keller@Example.ch ") == {
            "email": "a•••@e•••.ch", "recovery_email": "a•••@e•••.org", "sms": "+41 ••• •• 67",
        }  # fmt: skip
        page = visitor.get("/forgotten/options").content.decode()
        assert anna.recovery_email not in page
        assert PHONE not in page

    @pytest.mark.parametrize(
        ("channel", "recipient", "template"),
        [
            ("email", "anna.keller@example.ch", "email/password_reset_code"),
            ("recovery_email", "anna@example.org", "email/password_reset_code"),
            ("sms", PHONE, "sms/reset_code"),
        ],
    )
    def test_each_way_brings_a_code_and_the_code_a_password_id_069(self, visitor, anna, channel, recipient, template):
        ask_for_code(visitor, anna.email, channel)
        assert sent_to(recipient) == [template]

        assert set_password(visitor, code_sent_to(recipient))["Location"] == "/sign-in"

        assert is_signed_in(a_browser(anna, NEW))

    def test_every_session_ends_and_both_addresses_are_told_id_071(self, visitor, anna):
        browser = a_browser(anna)
        ask_for_code(visitor, anna.email)

        set_password(visitor, code_sent_to(anna.email))

        assert not is_signed_in(browser)
        assert not is_signed_in(visitor), "a code sets a password; it does not sign in"
        assert sent_to(anna.email)[-1] == sent_to("anna@example.org")[-1] == "email/password_changed"
        assert set(Event.objects.filter(account_id=anna.pk).values_list("name", flat=True)) >= {
            "PasswordReset", "AccountSecured",
        }  # fmt: skip

    def test_the_browser_that_was_signed_in_is_out_as_well_and_is_told_so(self, anna):
        browser = a_browser(anna)
        ask_for_code(browser, anna.email)

        answer = set_password(browser, code_sent_to(anna.email))

        assert answer["Location"] == "/sign-in"
        assert "Your password is changed." in browser.get("/sign-in").content.decode()
        assert not is_signed_in(browser)

    def test_a_number_that_never_proved_itself_receives_no_code(self, visitor):
        ben = a_person("Ben", phone=PHONE)

        assert "sms" not in options_of(visitor, ben.email)
        ask_for_code(visitor, ben.email, "sms")
        assert sent_to(PHONE) == []

    def test_the_code_in_an_address_that_was_replaced_is_void(self, visitor, anna):
        ask_for_code(visitor, anna.email, "recovery_email")
        code = code_sent_to("anna@example.org")
        browser = a_browser(anna)
        browser.post("/profile/sign-in-data/recovery-email/removal", {"current_password": PASSWORD})

        assert set_password(visitor, code).status_code == 410

    def test_a_new_password_voids_the_codes_that_are_on_their_way(self, visitor, anna):
        ask_for_code(visitor, anna.email)
        code = code_sent_to(anna.email)
        a_browser(anna).post("/profile/password", {"current_password": PASSWORD, "new_password": NEW})

        assert set_password(visitor, code, "twelve loud otters dance").status_code == 410
        assert is_signed_in(a_browser(anna, NEW))

    def test_a_weak_new_password_does_not_use_the_code_up(self, visitor, anna):
        ask_for_code(visitor, anna.email)
        code = code_sent_to(anna.email)

        assert errors(set_password(visitor, code, "short")) == {"new_password"}
        assert errors(set_password(visitor, code, "x" * 1_000_000)) == {"new_password"}
        assert set_password(visitor, code).status_code == 302
        assert visitor.get("/forgotten/code")["Location"] == "/forgotten", "used up"

    def test_a_code_fits_the_browser_that_asked_only(self, visitor, anna):
        ask_for_code(visitor, anna.email)
        code = code_sent_to(anna.email)
        thief = Client()
        ask_for_code(thief, UNKNOWN)

        assert set_password(thief, code).status_code == 400
        assert set_password(Client(), code)["Location"] == "/forgotten"

    def test_wrong_and_late_codes_open_nothing(self, visitor, anna):
        ask_for_code(visitor, anna.email)
        code = code_sent_to(anna.email)
        with clock.travel_to(clock.now() + timedelta(minutes=31)):
            assert set_password(visitor, code).status_code == 410
        for _ in range(5):
            assert set_password(visitor, another_code(code)).status_code == 400

        assert set_password(visitor, code).status_code == 410
        assert is_signed_in(a_browser(anna))

    def test_codes_are_limited_per_login_sec_059(self, visitor, anna):
        answers = [ask_for_code(visitor, anna.email).status_code for _ in range(6)]

        assert answers == [302] * 5 + [429]
        assert len(sent_to(anna.email)) == 5

    def test_strangers_who_ask_for_codes_do_not_close_the_way_back_to_a_known_browser_q33(self, visitor, anna):
        browser = a_browser(anna)
        browser.post("/sign-out")
        for _ in range(6):
            ask_for_code(visitor, anna.email)

        assert ask_for_code(browser, anna.email).status_code == 302
        assert set_password(browser, code_sent_to(anna.email)).status_code == 302

    def test_a_reset_opens_a_door_that_guesses_had_closed(self, visitor, anna):
        for _ in range(11):
            a_browser(anna, "wrong")
        assert not is_signed_in(a_browser(anna))

        ask_for_code(visitor, anna.email)
        set_password(visitor, code_sent_to(anna.email))

        assert is_signed_in(a_browser(anna, NEW))

    @pytest.mark.parametrize(
        "login", ["", "x", "\x00", "a" * 100_000, "anna@example.ch\r\nBcc: all@example.ch", "x@closed.invalid"]
    )
    def test_odd_logins_are_refused_without_harm(self, visitor, login):
        assert visitor.post("/forgotten", {"email": login}).status_code == 422


class TestStrangersLearnNothing:
    """ID-070, Q34: text, status, address and work are the same whether the login exists or not."""

    def test_an_unknown_login_has_plausible_ways_always_the_same_id_070(self, visitor):
        first = options_of(visitor, UNKNOWN)

        assert first["email"] == "n•••@e•••.ch"
        assert options_of(Client(), UNKNOWN.upper()) == first
        some = [plausible_values("person@example.ch", bytes([n, n, n, n // 2, n, n])) for n in range(256)]
        assert {"recovery_email" in each for each in some} == {"sms" in each for each in some} == {True, False}
        assert all(each["sms"].startswith("+41 ••• •• ") for each in some if "sms" in each)

    def test_every_step_answers_alike_id_070(self, anna):
        pages = []
        for login in (anna.email, UNKNOWN):
            visitor = Client()
            asked = visitor.post("/forgotten", {"email": login})
            chosen = visitor.post("/forgotten/options", {"channel": "email"})
            shown = visitor.get("/forgotten/code")
            wrong = set_password(visitor, "123456")
            pages.append(
                [
                    (asked.status_code, asked["Location"]),
                    (chosen.status_code, chosen["Location"]),
                    shown.status_code,
                    (wrong.status_code, str(wrong.context["form"].errors)),
                ]
            )

        assert pages[0] == pages[1]
        assert pages[0][-1][0] == 400

    def test_nothing_is_ever_sent_for_an_unknown_login_id_070(self, visitor):
        for channel in ("email", "recovery_email", "sms"):
            ask_for_code(visitor, UNKNOWN, channel)
        jobs.run_due_jobs()

        assert not Message.objects.exists()

    def test_both_cost_the_same_statements_id_070(self, anna):
        counts = []
        for login in (anna.email, UNKNOWN):
            visitor = Client()
            steps = []
            for address, form in (
                ("/forgotten", {"email": login}),
                ("/forgotten/options", {"channel": "email"}),
                ("/forgotten/code", {"code": "12345", "new_password": NEW}),
            ):
                with CaptureQueriesContext(connection) as asked:
                    visitor.post(address, form)
                # PostgreSQL reports nothing for a statement it had planned before.
                steps.append([(query["sql"] or "PLANNED").split()[0] for query in asked.captured_queries])
            counts.append(steps)

        assert counts[0] == counts[1]

    def test_asking_for_many_logins_is_stopped_sec_059(self, visitor):
        answers = [visitor.post("/forgotten", {"email": f"p{n}@example.ch"}).status_code for n in range(61)]

        assert (answers[59], answers[60]) == (302, 429)


def find(visitor, phone=PHONE, channel="sms"):
    return visitor.post("/forgotten/login", {"phone": phone, "channel": channel})


class TestForgottenLogin:
    def test_the_login_goes_to_the_number_that_is_stored_id_072_id_073(self, visitor, anna):
        answer = find(visitor, "+41 79 123 45 67")

        assert answer["Location"] == "/forgotten/login/sent"
        assert anna.email not in visitor.get("/forgotten/login/sent").content.decode()
        assert sent_to(PHONE) == ["sms/your_login"]
        assert anna.email in Message.objects.get().body

    def test_or_to_the_addresses_that_are_stored_id_073(self, visitor, anna):
        find(visitor, channel="email")

        assert sent_to(anna.email) == sent_to("anna@example.org") == ["email/your_login"]
        assert sent_to(PHONE) == []

    def test_a_number_of_several_accounts_needs_the_recovery_address_id_072(self, visitor, anna):
        ben = a_recoverable_person(email="ben@example.ch")
        Account.objects.filter(pk=ben.pk).update(recovery_email="ben@example.org")
        find(visitor, channel="email")
        assert sent_to(anna.email) == sent_to(ben.email) == []

        visitor.post("/forgotten/login/sent", {"recovery_email": "Ben@Example.org"})

        assert sent_to(anna.email) == []
        assert sent_to(ben.email) == ["email/your_login"]

    def test_a_number_that_somebody_merely_typed_hides_nobody(self, visitor, anna):
        """Otherwise an account with a stranger's number would make that stranger's login impossible to find."""
        a_person("Mallory", phone=PHONE)

        find(visitor, channel="email")

        assert sent_to(anna.email) == ["email/your_login"]

    @pytest.mark.usefixtures("anna")
    def test_hit_and_miss_look_and_cost_the_same_q22(self):
        seen = []
        for phone in (PHONE, "+41791111111"):
            visitor = Client()
            with CaptureQueriesContext(connection) as asked:
                answer = find(visitor, phone)
            page = visitor.get(answer["Location"]).content.decode().replace(phone, "")
            seen.append((answer.status_code, answer["Location"], len(asked), page.count("<p"), len(page)))

        assert seen[0] == seen[1]

    @pytest.mark.usefixtures("anna")
    def test_nothing_goes_to_what_a_stranger_typed_id_073(self, visitor):
        find(visitor, "+41791111111", "email")
        visitor.post("/forgotten/login/sent", {"recovery_email": "stranger@example.net"})
        jobs.run_due_jobs()

        assert not Message.objects.exists()

    @pytest.mark.parametrize("phone", ["", "call me", "0" * 100_000, "\x00", "+41 79 123 45 67\r\nBcc: x"])
    def test_odd_numbers_are_refused_without_harm(self, visitor, phone):
        assert find(visitor, phone).status_code == 422

    def test_asking_often_is_stopped_sec_059(self, visitor):
        assert [find(visitor).status_code for _ in range(6)] == [302] * 5 + [429]


@pytest.mark.parametrize("page", ["/forgotten", "/forgotten/login", "/help/login-and-mailbox", "/sign-in"])
def test_pages_for_everybody_open_id_022(visitor, page, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        assert visitor.get(page).status_code == 200


def test_login_and_mailbox_are_explained_where_people_sign_in_and_in_the_profile_id_021_id_022(visitor, anna):
    for browser, page in ((visitor, "/sign-in"), (a_browser(anna), "/profile/sign-in-data")):
        assert 'href="/help/login-and-mailbox"' in browser.get(page).content.decode()


def test_a_wrong_password_is_answered_by_self_service_and_not_by_support_id_025(client):
    anna = a_person()

    refused = client.post("/sign-in", {"email": anna.email, "password": "quite another password"}).content.decode()
    page = client.get("/forgotten").content.decode()

    assert "Support holds no passwords and cannot help with one" in refused
    assert 'href="/forgotten"' in refused
    assert "Asking support about a password does not help" in page
