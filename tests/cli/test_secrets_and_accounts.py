"""`stellwerk account`, `token` and `app-password`: secrets come from standard input and are shown once."""

import io
import json
from datetime import timedelta

import pytest
from django.test import Client

from stellwerk.cli.main import main
from stellwerk.foundation import clock
from stellwerk.foundation.actor import Actor
from stellwerk.identity import queries
from stellwerk.identity.models import Account, ApiToken
from stellwerk.identity.services import create_token
from stellwerk.organisations.tests.builders import PASSWORD, a_person

pytestmark = pytest.mark.django_db


def _typed(monkeypatch, text):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def _create(*more):
    return main(
        ["account", "create", "--email", "Lena@Huber.example", "--first-name", "Lena", "--last-name", "Huber", *more]
    )


def test_an_account_is_created_with_the_password_from_standard_input(monkeypatch, capsys):
    _typed(monkeypatch, f"{PASSWORD}\n")

    assert _create("--json") == 0

    account = Account.objects.get()
    assert json.loads(capsys.readouterr().out) == {"id": account.pk, "email": "lena@huber.example"}
    assert account.check_password(PASSWORD)


def test_a_missing_password_is_said_in_one_line(monkeypatch, capsys):
    _typed(monkeypatch, "")

    assert _create() == 1
    assert capsys.readouterr().err == "stellwerk: Password is missing: give it on standard input\n"


def test_a_weak_password_is_refused_with_its_field(monkeypatch, capsys):
    _typed(monkeypatch, "lenahuber26\n")

    assert _create() == 1
    assert capsys.readouterr().err.startswith("stellwerk: password: This password is easy to guess.")
    assert not Account.objects.exists()


def test_a_second_account_of_one_login_is_refused(monkeypatch, capsys):
    a_person(email="lena@huber.example")
    _typed(monkeypatch, f"{PASSWORD}\n")

    assert _create() == 1
    assert "login_already_used" in capsys.readouterr().err


def test_api_005_006_a_token_is_printed_once_and_opens_the_door(capsys):
    anna = a_person()

    assert main(["token", "create", "--account", anna.email, "--scope", "products,billing:read", "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    check = queries.checked_token(answer["token"])
    assert (check.account_id, check.scopes) == (anna.pk, {"products", "billing:read"})
    assert answer["token"] not in str(ApiToken.objects.values())


def test_api_005_a_token_ends_on_its_day(capsys):
    anna = a_person()
    main(["token", "create", "--account", anna.email, "--scope", "products", "--expires", "+30d", "--json"])
    raw = json.loads(capsys.readouterr().out)["token"]

    with clock.travel_to(ApiToken.objects.get().expires_at):
        assert queries.checked_token(raw).refused_because == "token_expired"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--scope", "everything"], "scopes: Choose at least one of the offered scopes."),
        (["--scope", "products", "--expires", "soon"], "--expires: soon is neither a date"),
        (["--scope", "products", "--expires", "2020-01-01"], "expires_at: Choose an end in the future."),
    ],
)
def test_bad_token_wishes_are_refused_in_one_line(arguments, complaint, capsys):
    anna = a_person()

    assert main(["token", "create", "--account", anna.email, *arguments]) == 1
    assert capsys.readouterr().err.startswith(f"stellwerk: {complaint}")
    assert not ApiToken.objects.exists()


def test_a_token_for_nobody_is_refused(capsys):
    assert main(["token", "create", "--account", "nobody@example.ch", "--scope", "products"]) == 1
    assert "no account has the login nobody@example.ch" in capsys.readouterr().err


def test_sec_046_an_application_password_is_printed_once(capsys):
    anna = a_person()

    assert main(["app-password", "create", "--account", anna.email, "--name", "Phone", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["password"].startswith("stw_app_")


def _a_browser_of(anna):
    browser = Client()
    browser.post("/sign-in", {"email": anna.email, "password": PASSWORD})
    assert browser.get("/profile").status_code == 200
    return browser


def test_the_operator_signs_an_account_out_everywhere(capsys):
    anna = a_person()
    browsers = [_a_browser_of(anna), _a_browser_of(anna)]

    assert main(["account", "end-sessions", "--email", anna.email, "--json"]) == 0

    assert json.loads(capsys.readouterr().out) == {"id": anna.pk, "ended": 2}
    assert [browser.get("/profile").status_code for browser in browsers] == [302, 302]


def test_a_disabled_account_is_out_at_once_and_stays_out_until_enabled():
    """ASVS 7.4.2."""
    anna = a_person()
    browser = _a_browser_of(anna)
    _stored, token = create_token(actor=Actor(account_id=anna.pk), account_id=anna.pk, name="cli", scopes=["products"])

    assert main(["account", "disable", "--email", anna.email]) == 0

    assert browser.get("/profile").status_code == 302
    assert queries.checked_token(token).refused_because == "token_invalid"
    refused = Client().post("/sign-in", {"email": anna.email, "password": PASSWORD})
    assert refused.status_code != 302

    assert main(["account", "enable", "--email", anna.email]) == 0
    _a_browser_of(anna)
    assert queries.checked_token(token).account_id == anna.pk


def test_sec_047_an_application_password_opens_what_was_asked_for(capsys):
    anna = a_person()
    wish = ["--scope", "contacts,calendar", "--read-only", "--expires", "+30d"]

    assert main(["app-password", "create", "--account", anna.email, "--name", "Phone", *wish, "--json"]) == 0

    raw = json.loads(capsys.readouterr().out)["password"]
    check = queries.sync_check(anna.email, raw, protocol="contacts")
    assert (check.account_id, check.is_read_only) == (anna.pk, True)
    assert queries.sync_check(anna.email, raw, protocol="mail").refused_because == "protocol_not_allowed"
    with clock.travel_to(clock.now() + timedelta(days=31)):
        assert queries.sync_check(anna.email, raw, protocol="calendar").refused_because == "password_expired"


def test_an_application_password_for_no_protocol_is_refused_in_one_line(capsys):
    anna = a_person()

    assert main(["app-password", "create", "--account", anna.email, "--name", "Phone", "--scope", "imap"]) == 1
    assert capsys.readouterr().err.startswith("stellwerk: scopes: Choose at least one of the offered scopes.")
