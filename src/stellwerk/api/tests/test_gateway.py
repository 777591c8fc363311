"""Versions, methods, bodies, identity: what the door does with a well-meant request."""

import logging
from datetime import timedelta

import pytest
from django.test import Client

from stellwerk.api.tests.builders import Caller, a_token_of, code_of, reason_of
from stellwerk.foundation import clock
from stellwerk.identity.models import ApiToken
from stellwerk.organisations.models import Team
from stellwerk.organisations.tests.builders import PASSWORD, a_person


def test_without_a_version_the_newest_answers_and_is_named_with_advice(caller):
    newest = caller.get("whoami")
    named = caller.get("1/whoami")

    assert newest.json()["data"] == {"version": 2}
    assert (newest["X-Api-Version"], named["X-Api-Version"]) == ("2", "1")
    assert "/api/2/whoami" in newest["X-Api-Advice"]
    assert "X-Api-Advice" not in named


def test_a_command_exists_in_the_versions_listed_for_it_and_not_in_all(caller):
    assert caller.get("1/countries").status_code == 200
    for unknown in ("2/accounts/1/probes", "3/whoami", "1/nothing", "", "1", "1/"):
        assert code_of(caller.get(unknown)) == "404 method_not_found"


def test_the_old_singular_leads_to_the_same_command(caller, acme):
    assert caller.get(f"1/account/{acme.pk}/probes").content == caller.get(f"1/accounts/{acme.pk}/probes").content


def test_absurd_addresses_are_unknown_or_too_large_but_never_our_fault(caller):
    for unknown in (f"{'9' * 5000}/whoami", "1/" + "x/" * 2000, "../whoami", "1//whoami", "1/%2e%2e/%00"):
        assert code_of(caller.get(unknown)) == "404 method_not_found"
    assert code_of(caller.get("1/countries?" + "a=1&" * 1001)) == "413 request_too_large"


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "TRACE", "PUT", "BREW"])
def test_any_other_method_gets_405_with_allow(caller, acme, method):
    """API-016."""
    answer = caller.send(method, f"1/accounts/{acme.pk}/probes")

    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")


def test_a_post_may_stand_for_a_delete(caller, acme):
    """API-018."""
    thing = f"1/accounts/{acme.pk}/probes/7"

    for answer in (
        caller.post(thing, X_HTTP_METHOD_OVERRIDE="DELETE"),
        caller.post(f"{thing}?_method=DELETE"),
        caller.post(thing, {"_method": "DELETE"}),
        caller.send("POST", thing, b"_method=DELETE", kind="application/x-www-form-urlencoded"),
        caller.send("DELETE", thing, {"reason": "a body is allowed"}),
        caller.send("DELETE", thing),
    ):
        assert answer.content == b'{"result":"success","data":true}'


def test_a_plain_post_where_only_delete_is_known_is_refused(caller, acme):
    assert code_of(caller.post(f"1/accounts/{acme.pk}/probes/7", {"a": 1})) == "405 method_not_allowed"


@pytest.mark.parametrize("raw_id", ["0x7", "seven", "-1", "1.0", "9" * 19, "9" * 400, "%00", "٣"])
def test_an_id_that_is_none_names_nothing(caller, acme, raw_id):
    assert code_of(caller.get(f"1/accounts/{raw_id}/probes")) == "404 object_not_found"
    assert code_of(caller.send("PATCH", f"1/accounts/{acme.pk}/probes/{raw_id}", {})) == "404 object_not_found"


def test_a_body_is_json_and_nothing_else(caller, acme):
    """API-017."""
    probes = f"1/accounts/{acme.pk}/probes"

    assert code_of(caller.send("POST", probes, b"<a/>", kind="application/xml")) == "415 unsupported_media_type"
    for broken in (b"{", b"\xff", b'{"a": NaN}', b'"\\ud800"', b"[" * 2000):
        assert code_of(caller.post(probes, broken)) == "400 malformed_json"
    for no_object in ([], [1], 7, "text", None):
        assert code_of(caller.post(probes, no_object)) == "422 validation_failed"
    assert code_of(caller.post(probes, b'{"name":"' + b"x" * 3_000_000 + b'"}')) == "413 request_too_large"


