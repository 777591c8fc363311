"""Several faults in one request: the answer names the first in the order of the wire contract."""

import pytest

from stellwerk.api.limits import LIMIT
from stellwerk.api.tests.builders import Caller, a_token_of, code_of, reason_of
from stellwerk.foundation.actor import Role
from stellwerk.organisations.tests.builders import a_member_of, an_organisation

BROKEN = b'{"name": '
BAD_FIELDS = {"name": 7, "color": "pink"}


@pytest.fixture
def foreign(acme):
    return an_organisation("Fremde AG")


def exhaust(caller):
    for _ in range(LIMIT):
        caller.get("1/whoami")


def test_without_a_token_nothing_else_matters(acme, foreign, probes):
    stranger = Caller()

    for organisation in (acme, foreign):
        answer = stranger.send("PUT", f"1/accounts/{organisation.pk}/probes", BROKEN, kind="text/plain")
        assert (code_of(answer), reason_of(answer)) == ("401 not_authorized", "token_missing")
    assert code_of(stranger.get("1/no/such/command")) == "401 not_authorized"


@pytest.mark.parametrize(
    ("method", "body", "kind"),
    [
        ("PUT", None, ""),
        ("POST", b"a=b", "application/x-www-form-urlencoded"),
        ("POST", BROKEN, "application/json"),
        ("POST", b'{"name": 7}', "application/json"),
        ("GET", None, ""),
    ],
)
def test_a_foreign_organisation_does_not_exist_whatever_else_is_wrong(caller, foreign, method, body, kind):
    exhaust(caller)

    answer = caller.send(method, f"1/accounts/{foreign.pk}/probes", body, kind=kind)

    assert code_of(answer) == "404 object_not_found"


def test_a_hidden_thing_in_ones_own_organisation_comes_before_the_body(caller, acme):
    answer = caller.send("PATCH", f"1/accounts/{acme.pk}/probes/8", BROKEN)

    assert code_of(answer) == "404 object_not_found"


def test_the_method_comes_before_media_type_body_and_limit(caller, acme):
    exhaust(caller)

    answer = caller.send("PUT", f"1/accounts/{acme.pk}/probes", BROKEN, kind="text/plain")

    assert code_of(answer) == "405 method_not_allowed"
    assert answer["Allow"] == "GET, POST"


def test_the_media_type_comes_before_the_body_and_the_limit(caller, acme):
    exhaust(caller)

    assert code_of(caller.send("POST", f"1/accounts/{acme.pk}/probes", BROKEN, kind="text/plain")) == (
        "415 unsupported_media_type"
    )
    assert code_of(caller.post(f"1/accounts/{acme.pk}/probes", BROKEN)) == "400 malformed_json"


def test_the_limit_comes_before_bad_fields_and_a_missing_scope(anna, acme, probes):
    reader = Caller(a_token_of(anna, "products:read"))
    exhaust(reader)

    answer = reader.post(f"1/accounts/{acme.pk}/probes", BAD_FIELDS)

    assert code_of(answer) == "429 too_many_requests"
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert answer["X-RateLimit-Remaining"] == "0"


def test_bad_fields_come_before_a_missing_scope_and_a_missing_right(anna, acme, probes):
    reader = Caller(a_token_of(anna, "products:read"))

    answer = reader.post(f"1/accounts/{acme.pk}/probes", BAD_FIELDS)

    assert code_of(answer) == "422 validation_failed"
    assert {each["context"]["attribute"] for each in answer.json()["error"]["errors"]} == {"name", "color"}


def test_a_missing_scope_comes_before_the_rules(anna, acme, probes):
    reader = Caller(a_token_of(anna, "products:read", "billing"))

    answer = reader.post(f"1/accounts/{acme.pk}/probes", {"name": "rule"})

    assert (code_of(answer), reason_of(answer)) == ("403 access_denied", "insufficient_scope")
    assert answer.json()["error"]["context"]["scope"] == "products"


def test_a_reading_scope_reads_and_a_writing_scope_reads_too(anna, acme, probes):
    for scope in ("products:read", "products"):
        assert Caller(a_token_of(anna, scope)).get(f"1/accounts/{acme.pk}/probes").status_code == 200
    answer = Caller(a_token_of(anna, "billing")).get(f"1/accounts/{acme.pk}/probes")
    assert (code_of(answer), reason_of(answer)) == ("403 access_denied", "insufficient_scope")
    assert answer.json()["error"]["context"]["scope"] == "products:read"


def test_a_missing_right_names_who_can_grant_it(acme, probes):
    mia = Caller(a_token_of(a_member_of(acme, Role.COLLABORATOR)))

    answer = mia.post(f"1/accounts/{acme.pk}/probes", {"name": "manager"})

    assert code_of(answer) == "403 access_denied"
    assert answer.json()["error"]["context"] == {"reason": "manager_required", "granted_by": ["owner"]}


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("rule", "400 probe_refused"), ("conflict", "409 object_already_exists"), ("gone", "410 probe_gone")],
)
def test_rules_speak_last(caller, acme, name, refusal):
    assert code_of(caller.post(f"1/accounts/{acme.pk}/probes", {"name": name})) == refusal
