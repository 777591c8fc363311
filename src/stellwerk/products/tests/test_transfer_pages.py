"""The pages and commands of product transfers (ORG-098, TRF-003…006, TRF-012)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from stellwerk.foundation import secrets
from stellwerk.identity.models import Account
from stellwerk.identity.services import create_token
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.tests.builders import (
    a_legal_representative_of,
    a_member_of,
    a_person,
    a_stranger_actor,
    an_organisation,
)
from stellwerk.products.models import Product, ProductTransfer
from stellwerk.products.tests.builders import a_domain_of, a_suite_of, granted, link_of, started

pytestmark = pytest.mark.django_db
TICKED = {"accepts_terms": "on", "confirms_warnings": "on"}


@pytest.fixture
def lena():
    return a_person("Lena", "Huber")


@pytest.fixture
def bakery(lena):
    return an_organisation("Bäckerei Huber AG", of=lena)


@pytest.fixture
def boss(bakery):
    return a_legal_representative_of(bakery)


@pytest.fixture
def otto():
    return a_person("Otto", "Müller", email="otto@muehle.ch")


def browser_of(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def owner_of(product) -> int:
    return Product.objects.get(pk=product.pk).organisation_id


def test_what_cannot_go_is_named_with_its_reason_and_the_rest_goes_on_trf_002_trf_003(lena, bakery):
    domain, suite = a_domain_of(bakery, "huber.ch"), a_suite_of(bakery)
    browser, here = browser_of(lena), f"/o/{bakery.pk}/transfers/new"

    shown = browser.post(here, {"product": [domain.pk, suite.pk]})

    assert "1 product cannot be moved" in text_of(shown)
    assert "A Suite stays with its organisation" in text_of(shown)
    carried = re.findall(r'name="product" value="(\d+)"', shown.content.decode())
    assert carried == [str(domain.pk)]
    done = browser.post(here, {"product": carried, "way": "link", **TICKED}, follow=True)
    transfer = ProductTransfer.objects.get()
    assert link_of(transfer) in done.content.decode(), "the giver copies it"


def test_the_boxes_must_be_ticked_and_what_was_typed_stays_trf_003(lena, bakery):
    domain = a_domain_of(bakery)

    answer = browser_of(lena).post(
        f"/o/{bakery.pk}/transfers/new", {"product": domain.pk, "way": "email", "email": "otto@example.ch"}
    )

    assert answer.status_code == 422
    assert "Read the general terms and tick the box." in text_of(answer)
    assert 'value="otto@example.ch"' in answer.content.decode()


def test_it_goes_at_once_to_another_own_organisation_by_the_page_org_098(lena, bakery):
    second, domain = an_organisation("Huber Immobilien AG", of=lena), a_domain_of(bakery)
    an_organisation("Strange AG")
    browser, here = browser_of(lena), f"/o/{bakery.pk}/transfers/new"

    offered = browser.get(f"{here}?product={domain.pk}").content.decode()
    browser.post(here, {"product": domain.pk, "way": "direct", "receiver": second.pk, **TICKED})

    assert "Huber Immobilien AG" in offered
    assert "Strange AG" not in offered
    assert owner_of(domain) == second.pk


def test_others_see_it_grey_with_who_can_trf_003_ui_015(boss, bakery):
    domain = a_domain_of(bakery)
    mia = a_member_of(bakery)
    granted(boss, domain, to=mia.pk)
    browser = browser_of(mia)

    page = text_of(browser.get(f"/o/{bakery.pk}/products/{domain.pk}"))

    assert "Transfer to another organisation Only a legal representative or an administrator can do this." in page
    assert browser.get(f"/o/{bakery.pk}/transfers").status_code == 403


def test_a_suite_says_on_its_page_that_it_stays_trf_002(lena, bakery):
    suite = a_suite_of(bakery)

    page = text_of(browser_of(lena).get(f"/o/{bakery.pk}/products/{suite.pk}"))

    assert "A Suite stays with its organisation; it cannot be moved." in page


def test_whoever_holds_the_link_signs_in_chooses_and_takes_over_trf_004_trf_005_trf_012(bakery, boss, otto):
    mill, farm = an_organisation("Mühle GmbH", of=otto), an_organisation("Hof GmbH", of=otto, country="DE")
    domain = a_domain_of(bakery, "huber.ch")
    address = f"/transfers/{link_of(started(boss, domain))}"

    signed_out = Client().get(address)
    assert f"next={address.replace('/', '%2F')}" in signed_out.content.decode()
    assert "huber.ch" in text_of(signed_out)
    browser = browser_of(otto)
    page = text_of(browser.get(address))
    assert "Lena Huber of Bäckerei Huber AG offers this to you." in page
    assert "CHF 9.60 / € 9.60 without VAT" in page
    assert "Mühle GmbH" in page
    done = browser.post(f"{address}/acceptance", {"organisation": farm.pk}, follow=True)

    assert owner_of(domain) == farm.pk != mill.pk
    assert "Check the holder of each domain" in text_of(done)
    again = browser.get(address)
    assert again.status_code == 410
    assert "This link does not work" in text_of(again)


def test_without_an_organisation_one_is_founded_on_the_way(bakery, boss, otto):
    address = f"/transfers/{link_of(started(boss, a_domain_of(bakery)))}"

    page = browser_of(otto).get(address).content.decode()

    assert f"/organisations/new?next={address.replace('/', '%2F')}" in page or "?next=%2Ftransfers%2F" in page
    assert "You need an organisation" in page


def test_declining_needs_no_organisation_and_leaves_everything(bakery, boss, otto):
    domain = a_domain_of(bakery)
    transfer = started(boss, domain)

    answer = browser_of(otto).post(f"/transfers/{link_of(transfer)}/refusal")

    assert "The transfer is declined" in text_of(answer)
    assert owner_of(domain) == bakery.pk


def test_the_lists_show_what_is_open_and_what_went_and_came(lena, bakery, boss, otto):
    an_organisation("Mühle GmbH", of=otto)
    open_one, gone = a_domain_of(bakery, "open.ch"), a_domain_of(bakery, "gone.ch")
    started(boss, open_one)
    mill = Account.objects.get(pk=otto.pk)
    browser = browser_of(mill)
    receiver = a_receiver_of(otto)
    browser.post(f"/transfers/{link_of(started(boss, gone))}/acceptance", {"organisation": receiver})

    here = f"/o/{bakery.pk}/transfers"
    assert "open.ch" in text_of(browser_of(lena).get(here))
    assert "gone.ch" not in text_of(browser_of(lena).get(here))
    assert "gone.ch" in text_of(browser_of(lena).get(f"{here}?state=over"))
    assert "from Bäckerei Huber AG" in text_of(browser.get(f"/o/{receiver}/transfers?state=over"))


def a_receiver_of(account) -> int:
    return organisations.membership_rows(account.pk)[0].organisation_id


def a_call_of(account):
    _row, raw = create_token(actor=a_stranger_actor(account), account_id=account.pk, name="test", scopes=["products"])

    def call(method: str, path: str, body=None):
        return getattr(Client(), method)(
            f"/api/1/{path}", body, content_type="application/json", headers={"Authorization": f"Bearer {raw}"}
        )

    return call


def test_a_program_starts_shows_cancels_and_takes_over_org_098(lena, bakery, otto):
    an_organisation("Mühle GmbH", of=otto)
    mill = a_receiver_of(otto)
    domain = a_domain_of(bakery, "huber.ch")
    giver, taker = a_call_of(lena), a_call_of(otto)
    body = {"product_ids": [domain.pk], "way": "link", "accepts_terms": True, "confirms_warnings": True}
    here = f"accounts/{bakery.pk}/transfers"

    first = giver("post", here, body)
    assert first.status_code == 201
    assert giver("post", here, body).json()["error"]["code"] == "transfer_already_started"
    number = first.json()["data"]["id"]
    assert giver("delete", f"{here}/{number}", {}).json() == {"result": "success", "data": True}
    link = giver("post", here, body).json()["data"]["url_accept"].rpartition("/")[2]
    assert secrets.is_well_formed(link, "stw_mov")
    taken = taker("post", "transfers/accept", {"link": link, "account_id": mill})

    assert taken.status_code == 200
    assert taken.json()["data"]["direction"] == "received"
    assert taken.json()["data"]["url_accept"] is None
    assert owner_of(domain) == mill
    assert taker("post", "transfers/decline", {"link": link}).status_code == 410
    listed = giver("get", f"{here}?filter[status]=completed").json()["data"]
    assert [(each["direction"], each["status"]) for each in listed] == [("given", "completed")]


def test_a_refused_product_is_409_with_its_code_and_name_trf_011(lena, bakery):
    suite = a_suite_of(bakery, name="huber.ch")
    body = {"product_ids": [suite.pk], "way": "link", "accepts_terms": True, "confirms_warnings": True}

    answer = a_call_of(lena)("post", f"accounts/{bakery.pk}/transfers", body)

    assert answer.status_code == 409
    error = answer.json()["error"]
    assert error["code"] == "suite_not_transferable"
    assert error["context"]["product_ids"] == [suite.pk]
