"""What the interface promises to developers: API-013…015, API-020…027."""

import re

import pytest
from django.test import Client

from stellwerk.api import commands, handbook
from stellwerk.api.document import openapi
from stellwerk.api.limits import LIMIT
from stellwerk.api.tests.builders import Caller, a_token_of, code_of, refused_fields
from stellwerk.billing.models import Invoice
from stellwerk.foundation.edge.api import METHODS
from stellwerk.organisations.tests.builders import PASSWORD, a_member_of

pytestmark = pytest.mark.django_db
TITLES = (
    "Accounts", "Users", "Teams", "Invitations", "Profile", "Second factor", "Sessions",
    "Tokens and application passwords",
)  # fmt: skip


@pytest.fixture
def page():
    return Client().get("/docs").content.decode()


def test_calls_cost_nothing_and_no_command_asks_for_money_api_013(caller, acme):
    for _ in range(5):
        caller.get(f"1/accounts/{acme.pk}/teams")

    assert not Invoice.objects.exists()


def test_every_address_is_a_version_and_a_command_path_api_014(caller, acme):
    for command in commands.commands():
        assert re.fullmatch(r"[a-z{][a-z0-9/{}_-]*", command.path), command.path
        assert command.version in range(1, 10)
    assert caller.get(f"1/accounts/{acme.pk}").status_code == 200
    assert caller.get("accounts").content == caller.get("1/accounts").content


def test_without_a_version_the_newest_answers_and_says_so_api_014_api_015(caller, page):
    answer = caller.get("whoami")

    assert answer["X-Api-Version"] == "2"
    assert "/api/2/whoami" in answer["X-Api-Advice"]
    assert "X-Api-Advice" not in caller.get("2/whoami")
    assert "Name the version." in page


def test_every_command_may_be_stricter_but_none_more_generous_api_019_api_020(caller):
    """Below the common limit, addresses have their own, for example the entering of passwords."""
    wrong = {"name": "x", "scopes": ["products"], "password": "guess"}
    answers = [code_of(caller.post("2/profile/tokens", wrong)) for _ in range(11)]

    assert answers == ["400 password_incorrect"] * 10 + ["429 too_many_attempts"]
    assert LIMIT == 60


def test_what_is_not_documented_is_not_served_api_021_api_022(caller):
    documented = {path.removeprefix("/api") for path in openapi()["paths"]}
    served = {f"/{command.version}/{command.path}" for command in commands.commands()}

    assert served - documented <= {"/1/whoami", "/2/whoami", *(path for path in served if "probes" in path)}
    assert {method for command in commands.commands() for method in command.methods} <= set(METHODS)
    assert code_of(caller.get("1/horses")) == "404 method_not_found"


def test_the_documentation_says_who_it_is_for_and_who_helps_api_023(page):
    assert "The API is for developers." in page
    assert "Support does not write requests; a partner or a call for tenders does." in page


def test_the_documentation_begins_with_a_token_curl_and_postman_api_024(page):
    for words in ("Create a token under Profile, API tokens", "curl https://", "In Postman, choose Bearer Token"):
        assert words in page


def test_each_command_stands_in_the_list_with_its_codes_and_a_line_for_curl_api_022(page):
    for section in handbook.sections():
        for operation in section.operations:
            assert f'id="{operation.anchor}"' in page
            assert operation.curl.startswith("curl ")
            assert {code.status for code in operation.codes} & {"200", "201", "202"}


def test_products_are_ordered_and_managed_by_the_interface_api_025():
    """Storing data, campaigns, streaming and mail follow with their products."""
    paths = openapi()["paths"]

    for path, method in (
        ("/api/1/accounts/{organisation_id}/cart", "get"),
        ("/api/1/accounts/{organisation_id}/orders", "post"),
        ("/api/1/products/{product_id}", "patch"),
        ("/api/1/accounts/{organisation_id}/renewals", "get"),
    ):
        assert method in paths.get(path, {}), (method, path)


def test_everything_of_accounts_and_organisations_is_reachable_api_026():
    titles = {section.title for section in handbook.sections()}

    assert set(TITLES) <= titles


PROBES = "1/accounts/{}/probes"


