"""What applications do with tokens, and how access ends: RFC 6749, 7009, 7662, 8628; API-031, API-033."""

import hashlib
from datetime import timedelta
from threading import Barrier, Thread
from urllib.parse import urlencode

import pytest
from allauth.idp.oidc.models import Client as StoredClient
from allauth.idp.oidc.models import Token
from django.db import connection
from django.test import Client
from oauthlib.oauth2 import WebApplicationClient

from stellwerk.api.tests.builders import Caller, reason_of
from stellwerk.foundation import activity, clock
from stellwerk.identity import queries
from stellwerk.identity.models import ApplicationConsent
from stellwerk.identity.services.oauth.endings import forget_expired_tokens
from stellwerk.identity.services.oauth.exchange import DEVICE_GRANT
from stellwerk.identity.tests.oauth import (
    BACK,
    a_code,
    an_application,
    bearer,
    error_of,
    tokens_of,
)
from stellwerk.organisations.tests.builders import PASSWORD
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db


def test_a_refresh_token_is_replaced_at_every_use(browser, reports):
    first = tokens_of(browser, reports, access_type="offline")
    second = reports.refresh(first["refresh_token"]).json()

    assert second["refresh_token"] != first["refresh_token"]
    assert second["scope"] == "openid email accounts:read"
    assert Caller(second["access_token"]).get("1/accounts").status_code == 200
    narrow = reports.refresh(second["refresh_token"], scope="accounts:read").json()
    assert narrow["scope"] == "accounts:read"
    whole = reports.refresh(narrow["refresh_token"]).json()
    assert whole["scope"] == "openid email accounts:read"  # RFC 6749 6: the refresh token keeps what was granted
    assert error_of(reports.refresh(whole["refresh_token"], scope="openid products")) == "400 invalid_scope"


def test_a_refresh_token_used_twice_ends_the_whole_family(browser, reports):
    first = tokens_of(browser, reports, access_type="offline")
    other = tokens_of(browser, reports, access_type="offline")
    second = reports.refresh(first["refresh_token"]).json()

    assert error_of(reports.refresh(first["refresh_token"])) == "400 invalid_grant"
    assert error_of(reports.refresh(second["refresh_token"])) == "400 invalid_grant"
    for tokens in (first, second):
        assert reason_of(Caller(tokens["access_token"]).get("1/accounts")) == "token_revoked"
    assert Caller(other["access_token"]).get("1/accounts").status_code == 200  # another answer, another family


def test_a_refresh_token_is_of_no_use_to_another_application(browser, ben, reports):
    tokens = tokens_of(browser, reports, access_type="offline")
    other = an_application(ben, name="Other")

    assert error_of(other.refresh(tokens["refresh_token"])) == "400 invalid_grant"
    assert reports.refresh(tokens["refresh_token"]).status_code == 200


def test_rfc_6749_2_3_1_basic_credentials_are_form_decoded(ben):
    odd = an_application(ben)
    StoredClient.objects.filter(pk=odd.client_id).update(secret=hashlib.sha256(b"a+b%c:d &").hexdigest())
    odd.secret = "a+b%c:d &"

    assert odd.ask(grant_type="client_credentials").status_code == 200


def test_a_wrong_secret_is_refused_with_the_challenge_of_its_scheme(reports):
    reports.secret = "stw_ocs_wrong"

    refused = reports.ask(grant_type="client_credentials")
    assert error_of(refused) == "401 invalid_client"
    assert refused["WWW-Authenticate"].startswith("Basic")
    assert error_of(Client().post("/token", {"grant_type": "client_credentials"})) == "401 invalid_client"
    form = {"grant_type": "client_credentials", "client_id": reports.client_id, "client_secret": "wrong"}
    assert error_of(Client().post("/token", form)) == "401 invalid_client"
    assert error_of(reports.http.post("/token", {"client_secret": "x"}, headers=reports.basic())) == (
        "400 invalid_request"
    )


def test_client_credentials_stand_for_the_application_alone(reports):
    made = reports.ask(grant_type="client_credentials", scope="accounts:read").json()

    assert set(made) == {"access_token", "token_type", "expires_in", "scope"}
    assert error_of(reports.ask(grant_type="client_credentials", scope="openid")) == "400 invalid_scope"
    assert error_of(reports.ask(grant_type="client_credentials", scope="billing")) == "400 invalid_scope"
    assert error_of(reports.ask(grant_type="password", username="a", password="b")) == "400 unsupported_grant_type"


