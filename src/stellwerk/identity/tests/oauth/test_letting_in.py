"""Letting applications in: API-031…033, OpenID Connect, PKCE, and the ways to deceive."""

import base64
import hashlib
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.idp.oidc.models import Client as StoredClient
from allauth.idp.oidc.models import Token
from django.conf import settings
from django.test import Client

from stellwerk.api.tests.builders import Caller, reason_of
from stellwerk.foundation import activity, clock
from stellwerk.identity import queries, rules
from stellwerk.identity.models import ApplicationConsent
from stellwerk.identity.tests.oauth import (
    BACK,
    a_code,
    an_application,
    answer_of,
    bearer,
    error_of,
    tokens_of,
)
from stellwerk.organisations.tests.builders import PASSWORD, an_organisation

pytestmark = pytest.mark.django_db


def test_discovery_names_what_is_there():
    found = Client().get("/.well-known/openid-configuration").json()

    assert found["issuer"] == "http://testserver"
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["response_types_supported"] == ["code"]
    assert found["scopes_supported"] == list(rules.SCOPES)
    assert Client().get("/.well-known/oauth-authorization-server").json() == found
    for name in ("authorization_endpoint", "userinfo_endpoint", "jwks_uri"):
        assert Client().get(urlsplit(found[name]).path).status_code != 404


def test_api_033_the_question_names_application_owner_and_scopes_in_words(browser, reports):
    question = browser.get(reports.address())
    page = question.content.decode()

    assert "Reports by Ben Beer" in page
    assert "Your e-mail address" in page
    assert "Your organisations: read" in page
    assert "anna.keller@example.ch" in page
    assert "https://reports.example" in question["Content-Security-Policy"]
    assert "<script" not in page.split("<main")[1].split("</main>")[0]
    assert not Token.objects.exists()


def test_a_person_lets_an_application_in_and_it_learns_who_she_is(browser, anna, reports):
    allowed = browser.post(reports.address(), {"decision": "allow"})
    answer = answer_of(allowed)

    assert allowed["Location"].startswith(BACK + "&")
    assert (answer["state"], answer["iss"]) == ("s-1", "http://testserver")
    tokens = reports.redeem(answer["code"]).json()
    assert (tokens["token_type"], tokens["user_id"], tokens["expires_in"]) == ("Bearer", anna.pk, 3600)
    assert "refresh_token" not in tokens
    key = jwt.PyJWKSet.from_dict(Client().get("/.well-known/jwks.json").json()).keys[0]
    claims = jwt.decode(
        tokens["id_token"], key, algorithms=["RS256"], audience=reports.client_id, issuer="http://testserver"
    )
    assert (claims["sub"], claims["email"], claims["nonce"]) == (str(anna.pk), anna.email, "n-1")
    assert "name" not in claims  # profile was not asked for
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == base64.urlsafe_b64encode(half).decode().rstrip("=")
    info = Client().get("/oauth2/userinfo", headers=bearer(tokens["access_token"])).json()
    assert info == {"sub": str(anna.pk), "email": anna.email, "email_verified": True}
    assert activity.account_rows(anna.pk)[0].sentence.startswith("Anna Keller gave the application “Reports” access")


def test_values_are_stored_as_digests_and_can_be_scanned_for(browser, reports):
    tokens = tokens_of(browser, reports, access_type="offline")

    stored = str(list(Token.objects.values())) + str(list(StoredClient.objects.values()))
    for raw, prefix in ((tokens["access_token"], "stw_oat"), (tokens["refresh_token"], "stw_ort"),
                        (reports.secret, "stw_ocs")):  # fmt: skip
        assert raw.startswith(f"{prefix}_")
        assert raw not in stored


def test_the_signing_key_is_made_once_and_for_its_owner_only():
    first = Client().get("/.well-known/jwks.json").json()
    path = settings.OIDC_KEY_FILE

    assert path.stat().st_mode & 0o777 == 0o600
    assert Client().get("/.well-known/jwks.json").json() == first
    assert "d" not in first["keys"][0]


def test_the_interface_serves_an_application_within_its_scopes(browser, anna, reports):
    acme = an_organisation(of=anna)
    caller = Caller(tokens_of(browser, reports)["access_token"])

    assert [row["id"] for row in caller.get("1/accounts").json()["data"]] == [acme.pk]
    refused = caller.get("1/products")
    assert (refused.status_code, reason_of(refused)) == (403, "insufficient_scope")
    with clock.travel_to(clock.now() + timedelta(hours=1)):
        assert reason_of(caller.get("1/accounts")) == "token_expired"