def test_every_refused_field_is_named_with_its_rule(caller, acme):
    """API-029."""
    answer = caller.post(
        f"1/accounts/{acme.pk}/probes",
        {"name": "x" * 21, "color": "pink", "is_loud": 1, "starts_on": "soon", "owner_id": "7", "parts": [{"size": 0}]},
    )

    rules = {each["context"]["attribute"]: each["code"] for each in answer.json()["error"]["errors"]}
    assert rules == {
        "name": "validation_rule_max",
        "color": "validation_rule_in",
        "is_loud": "validation_rule_boolean",
        "starts_on": "validation_rule_date",
        "owner_id": "validation_rule_integer",
        "parts.0.size": "validation_rule_min",
    }
    colors = next(each for each in answer.json()["error"]["errors"] if each["context"]["attribute"] == "color")
    assert colors["context"]["values"] == ["blue", "green"]


def test_an_empty_text_is_told_in_words(caller, acme):
    (refused,) = caller.post(f"1/accounts/{acme.pk}/probes", {"name": " "}).json()["error"]["errors"]

    assert (refused["code"], refused["description"]) == ("validation_rule_min", "This field must not be empty.")


@pytest.mark.django_db
def test_a_language_that_is_ruled_out_is_not_chosen():
    """RFC 9110, 12.4.2: a weight of 0 means "not this one"."""
    answer = Client().get("/api/1/accounts", headers={"Accept-Language": "de;q=0, it;q=0.1"})

    assert answer.json()["error"]["description"].startswith("Questa richiesta")


@pytest.mark.parametrize(
    ("entries", "rule"),
    [
        ({"name": "a\0b"}, "validation_rule_text"),
        ({"name": "a", "owner_id": 2**63}, "validation_rule_between"),
        (b'{"name": "a", "owner_id": 1000000000000000000000000000000}', "validation_rule_integer"),
        ({"name": "a", "parts": [{"size": "1\0"}]}, "validation_rule_text"),
        ({"name": "a", "starts_on": "9999-12-31"}, "validation_rule_between"),
        ({"name": "a", "starts_on": "0001-01-01"}, "validation_rule_between"),
        ({"name": "a", "starts_on": "20270131"}, "validation_rule_date"),
        ({"name": "a", "starts_on": "2027-W04-7"}, "validation_rule_date"),
        (b'{"name": "a", "more": ' + b"[" * 900 + b"]" * 900 + b"}", "validation_rule_format"),
        ({}, "validation_rule_required"),
    ],
)
def test_what_no_column_can_store_is_refused_before_it_gets_there(caller, acme, entries, rule):
    answer = caller.post(f"1/accounts/{acme.pk}/probes", entries)

    assert [each["code"] for each in answer.json()["error"]["errors"]] == [rule]


def test_a_token_in_the_address_or_the_body_is_no_token(anna, acme, probes):
    raw = a_token_of(anna)
    stranger = Caller()

    for answer in (
        stranger.get(f"1/whoami?access_token={raw}&token={raw}"),
        stranger.post(f"1/accounts/{acme.pk}/probes", {"access_token": raw}),
        Caller(Authorization=f"Basic {raw}").get("1/whoami"),
        Caller(Authorization=raw).get("1/whoami"),
    ):
        assert (code_of(answer), reason_of(answer)) == ("401 not_authorized", "token_missing")
        assert answer["WWW-Authenticate"] == "Bearer"


def test_a_useless_token_says_why(anna, probes):
    """API-007, API-008, API-011."""
    now = clock.now()
    changes = {
        "token_expired": {"expires_at": now - timedelta(seconds=1)},
        "token_revoked": {"revoked_at": now},
        "token_inactive": {"created_at": now - timedelta(days=366)},
    }
    for reason, change in changes.items():
        raw = a_token_of(anna)
        ApiToken.objects.filter(pk=ApiToken.objects.latest("pk").pk).update(**change)
        answer = Caller(raw).get("1/whoami")
        assert (code_of(answer), reason_of(answer)) == ("401 not_authorized", reason)
        assert answer["WWW-Authenticate"] == f'Bearer error="invalid_token", error_description="{reason}"'
    for typo in (raw[:-1], raw + "x", "stw_pat_x", "größe"):
        assert reason_of(Caller(typo).get("1/whoami")) == "token_invalid"


