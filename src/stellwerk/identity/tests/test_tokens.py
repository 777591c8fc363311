"""API tokens, API-001…011: what one is worth, how it ends, and that it never leaks through an address."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from stellwerk.api.tests.builders import Caller, a_token_of, code_of, reason_of
from stellwerk.foundation import activity, clock, jobs, secrets
from stellwerk.foundation.actor import SYSTEM, Role
from stellwerk.foundation.models import Message
from stellwerk.identity import queries, tasks
from stellwerk.identity.models import ApiToken
from stellwerk.identity.rules import SCOPES, TOKEN_PREFIX
from stellwerk.identity.services import create_token, note_token_use
from stellwerk.identity.services.revocations import revoke_tokens
from stellwerk.organisations.models import Membership
from stellwerk.organisations.tests.builders import PASSWORD, a_member_of, a_person, a_stranger_actor, an_organisation

pytestmark = pytest.mark.django_db
SCANNED_FOR = re.compile(r"stw_(?:pat|app)_[0-9A-Za-z]{32}[0-9A-Za-z]{6}")


@pytest.fixture
def anna():
    return a_person(language="de")


@pytest.fixture
def browser(anna):
    browser = Client()
    browser.post("/sign-in", {"email": anna.email, "password": PASSWORD})
    return browser


def a_named_token(account, name, **more):
    return create_token(actor=a_stranger_actor(account), account_id=account.pk, name=name, scopes=["products"], **more)


def later(days: float):
    return clock.travel_to(clock.now() + timedelta(days=days))


def mails(template):
    jobs.run_due_jobs()
    return list(Message.objects.filter(template=f"identity/email/{template}").order_by("pk"))


def test_a_leaked_value_can_be_scanned_for_without_asking_us(anna):
    raw = a_token_of(anna)

    assert SCANNED_FOR.fullmatch(raw)
    assert secrets.is_well_formed(raw, TOKEN_PREFIX)
    assert not secrets.is_well_formed(raw[:-1] + ("a" if raw[-1] != "a" else "b"), TOKEN_PREFIX)
    assert raw not in str(ApiToken.objects.values())


def test_api_004_every_scope_of_the_interface_is_offered_and_said_in_words():
    assert {"openid", "profile", "email", "phone", "user_info", "user_info:read", "mail:read"} <= set(SCOPES)
    assert len({row.words for row in queries.scope_rows()}) == len(SCOPES)


def test_api_002_nobody_counts_the_tokens_of_an_account(anna, browser, django_assert_max_num_queries):
    for number in range(60):
        a_named_token(anna, f"Token {number}")

    with django_assert_max_num_queries(12):
        first = browser.get("/profile/tokens").content.decode()

    assert "Token 59" in first
    assert "Token 3<" not in first
    assert "Token 3<" in browser.get("/profile/tokens?page=2").content.decode()


def test_api_007_a_year_without_use_ends_a_token_for_good(anna):
    token, raw = a_named_token(anna, "Old script")
    caller = Caller(raw)

    with later(days=365):
        assert reason_of(caller.get("1/products")) == "token_inactive"
        tasks.end_idle_tokens()
        note_token_use(token_id=token.pk)  # a note that came late revives nothing
        assert queries.token_rows(anna.pk)[0].state == "inactive"
    assert reason_of(caller.get("1/products")) == "token_inactive"  # nor does a clock that is set back
    assert ApiToken.objects.get().last_used_at is None


def test_api_007_a_use_within_the_year_keeps_a_token(anna):
    token, raw = a_named_token(anna, "Yearly report")

    with later(days=364):
        note_token_use(token_id=token.pk)
    with later(days=370):
        tasks.end_idle_tokens()
        assert Caller(raw).get("1/products").status_code == 200


def test_api_007_the_owner_is_told_once_thirty_days_before_and_once_at_the_end(anna):
    a_named_token(anna, "Old script")

    with later(days=334):
        tasks.end_idle_tokens()
        assert mails("token_goes_idle") == []
    with later(days=336):
        tasks.end_idle_tokens()
        tasks.end_idle_tokens()
        (mail,) = mails("token_goes_idle")
    with later(days=350):
        tasks.end_idle_tokens()
        assert len(mails("token_goes_idle")) == 1
    with later(days=380):
        tasks.end_idle_tokens()
        tasks.end_idle_tokens()
        (end,) = mails("token_deactivated")
        assert activity.account_rows(anna.pk)[0].sentence.endswith("after a year without use")
    assert mail.recipient == end.recipient == anna.email
    assert "Old script" in mail.subject


def test_api_007_a_run_that_was_missed_catches_up(anna):
    a_named_token(anna, "Old script")

    with later(days=360):
        tasks.end_idle_tokens()
        assert len(mails("token_goes_idle")) == 1
    with later(days=900):
        tasks.end_idle_tokens()
        assert len(mails("token_deactivated")) == 1


def test_api_007_a_token_that_was_used_again_is_told_of_again_a_year_later(anna):
    token, _raw = a_named_token(anna, "Yearly report")

    with later(days=340):
        tasks.end_idle_tokens()
    with later(days=345):
        note_token_use(token_id=token.pk)
        tasks.end_idle_tokens()
    with later(days=345 + 336):
        tasks.end_idle_tokens()
        assert len(mails("token_goes_idle")) == 2


def test_api_007_tokens_that_end_before_or_were_revoked_are_passed_over(anna):
    a_named_token(anna, "Ends earlier", expires_at=clock.now() + timedelta(days=350))
    gone, _raw = a_named_token(anna, "Revoked")
    revoke_tokens(actor=a_stranger_actor(anna), account_id=anna.pk, token_ids=[gone.pk])

    with later(days=340):
        tasks.end_idle_tokens()

        assert mails("token_goes_idle") == []


def test_api_008_several_ticked_tokens_are_revoked_after_a_question(anna, browser):
    kept, _raw = a_named_token(anna, "Kept")
    ticked = [a_named_token(anna, name) for name in ("Laptop", "Server")]
    items = [token.pk for token, _raw in ticked]

    question = browser.get("/profile/tokens/revocation", {"item": items}).content.decode()
    assert "Laptop" in question
    assert "Kept" not in question
    assert all(queries.checked_token(raw).account_id == anna.pk for _token, raw in ticked)

    browser.post("/profile/tokens/revocation", {"item": items})
    assert {queries.checked_token(raw).refused_because for _token, raw in ticked} == {"token_revoked"}
    assert [row.id for row in queries.token_rows(anna.pk)] == [kept.pk]


def test_api_008_009_all_tokens_are_revoked_after_a_question(anna, browser):
    raws = [a_named_token(anna, "curl")[1] for _ in range(3)]

    assert browser.get("/profile/tokens/revocation?all=yes").status_code == 200
    browser.post("/profile/tokens/revocation", {"all": "yes"})

    assert {queries.checked_token(raw).refused_because for raw in raws} == {"token_revoked"}
    assert browser.get("/profile/tokens/revocation?all=yes")["Location"] == "/profile/tokens"


def test_api_008_tokens_of_others_are_not_revoked_among_ones_own(anna, browser):
    mine, my_raw = a_named_token(anna, "Mine")
    theirs, their_raw = a_named_token(a_person(), "Theirs")

    answer = browser.post("/profile/tokens/revocation", {"item": [mine.pk, theirs.pk]})

    assert answer.status_code == 404
    assert queries.checked_token(my_raw).refused_because == ""
    assert queries.checked_token(their_raw).refused_because == ""
    assert browser.post("/profile/tokens/revocation", {"item": "1; drop"}).status_code == 404


def test_api_010_a_token_loses_what_its_owner_loses(anna):
    acme = an_organisation()
    mia = a_member_of(acme, Role.ADMINISTRATOR)
    caller = Caller(a_token_of(mia))
    assert caller.get(f"1/accounts/{acme.pk}/invitations").status_code == 200

    Membership.objects.filter(account=mia).update(role=Role.EXTERNAL)
    assert code_of(caller.get(f"1/accounts/{acme.pk}/invitations")) == "403 access_denied"
    Membership.objects.filter(account=mia).delete()
    assert code_of(caller.get(f"1/accounts/{acme.pk}/invitations")) == "404 object_not_found"


def test_api_011_every_refusal_says_its_reason(anna):
    ended, raw_ended = a_named_token(anna, "Ended", expires_at=clock.now() + timedelta(days=1))
    revoked, raw_revoked = a_named_token(anna, "Revoked")
    revoke_tokens(actor=SYSTEM, account_id=anna.pk, token_ids=[revoked.pk])
    raw = a_token_of(anna, "products")

    assert reason_of(Caller().get("1/products")) == "token_missing"
    assert reason_of(Caller("stw_pat_nonsense").get("1/products")) == "token_invalid"
    assert reason_of(Caller(secrets.new_secret(TOKEN_PREFIX)).get("1/products")) == "token_invalid"
    assert reason_of(Caller(raw_revoked).get("1/products")) == "token_revoked"
    with later(days=1):
        assert reason_of(Caller(raw_ended).get("1/products")) == "token_expired"
    with later(days=366):
        assert reason_of(Caller(raw).get("1/products")) == "token_inactive"
    lacking = Caller(raw).get("2/profile")
    assert (lacking.status_code, reason_of(lacking)) == (403, "insufficient_scope")
    assert ended.pk


def test_a_token_in_the_address_or_the_body_is_no_token(anna):
    raw = a_token_of(anna)
    client = Client()

    for name in ("access_token", "token", "api_key", "bearer_token"):
        answer = client.get(f"/api/1/products?{name}={raw}")
        assert (answer.status_code, reason_of(answer)) == (401, "token_missing")
        answer = client.post(f"/api/2/profile/tokens?{name}={raw}", {name: raw}, content_type="application/json")
        assert (answer.status_code, reason_of(answer)) == (401, "token_missing")


def test_a_token_is_checked_with_one_query_and_nonsense_with_none(anna, django_assert_num_queries):
    raw = a_token_of(anna)

    with django_assert_num_queries(1):
        assert queries.checked_token(raw).account_id == anna.pk
    with django_assert_num_queries(0):
        assert queries.checked_token("stw_pat_" + "x" * 38).refused_because == "token_invalid"


def test_api_003_a_token_is_made_by_the_interface_with_the_password_once_more(anna):
    caller = Caller(a_token_of(anna, "user_info"))
    wish = {"name": "Reports", "scopes": ["products:read"], "expired_at": 4_070_908_800}

    missing = caller.post("2/profile/tokens", wish)
    assert (missing.status_code, reason_of(missing)) == (403, "password_required")
    assert code_of(caller.post("2/profile/tokens", {**wish, "password": "wrong"})) == "400 password_incorrect"
    made = caller.post("2/profile/tokens", {**wish, "password": PASSWORD})
    assert made.status_code == 201
    data = made.json()["data"]
    assert (data["scopes"], data["expired_at"], data["state"]) == (["products:read"], 4_070_908_800, "active")
    assert queries.checked_token(data["value"]).scopes == {"products:read"}
    refused = caller.post("2/profile/tokens", {**wish, "scopes": ["everything"], "password": PASSWORD})
    assert code_of(refused) == "422 validation_failed"
    past = caller.post("2/profile/tokens", {**wish, "expired_at": 1, "password": PASSWORD})
    assert code_of(past) == "422 validation_failed"