def test_the_interface_asks_one_query_for_an_access_token(browser, reports, django_assert_num_queries):
    raw = tokens_of(browser, reports)["access_token"]
    queries.checked_token(raw)

    with django_assert_num_queries(1):
        assert queries.checked_token(raw).client_id == reports.client_id


def test_confused_identity_a_cookie_never_lends_its_person_to_a_token(browser, anna, reports):
    an_organisation(of=anna)
    machine = reports.ask(grant_type="client_credentials", scope="accounts:read").json()["access_token"]

    refused = browser.get("/api/1/accounts", headers=bearer(machine))
    assert (refused.status_code, reason_of(refused)) == (403, "person_required")
    assert browser.get("/oauth2/userinfo").status_code == 401
    assert browser.get("/oauth2/userinfo", headers=bearer(machine)).status_code == 403
    assert browser.get("/token/check", headers=bearer(machine)).json()["user_id"] is None


def test_a_code_works_once_and_a_replay_ends_what_came_of_it(browser, anna, reports):
    code = a_code(browser, reports, access_type="offline")
    tokens = reports.redeem(code).json()

    assert error_of(reports.redeem(code)) == "400 invalid_grant"
    assert reason_of(Caller(tokens["access_token"]).get("1/accounts")) == "token_revoked"
    assert error_of(reports.refresh(tokens["refresh_token"])) == "400 invalid_grant"
    assert "used an access twice" in activity.account_rows(anna.pk)[0].sentence


@pytest.mark.parametrize(
    "wrong",
    [{"code_verifier": "w" * 64}, {"code_verifier": None}, {"redirect_uri": "https://reports.example/back"},
     {"redirect_uri": None}, {"code": "stw_oac_nonsense"}, {"code": None}],
)  # fmt: skip
def test_a_code_is_bound_to_verifier_and_redirect_address(browser, reports, wrong):
    code = a_code(browser, reports)

    assert reports.redeem(**{"code": code, **wrong}).status_code == 400
    assert not Token.objects.filter(type="at").exists()


def test_a_code_is_of_no_use_to_another_application_and_after_a_minute(browser, ben, reports):
    other = an_application(ben, name="Other")
    code = a_code(browser, reports)

    assert error_of(other.redeem(code)) == "400 invalid_grant"
    with clock.travel_to(clock.now() + timedelta(seconds=61)):
        assert error_of(reports.redeem(code)) == "400 invalid_grant"
    assert reports.redeem(code).status_code == 200


@pytest.mark.parametrize(
    ("more", "error"),
    [({"code_challenge": None}, "invalid_request"), ({"code_challenge_method": "plain"}, "invalid_request"),
     ({"code_challenge_method": None}, "invalid_request"), ({"scope": "openid billing"}, "invalid_scope"),
     ({"scope": None}, "invalid_scope"), ({"response_type": "token"}, "unsupported_response_type"),
     ({"response_type": "id_token"}, "unsupported_response_type"), ({"request_uri": "https://evil.example"},
     "request_uri_not_supported"), ({"response_mode": "fragment"}, "invalid_request")],
)  # fmt: skip
def test_a_bad_request_is_told_to_the_application_without_a_question(browser, reports, more, error):
    answer = browser.get(reports.address(**more))

    assert answer.status_code == 302
    assert answer["Location"].startswith(BACK)
    assert answer_of(answer)["error"] == error
    assert answer_of(answer)["state"] == "s-1"


@pytest.mark.parametrize(
    "uri",
    ["https://reports.example/back", "https://reports.example/back?from=stellwerk&x=1", f"{BACK}#x", BACK.upper(),
     "https://evil.example/back?from=stellwerk", "http://reports.example/back?from=stellwerk", "",
     "javascript:alert(1)",
     "https://reports.example:443/back?from=stellwerk", "https://reports.example@evil.example/back?from=stellwerk"],
)  # fmt: skip
def test_api_032_only_the_registered_address_is_led_to(browser, reports, uri):
    answer = browser.get(reports.address(redirect_uri=uri))

    assert answer.status_code == 400
    assert "Location" not in answer
    assert browser.post(reports.address(redirect_uri=uri), {"decision": "allow"}).status_code == 400


def test_an_unknown_application_and_a_parameter_twice_lead_nowhere(browser, reports):
    assert browser.get(reports.address(client_id="nobody")).status_code == 400
    assert browser.get(reports.address() + "&redirect_uri=https://evil.example").status_code == 400


