"""Withdrawals by curl (api-wire, PRE-011…013)."""

import pytest

from stellwerk.api.tests.builders import Caller, a_token_of, code_of, refused_fields
from stellwerk.billing.models import Withdrawal
from stellwerk.billing.tests.builders import IBAN, a_prepaid_balance, a_withdrawal
from stellwerk.organisations.tests.builders import PASSWORD, a_member_of, an_organisation

pytestmark = pytest.mark.django_db
ENTRIES = {"amount": 5000, "currency": "CHF", "holder": "Acme AG", "iban": IBAN, "password": PASSWORD}


@pytest.fixture
def acme():
    return an_organisation("Acme AG")


@pytest.fixture
def caller(acme):
    return Caller(a_token_of(a_member_of(acme, billing=True), "billing"))


def path(organisation, rest=""):
    return f"1/accounts/{organisation.pk}/prepaid/withdrawals{rest}"


def test_a_withdrawal_is_made_listed_read_and_called_back(caller, acme):
    a_prepaid_balance(acme, 8000)

    made = caller.post(path(acme), ENTRIES)
    data = made.json()["data"]
    back = caller.post(path(acme, f"/{data['id']}/cancellation"), {})

    assert made.status_code == 201
    assert (data["state"], data["account"], data["amount"]["amount"]) == ("requested", "CH93 … 2957", 5000)
    assert IBAN not in made.content.decode()
    assert back.json()["data"]["state"] == "cancelled"
    assert caller.get(path(acme, f"/{data['id']}")).json()["data"] == back.json()["data"]
    assert [each["id"] for each in caller.get(path(acme)).json()["data"]] == [data["id"]]
    kinds = [each["kind"] for each in caller.get(f"1/accounts/{acme.pk}/prepaid/movements").json()["data"]]
    assert kinds == ["withdrawal_return", "withdrawal", "top_up"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iban": "CH00"}, "422 validation_failed"),
        ({"currency": "USD"}, "422 validation_failed"),
        ({"amount": "50"}, "422 validation_failed"),
        ({"password": None}, "403 access_denied"),
        ({"password": "wrong"}, "400 password_incorrect"),
        ({"amount": 99}, "400 withdrawal_too_small"),
        ({"amount": 5001}, "400 insufficient_balance"),
    ],
)
def test_what_cannot_be_is_refused_and_takes_nothing(caller, acme, changes, code):
    a_prepaid_balance(acme, 5000)

    assert code_of(caller.post(path(acme), {**ENTRIES, **changes})) == code
    assert not Withdrawal.objects.exists()


def test_another_organisations_withdrawal_does_not_exist(caller, acme):
    foreign = a_withdrawal(an_organisation("Elsewhere AG"))

    assert code_of(caller.get(path(acme, f"/{foreign.pk}"))) == "404 object_not_found"
    assert code_of(caller.post(path(acme, f"/{foreign.pk}/cancellation"), {})) == "404 object_not_found"


def test_one_key_makes_one_withdrawal(caller, acme):
    a_prepaid_balance(acme, 10_000)

    answers = [caller.post(path(acme), ENTRIES, Idempotency_Key="w-1") for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert Withdrawal.objects.count() == 1


def test_an_amount_beyond_the_balance_is_the_field_amount_api_029(caller, acme):
    answer = caller.post(path(acme), ENTRIES)

    assert (code_of(answer), refused_fields(answer)) == (
        "400 insufficient_balance", [("amount", "insufficient_balance")],
    )  # fmt: skip
