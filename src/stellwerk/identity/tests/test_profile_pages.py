"""The profile: ID-046…061, SEC-044…053, API-003…008, and forgotten passwords ID-069…071."""

import re

import pytest
from django.test import Client

from stellwerk.foundation import jobs
from stellwerk.foundation.actor import Actor
from stellwerk.foundation.models import Message
from stellwerk.identity import queries
from stellwerk.identity.models import Account, ApiToken, ApplicationPassword
from stellwerk.identity.services.password_reset import start_password_reset
from stellwerk.organisations.services.invitations import NewInvitation, invite
from stellwerk.organisations.tests.builders import PASSWORD, a_legal_representative_of, a_person, an_organisation

pytestmark = pytest.mark.django_db
NEW = "eleven calm badgers sing"
PAGES = ("profile", "profile/password", "profile/sessions", "profile/tokens", "profile/application-passwords")
CALENDAR = {"name": "Calendar", "scopes": ["calendar"], "current_password": PASSWORD}


@pytest.fixture
def anna():
    return a_person(email="anna.keller@example.ch", phone="+41791234567")


def a_browser(account: Account, password: str = PASSWORD) -> Client:
    browser = Client()
    browser.post("/sign-in", {"email": account.email, "password": password})
    return browser


@pytest.fixture
def browser(anna):
    return a_browser(anna)


def errors(answer) -> set[str]:
    return set(answer.context["form"].errors)


def is_signed_in(browser: Client) -> bool:
    return browser.get("/profile").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_within_twelve_queries(browser, page, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        answer = browser.get(f"/{page}")

    assert answer.status_code == 200
    assert Client().get(f"/{page}")["Location"] == f"/sign-in?next=%2F{page.replace('/', '%2F')}"


def test_personal_data_are_changed_and_the_page_speaks_the_new_language_id_047(browser, anna):
    values = {
        "first_name": "Anne",
        "last_name": "Keller",
        "language": "de",
        "theme": "dark",
    }

    answer = browser.post("/profile", values, follow=True)

    row = queries.profile_row(anna.pk)
    assert (row.first_name, row.language, row.theme) == ("Anne", "de", "dark")
    page = answer.content.decode()
    assert '<html lang="de" data-theme="dark">' in page
    assert "Ihr Profil ist gespeichert." in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"first_name": ""}, "first_name"),
     ({"language": "tlh"}, "language"), ({"theme": "neon"}, "theme"), ({"last_name": "x\u202ey"}, "last_name")],
)  # fmt: skip
def test_refused_entries_stand_at_their_field(browser, anna, wrong, field):
    values = {"first_name": "Anna", "last_name": "Keller", "language": "en", "theme": "light"}

    answer = browser.post("/profile", {**values, **wrong})

    assert answer.status_code == 422
    assert errors(answer) == {field}
    assert queries.profile_row(anna.pk).theme == "automatic"


def test_a_new_password_keeps_this_browser_and_ends_all_others_id_057(browser, anna):
    other = a_browser(anna)
    key = browser.session.session_key

    browser.post("/profile/password", {"current_password": PASSWORD, "new_password": NEW})
    jobs.run_due_jobs()

    assert is_signed_in(browser)
    assert browser.session.session_key != key
    assert not is_signed_in(other)
    assert is_signed_in(a_browser(anna, NEW))
    assert not is_signed_in(a_browser(anna))
    assert Message.objects.filter(recipient=anna.email, template="identity/email/password_changed").count() == 1


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        ("wrong", NEW, "current_password"), (PASSWORD, PASSWORD, "new_password"), (PASSWORD, "short", "new_password"),
        (PASSWORD, "anna.keller@example.ch", "new_password"), ("x" * 1_000_000, NEW, "current_password"),
        (PASSWORD, "y" * 1_000_000, "new_password"),
    ],
)  # fmt: skip
def test_a_refused_password_changes_nothing_id_057(browser, anna, current, new, field):
    answer = browser.post("/profile/password", {"current_password": current, "new_password": new})

    assert answer.status_code in (400, 422)
    assert errors(answer) == {field}
    assert is_signed_in(a_browser(anna))


def test_application_passwords_and_tokens_survive_a_new_password_id_061(browser, anna):
    browser.post("/profile/tokens", {"name": "curl", "scopes": ["products:read"], "current_password": PASSWORD})
    browser.post("/profile/password", {"current_password": PASSWORD, "new_password": NEW})

    assert len(queries.token_rows(anna.pk)) == 1


def test_guessing_the_password_in_an_open_browser_is_stopped_sec_059(browser):
    for _ in range(10):
        browser.post("/profile/password", {"current_password": "wrong", "new_password": NEW})

    answer = browser.post("/profile/password", {"current_password": PASSWORD, "new_password": NEW})

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_open_sessions_are_listed_and_ended_one_or_all_sec_052_sec_053(browser, anna):
    second, third = a_browser(anna), a_browser(anna)
    rows = browser.get("/profile/sessions").context["sessions"]
    assert [row.is_current for row in rows] == [False, False, True]

    browser.post(f"/profile/sessions/{rows[1].id}/end")
    assert not is_signed_in(second)
    assert is_signed_in(third)
    browser.post("/profile/sessions/others/end")
    assert not is_signed_in(third)
    assert is_signed_in(browser)