def test_rfc_8252_a_native_application_may_choose_its_port_on_the_loopback_address_only():
    matches = rules.redirect_matches
    here = "http://127.0.0.1/back"

    assert matches("http://127.0.0.1:49152/back", here, is_public=True)
    assert matches("http://[::1]:8080/back", "http://[::1]/back", is_public=True)
    assert not matches("http://127.0.0.1:49152/back", here, is_public=False)
    assert not matches("http://127.0.0.1:49152/other", here, is_public=True)
    assert not matches("http://localhost:49152/back", here, is_public=True)
    assert not matches("http://[::1]:1/back", here, is_public=True)
    assert not matches("http://x@127.0.0.1:1/back", here, is_public=True)
    assert not matches("http://127.0.0.1:99999/back", here, is_public=True)
    assert not matches("https://app.example:8443/back", "https://app.example/back", is_public=True)


@pytest.mark.parametrize(
    ("uri", "is_public", "is_fine"),
    [("https://app.example/back", False, True), ("http://127.0.0.1:8000/back", False, True),
     ("com.example.app:/back", True, True), ("com.example.app:/back", False, False),
     ("http://app.example/back", True, False), ("http://localhost/back", True, False),
     ("https://*.example/back", False, False), ("https://app.example/#x", False, False),
     ("https://u:p@app.example/", False, False), ("javascript:alert(1)", True, False), ("https://", False, False),
     ("data:text/html,x", True, False), ("https://app.example:0/", False, False), ("x" * 501, True, False)],
)  # fmt: skip
def test_api_031_032_only_safe_addresses_are_registered(uri, is_public, is_fine):
    if is_fine:
        assert rules.checked_redirect(uri, is_public=is_public) == uri
        return
    with pytest.raises(rules.RedirectRefused):
        rules.checked_redirect(uri, is_public=is_public)


def test_a_native_application_needs_no_secret_but_is_asked_about_every_time(browser, ben):
    app = an_application(ben, is_public=True, redirect_uri="http://127.0.0.1/back")
    app.redirect_uri = "http://127.0.0.1:49152/back"

    assert app.redeem(a_code(browser, app)).status_code == 200
    assert "Let in" in browser.get(app.address()).content.decode()
    refused = app.ask(grant_type="client_credentials")
    assert error_of(refused) == "400 unauthorized_client"
    assert error_of(app.ask(grant_type="refresh_token", client_secret="x", refresh_token="x")) == "401 invalid_client"


def test_an_answer_given_before_is_not_asked_for_again(browser, reports):
    tokens_of(browser, reports)

    silent = browser.get(reports.address())
    assert reports.redeem(answer_of(silent)["code"]).status_code == 200
    more = browser.get(reports.address(scope="openid products"))
    assert "Products: read and change" in more.content.decode()
    assert "Let in" in browser.get(reports.address(prompt="consent")).content.decode()
    after_the_form = browser.get(reports.address(), headers={"Sec-Fetch-Site": "same-origin"})
    assert 'http-equiv="refresh"' in after_the_form.content.decode()


def test_prompt_none_never_shows_a_page(browser, reports):
    assert answer_of(Client().get(reports.address(prompt="none")))["error"] == "login_required"
    assert answer_of(browser.get(reports.address(prompt="none")))["error"] == "consent_required"
    tokens_of(browser, reports)
    assert "code" in answer_of(browser.get(reports.address(prompt="none")))


def test_prompt_login_asks_for_the_password_once_more(browser, reports):
    address = reports.address(prompt="login")

    assert "current_password" in browser.get(address).content.decode()
    assert browser.post(address, {"decision": "allow", "current_password": "wrong"}).status_code == 422
    assert browser.post(address, {"decision": "allow"}).status_code == 422
    assert "code" in answer_of(browser.post(address, {"decision": "allow", "current_password": PASSWORD}))


def test_a_stranger_signs_in_first_and_comes_back_to_the_question(reports, anna):
    visitor = Client()
    first = visitor.get(reports.address())
    back = parse_qs(urlsplit(first["Location"]).query)["next"][0]

    assert back == reports.address()
    assert first["Location"].startswith("/sign-in")
    assert visitor.post(reports.address(), {"decision": "allow"})["Location"].startswith("/sign-in")


def test_whoever_refuses_gives_nothing(browser, reports):
    refused = browser.post(reports.address(), {"decision": "deny"})

    assert answer_of(refused)["error"] == "access_denied"
    assert not Token.objects.exists()
    assert not ApplicationConsent.objects.exists()


def test_another_page_cannot_answer_for_the_person(anna, reports):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(anna)

    assert browser.post(reports.address(), {"decision": "allow"}).status_code == 403
    assert not Token.objects.exists()
