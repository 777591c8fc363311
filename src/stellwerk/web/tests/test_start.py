"""The start page: what is due, what runs, and nothing of other organisations."""

from datetime import timedelta

import pytest
from django.test import Client

from stellwerk.billing.tests.builders import an_open_invoice
from stellwerk.catalogue.services import load_default_offers
from stellwerk.foundation import clock
from stellwerk.foundation.actor import SYSTEM, Role
from stellwerk.organisations.services.invitations import NewInvitation, invite
from stellwerk.organisations.tests.builders import a_member_of, a_person, acting, an_organisation
from stellwerk.products.services import NewProduct, activate_product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _offers():
    load_default_offers()


def a_domain_of(organisation, name="huber-brot.ch"):
    entries = NewProduct(
        organisation_id=organisation.pk, offer_code="domain-ch", period_months=12, quantity=1, source=name, name=name
    )
    return activate_product(actor=SYSTEM, entries=entries)


def a_browser_of(account) -> Client:
    browser = Client()
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def test_ui_001_the_start_page_names_products_and_what_needs_attention():
    anna = a_person("Anna")
    acme = an_organisation("Acme AG", of=anna)
    a_domain_of(acme)

    with clock.travel_to(clock.now() + timedelta(days=350)):
        shown = a_browser_of(anna).get(f"/o/{acme.pk}/").content.decode()

    assert "Good to see you, Anna" in shown
    assert "huber-brot.ch expires in" in shown


def test_ui_001_a_calm_day_says_that_everything_runs():
    anna = a_person("Anna")
    acme = an_organisation(of=anna)
    a_domain_of(acme)

    shown = a_browser_of(anna).get(f"/o/{acme.pk}/").content.decode()

    assert ". Everything is running." in shown
    assert "Needs attention" not in shown


def test_org_009_the_start_page_of_a_foreign_organisation_does_not_exist():
    other = an_organisation("Other AG")

    assert a_browser_of(a_person()).get(f"/o/{other.pk}/").status_code == 404


def test_gen_002_without_the_billing_right_the_accounting_section_is_not_there():
    acme = an_organisation()
    collaborator = a_member_of(acme)

    assert "Accounting" not in a_browser_of(collaborator).get(f"/o/{acme.pk}/").content.decode()


def test_gen_011_a_moved_clock_is_said_on_the_page_and_only_operators_can_return():
    anna = a_person()
    acme = an_organisation(of=anna)
    clock.set_offset(timedelta(days=100))
    try:
        assert "Demo: the clock stands at" in a_browser_of(anna).get(f"/o/{acme.pk}/").content.decode()
        assert a_browser_of(anna).post("/clock/return").status_code == 404
        assert a_browser_of(a_person(is_operator=True)).post("/clock/return").status_code == 302
        assert clock.offset() == timedelta()
    finally:
        clock.set_offset(timedelta())


def test_the_start_page_costs_at_most_twelve_queries(django_assert_max_num_queries):
    anna = a_person()
    acme = an_organisation(of=anna)
    an_open_invoice(acme)
    for number in range(12):
        a_domain_of(acme, f"name-{number}.ch")
    browser = a_browser_of(anna)

    with django_assert_max_num_queries(12):
        browser.get(f"/o/{acme.pk}/")


def test_ui_001_an_open_invoice_is_shown_to_whoever_may_pay_it():
    anna = a_person("Anna")
    acme = an_organisation(of=anna)
    ben = a_member_of(acme)
    number = an_open_invoice(acme).number

    shown = a_browser_of(anna).get(f"/o/{acme.pk}/").content.decode()

    assert f"Invoice {number} over CHF" in shown
    assert f"Pay invoice {number}" in shown
    assert number not in a_browser_of(ben).get(f"/o/{acme.pk}/").content.decode()


def test_ui_001_an_invoice_past_its_day_comes_first():
    anna = a_person("Anna")
    acme = an_organisation(of=anna)
    an_open_invoice(acme)

    with clock.travel_to(clock.now() + timedelta(days=31)):
        shown = a_browser_of(anna).get(f"/o/{acme.pk}/").content.decode()

    assert "is overdue" in shown


def test_org_062_an_invitation_waits_on_the_start_page():
    anna = a_person("Anna")
    acme = an_organisation(of=anna)
    boss = a_person()
    club = an_organisation("Ruderclub Biel", of=boss)
    entries = NewInvitation(email=anna.email, role=Role.COLLABORATOR)
    invite(actor=acting(boss, club), organisation_id=club.pk, entries=entries)

    shown = a_browser_of(anna).get(f"/o/{acme.pk}/").content.decode()

    assert "Ruderclub Biel invites you" in shown