def test_a_token_in_the_address_is_refused_everywhere(browser, reports):
    tokens = tokens_of(browser, reports, access_type="offline")
    raw, http = tokens["access_token"], Client()

    assert error_of(http.get(f"/oauth2/userinfo?access_token={raw}")) == "400 invalid_request"
    assert error_of(http.get(f"/token/check?token={raw}")) == "400 invalid_request"
    for name in ("refresh_token", "client_secret", "code", "token", "password"):
        refused = http.post(f"/token?{name}=x", {"grant_type": "client_credentials"}, headers=reports.basic())
        assert error_of(refused) == "400 invalid_request"
    answer = http.get(f"/api/1/accounts?access_token={raw}")
    assert (answer.status_code, reason_of(answer)) == (401, "token_missing")


def test_introspection_tells_the_holder_alone(browser, anna, ben, reports):
    tokens = tokens_of(browser, reports, access_type="offline")
    other = an_application(ben, name="Other")

    told = reports.ask("/token/introspect", token=tokens["access_token"]).json()
    assert (told["active"], told["sub"], told["client_id"]) == (True, str(anna.pk), reports.client_id)
    assert reports.ask("/token/introspect", token=tokens["refresh_token"]).json()["active"] is True
    assert other.ask("/token/introspect", token=tokens["access_token"]).json() == {"active": False}
    assert reports.ask("/token/introspect", token="nonsense").json() == {"active": False}
    assert Client().post("/token/introspect", {"token": tokens["access_token"]}).status_code == 401


def test_rfc_7009_revocation_ends_the_family_and_only_by_its_application(browser, ben, reports):
    tokens = tokens_of(browser, reports, access_type="offline")
    other = an_application(ben, name="Other")

    assert other.ask("/token/revoke", token=tokens["refresh_token"]).status_code == 200
    assert Caller(tokens["access_token"]).get("1/accounts").status_code == 200
    assert reports.ask("/token/revoke", token=tokens["refresh_token"]).status_code == 200
    assert reason_of(Caller(tokens["access_token"]).get("1/accounts")) == "token_revoked"
    assert reports.ask("/token/revoke", token="nonsense").status_code == 200


def test_the_short_ways_check_and_end_a_token(browser, anna, reports):
    raw, http = tokens_of(browser, reports)["access_token"], Client()

    told = http.get("/token/check", headers=bearer(raw)).json()
    assert (told["user_id"], told["scope"]) == (anna.pk, "accounts:read email openid")
    assert http.delete("/token", headers=bearer(raw)).status_code == 200
    gone = http.get("/token/check", headers=bearer(raw))
    assert error_of(gone) == "401 invalid_token"
    assert "token_revoked" in gone["WWW-Authenticate"]
    assert error_of(http.delete("/token")) == "401 invalid_token"


def test_multipart_bodies_are_read_and_a_parameter_twice_is_refused(reports):
    form = {"grant_type": "client_credentials", "client_id": reports.client_id, "client_secret": reports.secret}

    assert Client().post("/token", form).status_code == 200  # the test client sends multipart
    encoded = urlencode([*form.items(), ("scope", "a"), ("scope", "b")])
    twice = Client().post("/token", encoded, content_type="application/x-www-form-urlencoded")
    assert error_of(twice) == "400 invalid_request"


def a_device(ben):
    app = an_application(ben, name="Television", is_public=True, redirect_uri="")
    return app, app.ask("/device/code", scope="openid accounts:read").json()


def test_rfc_8628_a_device_waits_for_its_owner(browser, anna, ben):
    app, codes = a_device(ben)
    poll = {"grant_type": DEVICE_GRANT, "device_code": codes["device_code"]}

    assert codes["verification_uri"] == "http://testserver/device"
    assert error_of(app.ask(**poll)) == "400 authorization_pending"
    assert error_of(app.ask(**poll)) == "400 slow_down"
    typed = codes["user_code"].lower().replace("-", " ")
    question = browser.post("/device", {"user_code": typed}).content.decode()
    assert "Television by Ben Beer" in question
    browser.post("/device", {"user_code": typed, "decision": "allow"})
    made = app.ask(**poll).json()
    assert made["user_id"] == anna.pk
    assert made["refresh_token"]
    assert error_of(app.ask(**poll)) == "400 invalid_grant"
    assert browser.post("/device", {"user_code": typed}).status_code == 422


