"""Login, recovery address and mobile number: ID-049…055, and what thieves of a session try."""

from datetime import timedelta

import pytest
from django.test import Client

from stellwerk.foundation import clock
from stellwerk.foundation.actor import Actor
from stellwerk.foundation.models import Event, Message
from stellwerk.identity import queries
from stellwerk.identity.models import Account, Confirmation
from stellwerk.identity.services import sign_in_data
from stellwerk.identity.services.password_reset import finish_password_reset, start_password_reset
from stellwerk.identity.tests.recovering import (
    NEW,
    PHONE,
    a_browser,
    a_recoverable_person,
    all_at_once,
    another_code,
    code_sent_to,
    errors,
    is_signed_in,
    sent_to,
)
from stellwerk.organisations.tests.builders import PASSWORD, a_person, a_stranger_actor

pytestmark = pytest.mark.django_db
BASE = "/profile/sign-in-data"
NEW_LOGIN = "anna.new@example.net"


@pytest.fixture
def anna():
    return a_recoverable_person()


@pytest.fixture
def browser(anna):
    return a_browser(anna)


def data_of(account):
    return queries.sign_in_data(account.pk)


def ask_for_login(browser, new=NEW_LOGIN, repeated=None, password=PASSWORD):
    values = {"new_login": new, "repeated": new if repeated is None else repeated, "current_password": password}
    return browser.post(f"{BASE}/login", values)


@pytest.mark.parametrize("page", ["", "/login", "/recovery-email", "/phone", "/recovery-email/removal", "/login/code"])
def test_every_page_opens_within_twelve_queries(browser, page, django_assert_max_num_queries):
    ask_for_login(browser)

    with django_assert_max_num_queries(12):
        answer = browser.get(BASE + page)

    assert answer.status_code == 200
    assert browser.get(f"{BASE}/picture").status_code == 404


class TestRecoveryAddress:
    def test_it_changes_with_the_code_and_old_address_and_login_are_told_id_049(self, browser, anna):
        answer = browser.post(
            f"{BASE}/recovery-email", {"new_email": " Anna@Example.NET ", "current_password": PASSWORD}
        )

        assert answer["Location"] == f"{BASE}/recovery-email/code"
        assert data_of(anna).recovery_email == "anna@example.org", "the old one stays until the code comes back"
        assert "anna@example.net" in browser.get(BASE).content.decode()
        browser.post(f"{BASE}/recovery-email/code", {"code": code_sent_to("anna@example.net")})
        assert data_of(anna).recovery_email == "anna@example.net"
        assert sent_to("anna@example.org") == sent_to(anna.email) == ["email/recovery_email_changed"]

    def test_it_cannot_be_the_login_however_it_is_spelt_id_050(self, browser, anna):
        for spelling in (anna.email, anna.email.upper(), f" {anna.email} ", "\uff41nna.keller@example.ch"):
            answer = browser.post(f"{BASE}/recovery-email", {"new_email": spelling, "current_password": PASSWORD})

            assert answer.status_code == 400
            assert "must differ from your login" in answer.content.decode()

    def test_the_login_that_overtakes_it_wins_id_050(self, browser, anna):
        browser.post(f"{BASE}/recovery-email", {"new_email": NEW_LOGIN, "current_password": PASSWORD})
        code = code_sent_to(NEW_LOGIN)
        ask_for_login(browser)
        browser.post(f"{BASE}/login/code", {"code": code_sent_to(NEW_LOGIN)})

        answer = browser.post(f"{BASE}/recovery-email/code", {"code": code})

        assert answer.status_code == 400
        assert (data_of(anna).login, data_of(anna).recovery_email) == (NEW_LOGIN, "anna@example.org")

    def test_removing_it_needs_the_password_and_is_announced_to_it(self, browser, anna):
        assert browser.post(f"{BASE}/recovery-email/removal", {"current_password": "wrong"}).status_code == 400
        browser.post(f"{BASE}/recovery-email/removal", {"current_password": PASSWORD})

        assert data_of(anna).recovery_email == ""
        assert sent_to("anna@example.org") == ["email/recovery_email_changed"]