def test_the_token_alone_says_who_asks_even_beside_another_persons_session(anna, acme, probes):
    """A token sent together with somebody's session cookie must never run as that somebody."""
    otto = a_person("Otto", "Aussen")
    browser = Client()
    browser.force_login(otto)

    with_both = browser.get("/api/1/whoami", headers={"Authorization": f"Bearer {a_token_of(anna)}"})
    cookie_only = browser.get("/api/1/whoami")

    assert with_both.json()["data"] == {"account_id": anna.pk, "has_user": False, "address": "127.0.0.1"}
    assert (code_of(cookie_only), reason_of(cookie_only)) == ("401 not_authorized", "token_missing")
    assert PASSWORD not in with_both.content.decode()


def test_the_use_of_a_token_is_noted_once_an_hour(caller, anna):
    """API-006."""
    token = ApiToken.objects.get(account=anna)

    caller.get("1/whoami")
    token.refresh_from_db()
    first = token.last_used_at
    assert first is not None

    with clock.travel_to(first + timedelta(minutes=59)):
        caller.get("1/whoami")
    token.refresh_from_db()
    assert token.last_used_at == first

    with clock.travel_to(first + timedelta(minutes=61)):
        caller.get("1/whoami")
    token.refresh_from_db()
    assert token.last_used_at == first + timedelta(minutes=61)


def test_our_own_fault_has_a_number_and_leaves_nothing_behind(caller, acme, caplog):
    with caplog.at_level(logging.CRITICAL):
        answer = caller.post(f"1/accounts/{acme.pk}/probes", {"name": "boom"}, Idempotency_Key="k")

    assert code_of(answer) == "500 unexpected_error"
    assert answer.json()["error"]["context"]["request_id"] == answer["X-Request-Id"]
    assert not Team.objects.exists()


def test_a_rival_that_was_faster_is_a_conflict(caller, acme):
    probes = f"1/accounts/{acme.pk}/probes"

    caller.post(probes, {"name": "twice"})

    assert code_of(caller.post(probes, {"name": "Twice"})) == "409 conflict"


def test_the_description_follows_the_reader_and_the_code_does_not(caller):
    """API-030."""
    texts = set()
    for language in ("de-CH", "fr", "it", "es", "en"):
        error = caller.get("1/accounts/999999/probes", Accept_Language=language).json()["error"]
        assert error["code"] == "object_not_found"
        texts.add(error["description"])
    assert len(texts) == 5


def test_every_answer_carries_the_limit_and_is_kept_by_nobody(caller, acme):
    for command in ("1/whoami", "1/nothing", "1/accounts/999999/probes", f"1/accounts/{acme.pk}/probes?page=x"):
        answer = caller.get(command)
        assert {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-Id"} <= {*answer.headers}
        assert answer["Cache-Control"] == "no-store"


def test_the_api_host_serves_the_commands_at_its_root(caller, settings):
    settings.API_HOST = "api.example.ch"
    settings.ALLOWED_HOSTS = ["api.example.ch", "example.ch"]

    def at(host, path):
        return caller.client.get(path, headers={**caller.headers, "Host": host})

    assert at("api.example.ch", "/2/whoami").json()["data"] == {"version": 2}
    assert at("api.example.ch", "/api/2/whoami").json()["data"] == {"version": 2}
    assert at("example.ch", "/2/whoami").status_code == 404


def test_the_address_is_taken_from_the_operators_proxy_and_from_nobody_else(caller, settings):
    forged = {"X_Forwarded_For": "6.6.6.6, 192.0.2.7"}

    assert caller.get("1/whoami", **forged).json()["data"]["address"] == "127.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert caller.get("1/whoami", **forged).json()["data"]["address"] == "192.0.2.7"