def test_api_033_access_that_is_ended_is_ended_for_a_device_that_has_not_asked_yet(browser, anna, ben):
    app, codes = a_device(ben)
    browser.post("/device", {"user_code": codes["user_code"], "decision": "allow"})
    (consent,) = queries.consent_rows(anna.pk)

    browser.post(f"/profile/applications/access/{consent.id}/end")

    assert error_of(app.ask(grant_type=DEVICE_GRANT, device_code=codes["device_code"])) == "400 invalid_grant"


def test_rfc_8628_a_device_is_refused_or_comes_too_late(browser, ben):
    app, codes = a_device(ben)
    poll = {"grant_type": DEVICE_GRANT, "device_code": codes["device_code"]}

    with clock.travel_to(clock.now() + timedelta(minutes=11)):
        assert browser.post("/device", {"user_code": codes["user_code"]}).status_code == 422
        assert error_of(app.ask(**poll)) == "400 expired_token"
    browser.post("/device", {"user_code": codes["user_code"], "decision": "deny"})
    assert error_of(app.ask(**poll)) == "400 access_denied"
    assert error_of(app.ask(grant_type=DEVICE_GRANT, device_code="x")) == "400 invalid_grant"
    assert error_of(app.ask("/device/code", scope="billing")) == "400 invalid_scope"


def test_codes_of_devices_cannot_be_tried_out(browser):
    for _ in range(20):
        browser.post("/device", {"user_code": "BBBB-BBBB"})

    assert browser.post("/device", {"user_code": "BBBB-BBBB"}).status_code == 429


def test_api_031_a_person_registers_an_application_and_sees_its_secret_once(browser, anna):
    form = {
        "name": "Reports", "description": "Draws figures.", "kind": "confidential", "redirect_uris": f"{BACK}\n",
        "scopes": ["openid", "accounts:read"], "current_password": PASSWORD,
    }  # fmt: skip

    wrong = browser.post("/profile/applications/new", {**form, "current_password": "wrong"})
    assert wrong.status_code == 400
    bad = browser.post("/profile/applications/new", {**form, "redirect_uris": "http://reports.example"})
    assert set(bad.context["form"].errors) == {"redirect_uris"}
    shown = browser.post("/profile/applications/new", form)
    (row,) = queries.application_rows(anna.pk)
    assert "stw_ocs_" in shown.content.decode()
    later = browser.get(f"/profile/applications/{row.client_id}").content.decode()
    assert "stw_ocs_" not in later
    assert row.client_id in later
    renewed = browser.post(f"/profile/applications/{row.client_id}/secret", {"current_password": PASSWORD})
    assert "stw_ocs_" in renewed.content.decode()
    deletion = f"/profile/applications/{row.client_id}/deletion"
    assert "Delete the application “Reports”?" in browser.get(deletion).content.decode()
    assert browser.post(deletion, {"current_password": "wrong"}).status_code == 400
    assert len(queries.application_rows(anna.pk)) == 1
    browser.post(deletion, {"current_password": PASSWORD})
    assert queries.application_rows(anna.pk) == []


def test_a_new_secret_ends_the_old_one(browser, anna):
    mine = an_application(anna)
    machine = mine.ask(grant_type="client_credentials", scope="accounts:read").json()["access_token"]

    browser.post(f"/profile/applications/{mine.client_id}/secret", {"current_password": PASSWORD})

    assert error_of(mine.ask(grant_type="client_credentials")) == "401 invalid_client"
    assert reason_of(Caller(machine).get("1/accounts")) == "token_revoked"


def test_applications_and_access_of_others_do_not_exist(browser, ben, reports):
    theirs = Client()
    theirs.force_login(ben)
    tokens_of(theirs, reports)
    consent = ApplicationConsent.objects.get()

    assert browser.get(f"/profile/applications/{reports.client_id}").status_code == 404
    form = {"current_password": PASSWORD}
    assert browser.post(f"/profile/applications/{reports.client_id}/secret", form).status_code == 404
    assert browser.post(f"/profile/applications/{reports.client_id}/deletion").status_code == 404
    assert browser.post(f"/profile/applications/access/{consent.pk}/end").status_code == 404