def test_sessions_and_secrets_of_others_do_not_exist(browser):
    ben = a_person()
    theirs = a_browser(ben)
    theirs.post("/profile/tokens", {"name": "curl", "scopes": ["products"], "current_password": PASSWORD})
    theirs.post("/profile/application-passwords", CALENDAR)
    session = theirs.get("/profile/sessions").context["sessions"][0]

    assert browser.post(f"/profile/sessions/{session.id}/end").status_code == 404
    token_id, password_id = ApiToken.objects.get().pk, ApplicationPassword.objects.get().pk
    assert browser.post("/profile/tokens/revocation", {"item": token_id}).status_code == 404
    assert browser.post("/profile/application-passwords/revocation", {"item": password_id}).status_code == 404
    assert is_signed_in(theirs)
    assert len(queries.token_rows(ben.pk)) == 1


def test_a_token_is_shown_once_and_never_again_api_003_api_006(browser, anna):
    form = {
        "name": "curl",
        "scopes": ["products:read", "billing"],
        "expires_on": "2099-01-31",
        "current_password": PASSWORD,
    }

    shown = browser.post("/profile/tokens", form)
    raw = re.search(r"stw_pat_\w+", shown.content.decode())[0]
    later = browser.get("/profile/tokens").content.decode()

    assert "no-store" in shown["Cache-Control"]
    assert raw not in later
    assert raw[:12] in later
    check = queries.checked_token(raw)
    assert (check.account_id, check.scopes) == (anna.pk, {"products:read", "billing"})
    browser.post("/profile/tokens/revocation", {"item": ApiToken.objects.get().pk})
    assert queries.checked_token(raw).refused_because == "token_revoked"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"current_password": "wrong"}, "current_password"), ({"name": " "}, "name"), ({"scopes": []}, "scopes"),
     ({"scopes": ["everything"]}, "scopes"), ({"expires_on": "2001-01-01"}, "expires_on"),
     ({"expires_on": "x"}, "expires_on"), ({"name": "x" * 101}, "name")],
)  # fmt: skip
def test_a_refused_token_is_not_made_api_003(browser, anna, wrong, field):
    form = {"name": "curl", "scopes": ["products"], "current_password": PASSWORD, **wrong}

    answer = browser.post("/profile/tokens", form)

    assert answer.status_code in (400, 422)
    assert errors(answer) == {field}
    assert queries.token_rows(anna.pk) == []


def test_an_application_password_is_shown_once_sec_046_sec_049(browser, anna):
    shown = browser.post("/profile/application-passwords", CALENDAR)
    raw = re.search(r"stw_app_\w+", shown.content.decode())[0]

    assert raw not in browser.get("/profile/application-passwords").content.decode()
    unnamed = browser.post("/profile/application-passwords", {**CALENDAR, "name": ""})
    assert errors(unnamed) == {"name"}
    (row,) = queries.application_password_rows(anna.pk)
    browser.post("/profile/application-passwords/revocation", {"item": row.id})
    assert queries.application_password_rows(anna.pk) == []


def mailed_code() -> str:
    return re.search(r"^(\d{6})$", Message.objects.latest("pk").body, re.MULTILINE)[1]


class TestOutbox:
    """Every message of the instance: for operators, and for whoever tries the house on one machine."""

    def test_on_this_machine_it_is_open_and_searched(self, client, anna):
        start_password_reset(actor=Actor(), login=anna.email, language="en")
        jobs.run_due_jobs()
        client.post("/sign-up", {})

        assert mailed_code() in client.get("/outbox").content.decode()
        assert "No message matches" in client.get("/outbox", {"q": "nobody@"}).content.decode()

    @pytest.mark.parametrize(
        "elsewhere",
        [{"REMOTE_ADDR": "192.0.2.7"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {"HTTP_FORWARDED": "for=127.0.0.1"}],
    )
    def test_from_elsewhere_or_through_a_proxy_it_does_not_exist(self, client, elsewhere):
        assert client.get("/outbox", **elsewhere).status_code == 404

    def test_on_a_real_instance_it_is_for_operators(self, client, anna, settings):
        settings.OUTBOX_IS_LOCAL = False
        operator = a_person(is_operator=True)

        assert client.get("/outbox").status_code == 404
        assert a_browser(anna).get("/outbox").status_code == 404
        assert a_browser(operator).get("/outbox").status_code == 200

    def test_a_hundred_messages_are_pages_within_twelve_queries(self, client, anna, django_assert_max_num_queries):
        template = Message(
            channel="email", template="x", language="en", recipient="a@example.ch", subject="Hello", body="x"
        )
        template.created_at = anna.created_at
        Message.objects.bulk_create([Message(**{**vars_of(template), "unique_key": str(n)}) for n in range(100)])

        with django_assert_max_num_queries(12):
            answer = client.get("/outbox", {"page": "2"})

        assert len(answer.context["rows"].object_list) == 50

    def test_a_message_cannot_put_markup_into_the_page(self, client):
        acme = an_organisation("<script>alert(1)</script> AG")
        entries = NewInvitation(email="ben@example.ch", role="normal")
        invite(actor=a_legal_representative_of(acme), organisation_id=acme.pk, entries=entries)
        jobs.run_due_jobs()

        assert "<script>alert" not in client.get("/outbox").content.decode()


def vars_of(message: Message) -> dict[str, object]:
    names = ("channel", "template", "language", "recipient", "subject", "body", "created_at")
    return {name: getattr(message, name) for name in names}