class TestMobileNumber:
    def test_it_changes_with_a_code_by_text_message_and_the_old_number_is_told_id_049(self, browser, anna):
        browser.post(f"{BASE}/phone", {"new_phone": "+41 78 765 43 21", "current_password": PASSWORD})
        assert data_of(anna).phone == PHONE

        browser.post(f"{BASE}/phone/code", {"code": code_sent_to("+41787654321")})

        assert (data_of(anna).phone, data_of(anna).is_phone_proved) == ("+41787654321", True)
        assert sent_to(PHONE) == ["sms/phone_changed"]
        assert sent_to(anna.email) == ["email/phone_changed"]

    def test_a_number_from_the_sign_up_is_proved_by_giving_it_again(self):
        ben = a_person("Ben", phone=PHONE)
        browser = a_browser(ben)
        browser.post(f"{BASE}/phone", {"new_phone": PHONE, "current_password": PASSWORD})

        browser.post(f"{BASE}/phone/code", {"code": code_sent_to(PHONE)})

        assert data_of(ben).is_phone_proved

    @pytest.mark.parametrize("number", ["+41446681800", "call me", "", "+41791234567", "+4179\x001234567"])
    def test_what_receives_no_text_message_is_refused(self, browser, number):
        answer = browser.post(f"{BASE}/phone", {"new_phone": number, "current_password": PASSWORD})

        assert answer.status_code == 422
        assert errors(answer) == {"new_phone"}
        assert not Message.objects.exists()

    def test_where_no_text_messages_are_sent_it_is_stored_unproved_q23(self, browser, anna, settings):
        settings.SMS_DRIVER = "none"

        browser.post(f"{BASE}/phone", {"new_phone": "+41787654321", "current_password": PASSWORD})

        assert (data_of(anna).phone, data_of(anna).is_phone_proved) == ("+41787654321", False)


class TestLogin:
    def test_it_changes_with_the_code_and_both_addresses_are_told_id_051_id_052_id_055(self, browser, anna):
        assert ask_for_login(browser)["Location"] == f"{BASE}/login/code"
        assert is_signed_in(a_browser(anna)), "until then the old login works"
        assert not is_signed_in(a_browser(anna, login=NEW_LOGIN))

        browser.post(f"{BASE}/login/code", {"code": code_sent_to(NEW_LOGIN)})

        assert is_signed_in(browser)
        assert is_signed_in(a_browser(anna, login=NEW_LOGIN))
        assert not is_signed_in(a_browser(anna))
        assert "email/login_changed" in sent_to(NEW_LOGIN)
        assert sent_to(anna.email)[-1] == sent_to("anna@example.org")[-1] == "email/login_changed"
        assert Event.objects.filter(name="LoginChanged", account_id=anna.pk).exists()

    def test_a_pending_change_is_cancelled_id_052(self, browser, anna):
        ask_for_login(browser)
        code = code_sent_to(NEW_LOGIN)

        browser.post(f"{BASE}/login/cancellation")

        assert browser.post(f"{BASE}/login/code", {"code": code}).status_code == 410
        assert data_of(anna).login == anna.email

    def test_the_recovery_address_is_refused_id_053(self, browser):
        answer = ask_for_login(browser, "anna@example.org")

        assert answer.status_code == 400
        assert "This is your recovery address" in answer.content.decode()

    def test_another_accounts_login_is_refused_with_the_detour_id_054(self, browser):
        ben = a_person("Ben")

        answer = ask_for_login(browser, ben.email)

        assert answer.status_code == 400
        assert "give it all rights" in answer.content.decode()
        assert sent_to(ben.email) == []

    def test_an_address_that_became_a_login_in_the_meantime_is_refused_id_054(self, browser, anna):
        ask_for_login(browser)
        code = code_sent_to(NEW_LOGIN)
        a_person("Ben", email=NEW_LOGIN)

        assert browser.post(f"{BASE}/login/code", {"code": code}).status_code == 400
        assert data_of(anna).login == anna.email

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"repeated": "anna.other@example.net"}, "repeated"),
            ({"new": "not an address"}, "new_login"),
            ({"new": "anna.keller@example.ch"}, "new_login"),
            ({"new": "x@closed.invalid"}, "new_login"),
            ({"new": "x@example.net\r\nBcc: all@example.ch"}, "new_login"),
            ({"new": "x\x00@example.net"}, "new_login"),
            ({"new": "a" * 10_000 + "@example.net"}, "new_login"),
            ({"password": "wrong"}, "current_password"),
            ({"password": "x" * 1_000_000}, "current_password"),
        ],
    )
    def test_refused_entries_send_nothing(self, browser, values, field):
        answer = ask_for_login(browser, **values)

        assert answer.status_code in (400, 422)
        assert field in errors(answer)
        assert not Message.objects.exists()
        assert not Confirmation.objects.exists()

    def test_a_look_alike_is_visibly_another_address(self, browser):
        ask_for_login(browser, "\u0430nna@ex\u0430mple.ch")

        assert not Message.objects.filter(recipient="anna@example.ch").exists()