def test_api_033_access_is_listed_and_ended_at_once(browser, anna, reports, django_assert_max_num_queries):
    tokens = tokens_of(browser, reports, access_type="offline")
    with django_assert_max_num_queries(12):
        listed = browser.get("/profile/applications").content.decode()
    consent = ApplicationConsent.objects.get()

    assert "Ben Beer" in listed
    assert "Your organisations: read" in listed
    browser.post(f"/profile/applications/access/{consent.pk}/end")
    assert reason_of(Caller(tokens["access_token"]).get("1/accounts")) == "token_revoked"
    assert error_of(reports.refresh(tokens["refresh_token"])) == "400 invalid_grant"
    assert "Let in" in browser.get(reports.address()).content.decode()
    assert "ended the access" in activity.account_rows(anna.pk)[0].sentence


def test_a_person_who_is_gone_takes_the_access_along(browser, anna, reports):
    tokens = tokens_of(browser, reports, access_type="offline")
    anna.is_active = False
    anna.save()

    assert reason_of(Caller(tokens["access_token"]).get("1/accounts")) == "token_invalid"
    assert error_of(reports.refresh(tokens["refresh_token"])) == "400 invalid_grant"
    assert reports.ask("/token/introspect", token=tokens["access_token"]).json() == {"active": False}


def test_a_person_answers_an_application_once(anna, reports):
    ApplicationConsent.objects.create(account=anna, client_id=reports.client_id, granted_at=clock.now())

    with refused_by("one_consent_per_application"):
        ApplicationConsent.objects.create(account=anna, client_id=reports.client_id, granted_at=clock.now())


def test_tokens_go_some_days_after_their_end(browser, reports):
    tokens_of(browser, reports)

    with clock.travel_to(clock.now() + timedelta(days=8)):
        forget_expired_tokens(kept_for=timedelta(days=7))
    assert not Token.objects.exists()


def test_a_client_library_of_others_gets_through(browser, anna, reports):
    """oauthlib's client builds every request and judges every answer."""
    library = WebApplicationClient(reports.client_id)
    verifier = library.create_code_verifier(64)
    challenge = library.create_code_challenge(verifier, "S256")
    scopes = ["openid", "accounts:read"]
    asked = library.prepare_request_uri(
        "https://testserver/authorize", redirect_uri=BACK, scope=scopes, state="s-2", code_challenge=challenge,
        code_challenge_method="S256", access_type="offline",
    )  # fmt: skip

    allowed = browser.post(asked.removeprefix("https://testserver"), {"decision": "allow"})
    library.parse_request_uri_response(allowed["Location"], state="s-2")
    for body in (
        library.prepare_request_body(redirect_uri=BACK, code_verifier=verifier),
        lambda: library.prepare_refresh_body(refresh_token=library.token["refresh_token"]),
    ):
        form = body if isinstance(body, str) else body()
        kind = "application/x-www-form-urlencoded"
        answer = reports.http.post("/token", form, content_type=kind, headers=reports.basic())
        tokens = library.parse_request_body_response(answer.content.decode(), scope=scopes)
        assert tokens["user_id"] == anna.pk
    assert Caller(tokens["access_token"]).get("1/accounts").status_code == 200


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
@pytest.mark.parametrize("kind", ["code", "refresh token"])
def test_of_four_who_present_the_same_at_once_one_gets_tokens_and_they_end(browser, reports, kind, attempt):
    """RFC 6749 4.1.2 and RFC 9700 4.14: whoever comes second proves that a copy is about."""
    if kind == "code":
        code = a_code(browser, reports, access_type="offline")
        calls = [lambda: reports.redeem(code)] * 4
    else:
        token = tokens_of(browser, reports, access_type="offline")["refresh_token"]
        calls = [lambda: reports.refresh(token)] * 4
    barrier, answers = Barrier(4), []

    def present(call):
        barrier.wait()
        answers.append(call())
        connection.close()

    threads = [Thread(target=present, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    (made,) = [answer.json() for answer in answers if answer.status_code == 200]
    assert reason_of(Caller(made["access_token"]).get("1/accounts")) == "token_revoked"
