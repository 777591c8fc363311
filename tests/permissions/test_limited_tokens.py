"""A token limited to one organisation: everything else is foreign to it (API-004, API-010)."""

import pytest
from django.test import Client

from stellwerk.api.tests.builders import EVERY_SCOPE, Caller, code_of, reason_of
from stellwerk.cli.main import main
from stellwerk.foundation.errors import Invalid
from stellwerk.identity.models import ApiToken
from stellwerk.identity.rules import PERSONAL_SCOPES
from stellwerk.identity.services import create_token
from stellwerk.organisations.models import Membership
from stellwerk.organisations.tests.builders import PASSWORD, a_person, a_stranger_actor, an_organisation
from stellwerk.products.tests.builders import a_product_of

pytestmark = pytest.mark.django_db
SCOPES = [scope for scope in EVERY_SCOPE if scope.partition(":")[0] not in PERSONAL_SCOPES]


@pytest.fixture
def anna():
    return a_person("Anna", "Keller")


@pytest.fixture
def acme(anna):
    return an_organisation("Acme AG", of=anna)


@pytest.fixture
def branch(anna):
    """Anna's other organisation, the first one by name."""
    return an_organisation("Aare GmbH", of=anna)


@pytest.fixture
def caller(anna, acme, branch):
    """Anna, legal representative of both, with a token for Acme only."""
    return Caller(a_limited_token(anna, acme))


def a_limited_token(account, organisation, scopes=SCOPES):
    _token, raw = create_token(
        actor=a_stranger_actor(account),
        account_id=account.pk,
        name="of one",
        scopes=scopes,
        organisation_id=organisation.pk,
    )
    return raw


def test_it_works_in_its_organisation_with_the_rights_of_its_owner_api_004(caller, acme):
    assert caller.get(f"1/accounts/{acme.pk}").json()["data"]["type"] == "owner"
    assert caller.post(f"1/accounts/{acme.pk}/teams", {"name": "Sales"}).status_code == 201


@pytest.mark.parametrize(
    "command",
    ["1/accounts/{}", "2/accounts/{}/users", "1/accounts/{}/teams", "1/accounts/{}/products", "1/accounts/{}/orders",
     "2/invoicing/account/{}/invoices", "1/accounts/{}/second-factor"],
)  # fmt: skip
def test_another_organisation_of_its_owner_does_not_exist_api_004(caller, acme, branch, command):
    assert caller.get(command.format(acme.pk)).status_code == 200
    assert code_of(caller.get(command.format(branch.pk))) == "404 object_not_found"


def test_a_thing_of_another_organisation_does_not_exist_api_004(caller, acme, branch):
    here, there = a_product_of(acme), a_product_of(branch)

    assert caller.get(f"1/products/{here.pk}").status_code == 200
    assert code_of(caller.get(f"1/products/{there.pk}")) == "404 object_not_found"
    assert code_of(caller.send("PATCH", f"1/products/{there.pk}", {"internal_name": "x"})) == "404 object_not_found"


def test_lists_over_all_organisations_show_this_one_only_api_004(caller, acme, branch):
    here = a_product_of(acme)
    a_product_of(branch)

    assert [row["id"] for row in caller.get("1/accounts").json()["data"]] == [acme.pk]
    assert caller.get("1/accounts?page=1").json()["total"] == 1
    for command in ("1/products", "1/accounts/current/products"):
        assert [row["id"] for row in caller.get(command).json()["data"]] == [here.pk], command


def test_it_opens_nothing_of_the_account_and_founds_nothing(caller, anna, acme):
    for command in ("2/profile", "2/profile/tokens", "2/profile/second-factor"):
        assert reason_of(caller.get(command)) == "insufficient_scope"
    entries = {
        "name": "Neue AG", "legal_entity_type": "company", "street": "Gasse", "postal_code": "3011", "town": "Bern",
        "country": "CH",
    }  # fmt: skip
    assert reason_of(caller.post("1/accounts", entries)) == "token_limited"
    with pytest.raises(Invalid) as refused:
        a_limited_token(anna, acme, scopes=["products", "user_info:read"])
    assert [each.name for each in refused.value.errors] == ["scopes"]


def test_it_ends_with_the_membership_api_010(caller, anna, acme):
    Membership.objects.filter(account=anna, organisation=acme).delete()

    assert code_of(caller.get(f"1/accounts/{acme.pk}")) == "404 object_not_found"
    assert caller.get("1/accounts").json()["data"] == []
    assert code_of(caller.get("1/accounts/current/products")) == "404 object_not_found"


def test_only_ones_own_organisations_can_be_named_and_nobody_learns_of_others(anna):
    foreign = an_organisation("Fremde AG", of=a_person())

    for number in (foreign.pk, foreign.pk + 999):
        with pytest.raises(Invalid) as refused:
            create_token(
                actor=a_stranger_actor(anna), account_id=anna.pk, name="x", scopes=["products"], organisation_id=number
            )
        assert [(each.name, each.rule) for each in refused.value.errors] == [("organisation_id", "in")]


def test_the_page_offers_ones_organisations_and_shows_the_limit(anna, acme, branch):
    browser = Client()
    browser.force_login(anna)
    entries = {
        "name": "Reports", "scopes": ["products:read"], "organisation_id": str(acme.pk), "current_password": PASSWORD,
    }  # fmt: skip

    page = browser.post("/profile/tokens", entries).content.decode()

    assert "Only in Acme AG" in page
    assert ApiToken.objects.get(account=anna).organisation_id == acme.pk
    foreign = an_organisation("Fremde AG", of=a_person())
    refused = browser.post("/profile/tokens", {**entries, "organisation_id": str(foreign.pk)})
    assert refused.status_code == 422
    Membership.objects.filter(account=anna, organisation=acme).delete()
    assert "Only in an organisation you have left" in browser.get("/profile/tokens").content.decode()


def test_the_interface_makes_and_lists_limited_tokens(anna, acme):
    caller = Caller(a_token_for_everything(anna))
    entries = {"name": "Reports", "scopes": ["products"], "organisation_id": acme.pk, "password": PASSWORD}

    made = caller.post("2/profile/tokens", entries).json()["data"]

    assert made["organisation_id"] == acme.pk
    assert {row["name"]: row["organisation_id"] for row in caller.get("2/profile/tokens").json()["data"]} == {
        "Reports": acme.pk, "curl": None,
    }  # fmt: skip
    refused = caller.post("2/profile/tokens", {**entries, "organisation_id": acme.pk + 999})
    assert code_of(refused) == "422 validation_failed"


def a_token_for_everything(account):
    _token, raw = create_token(actor=a_stranger_actor(account), account_id=account.pk, name="curl", scopes=EVERY_SCOPE)
    return raw


def test_the_command_line_makes_limited_tokens(anna, acme, capsys):
    asked = ["token", "create", "--account", anna.email, "--scope", "products", "--organisation", str(acme.pk)]

    assert main(asked) == 0

    raw = capsys.readouterr().out.strip()
    assert Caller(raw).get(f"1/accounts/{acme.pk}/products").status_code == 200
    assert ApiToken.objects.get(account=anna).organisation_id == acme.pk