@pytest.mark.parametrize(
    ("method", "command", "body", "status"),
    [
        ("GET", "1/accounts", None, 200),
        ("POST", PROBES, {"name": "one"}, 201),
        ("POST", PROBES, b"{", 400),
        ("POST", PROBES, {"name": "manager"}, 403),
        ("GET", "1/accounts/987654", None, 404),
        ("PUT", "1/accounts", None, 405),
        ("POST", PROBES, {"name": "conflict"}, 409),
        ("POST", PROBES, {"name": "gone"}, 410),
        ("POST", PROBES, {"name": 7}, 422),
        ("POST", PROBES, {"name": "boom"}, 500),
    ],
)
def test_the_code_tells_the_exact_state_of_a_request_api_027(caller, acme, method, command, body, status):
    """401, 413, 415 and 429 have tests of their own; 202 comes with work that goes on after the answer."""
    assert caller.send(method, command.format(acme.pk), body).status_code == status


def test_a_token_of_one_scope_says_so_when_another_is_needed_api_001(anna, acme):
    reader = Caller(a_token_of(anna, "accounts:read"))

    assert reader.get("1/accounts").status_code == 200
    assert code_of(reader.get(f"2/accounts/{acme.pk}/users")) == "403 access_denied"


@pytest.mark.parametrize(
    ("method", "command", "body", "refused"),
    [
        ("POST", "2/profile/tokens", {"name": "a", "scopes": ["products"], "expired_at": 1}, ("expired_at", "after")),
        ("POST", "2/profile/emails", {"type": "login", "email": "nobody"}, ("email", "email")),
        ("POST", "2/profile/phones", {"phone": "123"}, ("phone", "phone")),
        ("PUT", "2/profile/picture", {"content": "bm9uZQ=="}, ("content", "image")),
        ("PATCH", "2/profile/second-factor", {"default_method": "totp"}, ("default_method", "in")),
        ("POST", "1/accounts/{a}/invitations", {"email": "a b@c", "role_type": "normal"}, ("email", "email")),
        ("POST", "1/accounts/{a}/payments", {"items": [{}], "means": "prepaid"}, ("items.0.product_id", "exactly_one")),
        (
            "POST", "1/accounts/{a}/payments",
            {"items": [{"product_id": 1}, {"product_id": 1}], "means": "prepaid"}, ("items", "distinct"),
        ),
        ("PATCH", "1/accounts/{a}/renewals", {"product_ids": [1]}, ("is_automatic", "exactly_one")),
    ],
)  # fmt: skip
def test_a_refused_field_has_the_name_that_was_sent_api_029(caller, acme, method, command, body, refused):
    answer = caller.send(method, command.format(a=acme.pk), {**body, "password": PASSWORD})

    assert (answer.status_code, refused_fields(answer)) == (422, [refused])


def test_a_wrong_password_is_the_field_password_and_a_missing_one_is_asked_for_api_029(caller):
    token = {"name": "a", "scopes": ["products"]}

    wrong = caller.post("2/profile/tokens", {**token, "password": "wrong"})
    missing = caller.post("2/profile/tokens", token)

    assert (code_of(wrong), refused_fields(wrong)) == (
        "400 password_incorrect", [("password", "password_incorrect")],
    )  # fmt: skip
    assert missing.json()["error"]["description"] == "Send the password of the account along, as “password”."


def test_whoever_lacks_a_right_reads_whom_to_ask(acme):
    member = Caller(a_token_of(a_member_of(acme)))

    few = member.send("PATCH", f"1/accounts/{acme.pk}", {"name": "B", "accepts_terms": True}, Accept_Language="de")
    many = member.get(f"1/accounts/{acme.pk}/activity").json()["error"]

    assert few.json()["error"]["description"].endswith("Wenden Sie sich an eine rechtliche Vertretung.")
    assert many["description"] == "You may not do this. Ask a legal representative or an administrator."


def test_the_document_names_every_status_and_the_form_of_a_file_api_022():
    paths = openapi()["paths"]
    ordered = paths["/api/1/accounts/{organisation_id}/orders"]["post"]["responses"]
    pdf = paths["/api/2/invoicing/invoice/pdf/{token}"]["get"]["responses"]
    sent = paths["/api/2/profile/second-factor/sms/challenges"]["post"]["responses"]

    assert ordered["202"]["content"] == ordered["201"]["content"]
    assert (list(pdf["200"]["content"]), "410" in pdf) == (["application/pdf"], True)
    assert "503" in sent


@pytest.mark.parametrize(
    ("command", "path", "schema"),
    [
        ("2/profile?with=*", "/api/2/profile", "ProfileOut"),
        ("1/accounts/{a}?with=*", "/api/1/accounts/{{organisation_id}}", "AccountOut"),
    ],
)
def test_extra_fields_are_documented_api_022(caller, acme, command, path, schema):
    data = caller.get(command.format(a=acme.pk)).json()["data"]

    assert path.format() in openapi()["paths"]
    assert data.keys() == openapi()["components"]["schemas"][schema]["properties"].keys()