class TestCodes:
    def test_a_code_works_once_for_its_own_change_and_person_only(self, browser):
        ben = a_person("Ben")
        theirs = a_browser(ben)
        ask_for_login(browser)
        code = code_sent_to(NEW_LOGIN)
        ask_for_login(theirs, "ben.new@example.net")
        browser.post(f"{BASE}/recovery-email", {"new_email": "r@example.net", "current_password": PASSWORD})

        assert theirs.post(f"{BASE}/login/code", {"code": code}).status_code == 400, "another person's"
        assert browser.post(f"{BASE}/recovery-email/code", {"code": code}).status_code == 400, "another change's"
        assert browser.post(f"{BASE}/login/code", {"code": code}).status_code == 302
        assert browser.post(f"{BASE}/login/code", {"code": code}).status_code == 410, "used up"

    def test_a_later_change_voids_the_code_of_the_earlier(self, browser, anna):
        ask_for_login(browser)
        code = code_sent_to(NEW_LOGIN)
        ask_for_login(browser, "second@example.net")

        assert browser.post(f"{BASE}/login/code", {"code": code}).status_code in (400, 410)
        assert data_of(anna).login == anna.email

    def test_a_code_dies_after_half_an_hour_and_after_five_guesses(self, browser, anna):
        ask_for_login(browser)
        code = code_sent_to(NEW_LOGIN)
        with clock.travel_to(clock.now() + timedelta(minutes=31)):
            assert browser.post(f"{BASE}/login/code", {"code": code}).status_code == 410
        for _ in range(5):
            assert browser.post(f"{BASE}/login/code", {"code": another_code(code)}).status_code == 400

        assert browser.post(f"{BASE}/login/code", {"code": code}).status_code == 410
        assert data_of(anna).login == anna.email

    def test_guessing_is_stopped_per_network_address_sec_059(self, browser):
        answers = [browser.post(f"{BASE}/login/code", {"code": "123456"}).status_code for _ in range(31)]

        assert answers[-1] == 429

    def test_asking_which_addresses_are_logins_is_stopped_sec_059(self, browser):
        answers = [ask_for_login(browser, f"guess{number}@example.ch").status_code for number in range(11)]

        assert answers[9:] == [302, 429]

    def test_a_form_from_another_site_changes_nothing(self, anna):
        guarded = Client(enforce_csrf_checks=True)
        guarded.force_login(anna)

        for page in ("login", "recovery-email", "phone", "login/code", "login/cancellation", "recovery-email/removal"):
            assert guarded.post(f"{BASE}/{page}").status_code == 403


class TestRacingAReset:
    """Whoever holds a stolen session and whoever proves to be the person must not both get their way."""

    @pytest.fixture(params=range(5))
    def attempt(self, request):
        return request.param

    def test_a_reset_voids_the_change_of_login_that_a_thief_began(self, browser, anna):
        ask_for_login(browser, "thief@example.net")
        code = code_sent_to("thief@example.net")
        number = start_password_reset(actor=Actor(), login=anna.email, language="en")
        finish_password_reset(actor=Actor(), confirmation_id=number, code=code_sent_to(anna.email), new_password=NEW)

        with pytest.raises(Exception, match="code_expired"):
            sign_in_data.finish_login_change(actor=a_stranger_actor(anna), account_id=anna.pk, code=code)

        assert data_of(anna).login == anna.email
        assert not is_signed_in(browser)

    def test_a_change_of_login_voids_the_reset_code_in_the_old_mailbox(self, browser, anna):
        number = start_password_reset(actor=Actor(), login=anna.email, language="en")
        reset_code = code_sent_to(anna.email)
        ask_for_login(browser)
        browser.post(f"{BASE}/login/code", {"code": code_sent_to(NEW_LOGIN)})

        with pytest.raises(Exception, match="code_expired"):
            finish_password_reset(actor=Actor(), confirmation_id=number, code=reset_code, new_password=NEW)

        assert is_signed_in(a_browser(anna, login=NEW_LOGIN))

    def test_a_password_compared_before_the_reset_begins_no_change_after_it(self, anna):
        stale = Account.objects.get(pk=anna.pk)
        anna.set_password(NEW)
        anna.save()

        with pytest.raises(Exception, match="password_incorrect"):
            sign_in_data.pending.locked(stale)

    @pytest.mark.postgresql_only
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.usefixtures("attempt")
    def test_at_the_same_moment_exactly_one_of_both_succeeds(self):
        anna = a_recoverable_person()
        me = a_stranger_actor(anna)
        sign_in_data.start_login_change(
            actor=me, account_id=anna.pk, new_login=NEW_LOGIN, repeated=NEW_LOGIN, current_password=PASSWORD
        )
        code = code_sent_to(NEW_LOGIN)
        number = start_password_reset(actor=Actor(), login=anna.email, language="en")
        reset_code = code_sent_to(anna.email)

        changed, reset = all_at_once(
            lambda: sign_in_data.finish_login_change(actor=me, account_id=anna.pk, code=code),
            lambda: finish_password_reset(actor=Actor(), confirmation_id=number, code=reset_code, new_password=NEW),
        )

        assert sorted([changed, reset]) == ["code_expired", "done"]
        login, password = (NEW_LOGIN, PASSWORD) if changed == "done" else (anna.email, NEW)
        assert is_signed_in(a_browser(anna, password, login=login)), "nobody is locked out of both"

    @pytest.mark.postgresql_only
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.usefixtures("attempt")
    def test_two_people_who_want_one_login_at_the_same_moment_do_not_both_get_it_id_054(self):
        people = [a_person("Anna"), a_person("Ben")]
        codes = []
        for person in people:
            sign_in_data.start_login_change(
                actor=a_stranger_actor(person), account_id=person.pk, new_login=NEW_LOGIN, repeated=NEW_LOGIN,
                current_password=PASSWORD,
            )  # fmt: skip
            codes.append(code_sent_to(NEW_LOGIN))

        outcomes = all_at_once(
            *(
                lambda person=person, code=code: sign_in_data.finish_login_change(
                    actor=a_stranger_actor(person), account_id=person.pk, code=code
                )
                for person, code in zip(people, codes, strict=True)
            )
        )

        assert sorted(outcomes) == ["done", "login_already_used"]
        assert Account.objects.filter(email=NEW_LOGIN).count() == 1
