"""The start page: what is due, what runs, and nothing of other organisations."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from stellwerk.billing.tests.builders import an_open_invoice
from stellwerk.catalogue.services import load_default_offers
from stellwerk.foundation import clock
from stellwerk.foundation.actor import SYSTEM, Role
from stellwerk.organisations.services.invitations import NewInvitation, invite
from stellwerk.organisations.services.teams import add_to_team, create_team
from stellwerk.organisations.tests.builders import (
    a_legal_representative_of,
    a_member_of,
    a_person,
    acting,
    an_organisation,
)
from stellwerk.products.models import Product
from stellwerk.products.services import NewProduct, activate_product
from stellwerk.products.tests.builders import link_of, started

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


def test_ui_001_whoever_pays_sees_what_falls_due_next_with_its_amount_and_where_to_pay():
    anna = a_person("Anna")
    acme = an_organisation(of=anna)
    ben = a_member_of(acme)
    with clock.travel_to(clock.now() - timedelta(days=320)):
        for number in range(7):
            a_domain_of(acme, f"soon-{number}.ch")
    a_domain_of(acme, "later.ch")

    answer = a_browser_of(anna).get(f"/o/{acme.pk}/")
    panel = answer.text.partition('id="payments"')[2].partition("</section>")[0]

    assert "soon-0.ch" in panel
    assert "9.60" in panel
    assert f'href="/o/{acme.pk}/to-pay"' in panel
    assert "And 2 more within two months." in panel
    assert "later.ch" not in panel
    assert a_browser_of(ben).get(f"/o/{acme.pk}/").context["payments"] is None, "not without the accounting right"


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


def test_ui_002_a_list_is_reached_from_the_menu_the_centre_and_the_icon_top_right():
    anna = a_person()
    acme = an_organisation(of=anna)
    a_domain_of(acme)

    shown = a_browser_of(anna).get(f"/o/{acme.pk}/").text
    link = f'href="/o/{acme.pk}/products?kind=domain-name"'
    top, _, rest = shown.partition("</header>")
    menu, _, centre = rest.partition("</nav>")

    assert [part.count(link) for part in (top, menu, centre)] == [1, 1, 1]


def test_ui_004_the_name_of_a_product_opens_it_in_the_list():
    anna = a_person()
    acme = an_organisation(of=anna)
    product_id = a_domain_of(acme)
    browser = a_browser_of(anna)

    assert (
        f'<a href="/o/{acme.pk}/products/{product_id}">huber-brot.ch</a>' in browser.get(f"/o/{acme.pk}/products").text
    )
    assert browser.get(f"/o/{acme.pk}/products/{product_id}").status_code == 200


def test_whoever_presses_renew_finds_the_product_ticked_with_its_sum():
    anna = a_person()
    acme = an_organisation(of=anna)
    product_id = a_domain_of(acme)
    a_domain_of(acme, "kuchen.ch")
    browser = a_browser_of(anna)

    with clock.travel_to(clock.now() + timedelta(days=350)):
        links = [
            html.unescape(re.search(rf'href="([^"]*to-pay[^"]*item=p{product_id}\b[^"]*)"', browser.get(page).text)[1])
            for page in (f"/o/{acme.pk}/", f"/o/{acme.pk}/products/{product_id}")
        ]
        shown = [browser.get(link) for link in links]

    for page in shown:
        assert [item.row.name for item in page.context["rows"] if item.is_selected] == ["huber-brot.ch"]
        assert page.context["selection"].gross_minor == 1038
    assert [item.row.name for item in shown[1].context["rows"]] == ["huber-brot.ch"]


def test_ui_016_the_list_with_boxes_says_that_the_name_opens_and_the_box_selects():
    anna = a_person()
    acme = an_organisation(of=anna)
    a_domain_of(acme)

    with clock.travel_to(clock.now() + timedelta(days=350)):
        shown = a_browser_of(anna).get(f"/o/{acme.pk}/to-pay").text

    assert "A tick only selects. The name opens the product or the invoice." in shown


def test_ui_005_ui_014_in_the_suite_the_kinds_of_the_manager_are_missing_and_the_page_says_why():
    anna = a_person()
    acme = an_organisation("Acme AG", of=anna)
    personal = an_organisation("Anna privat", of=anna, kind="individual")
    an_organisation("Aare Verein", of=anna)
    a_domain_of(acme)
    browser = a_browser_of(anna)
    start = browser.get(f"/o/{acme.pk}/").text

    suite = browser.get(f"/o/{acme.pk}/suite").text
    menu = suite.partition("</header>")[2].partition("</nav>")[0]

    assert f'href="/o/{acme.pk}/suite"' in start.partition("</header>")[0]
    assert "domain-name" not in menu
    assert f'href="/o/{acme.pk}/"' in menu
    assert "Kinds of products missing?" in suite
    assert suite.index(f"/o/{personal.pk}/suite") < suite.index("Aare Verein</a>")  # ORG-008: one's own first


def test_ui_007_the_menu_holds_products_accounting_people_and_settings():
    anna = a_person()
    acme = an_organisation(of=anna)

    shown = a_browser_of(anna).get(f"/o/{acme.pk}/").text
    menu = shown.partition("</header>")[2].partition("</nav>")[0]

    for page in ("products?kind=domain-name", "to-pay", "invoices", "orders", "prepaid", "members", "activity", "tags",
                 "organisation"):  # fmt: skip
        assert f'href="/o/{acme.pk}/{page}"' in menu


def test_ui_006_the_initials_open_profile_organisations_accounts_and_the_way_out():
    lena = a_person("Lena", "Huber")
    acme = an_organisation(of=lena)

    shown = a_browser_of(lena).get(f"/o/{acme.pk}/").text
    initials, _, menu = shown.partition('<summary class="face me">')[2].partition("</details>")[0].partition("<span")

    assert initials == "LH"
    for link in ("/profile", "/organisations", "/accounts"):
        assert f'href="{link}"' in menu
    assert "Sign out" in menu


def test_ui_015_who_may_not_order_sees_the_control_with_the_right_and_the_people_who_give_it():
    lena = a_person("Lena", "Huber")
    acme = an_organisation(of=lena)
    ben = a_member_of(acme)
    browser = a_browser_of(ben)

    for address, label in ((f"/o/{acme.pk}/", "Order a product"), (f"/o/{acme.pk}/members", "Invite a person"),
                           (f"/o/{acme.pk}/teams", "Create a team")):  # fmt: skip
        shown = browser.get(address).text
        assert 'aria-disabled="true" aria-describedby="why-' in shown
        assert label in shown
        assert "Lena Huber" in shown
    assert "This needs access to accounting." in browser.get(f"/o/{acme.pk}/").text


def test_ui_015_pages_of_people_teams_and_the_organisation_grey_what_a_collaborator_may_not_do():
    marc = a_person("Marc", "Meier")
    acme = an_organisation(of=marc)
    boss = a_legal_representative_of(acme)
    ben, other = a_member_of(acme), a_member_of(acme)
    team = create_team(actor=boss, organisation_id=acme.pk, name="Shop", color="blue")
    add_to_team(actor=boss, organisation_id=acme.pk, team_id=team.pk, account_ids=[other.pk])
    browser = a_browser_of(ben)

    greyed = {
        "members": ["Invite a person", "Remove from the organisation …", "Replace the legal representative"],
        f"members/{other.pk}": ["Change teams", "Set the last days"],
        f"members/{ben.pk}/products": ["Edit product access"],
        "teams": ["Create a team"],
        f"teams/{team.pk}": ["Products and rights", "Take out of the team …", "Add to the team", "Change the team"],
        "organisation": ["Look at the conditions"],
    }
    for path, labels in greyed.items():
        html = browser.get(f"/o/{acme.pk}/{path}").text
        controls = re.findall(r'aria-disabled="true"[^>]*>(.*?)</(?:button|small)>', html, re.DOTALL)
        assert "Marc Meier" in html, path
        for label in labels:
            assert any(label in each for each in controls), (path, label)


def test_ui_015_a_refused_page_names_who_can_help():
    lena = a_person("Lena", "Huber")
    acme = an_organisation(of=lena)
    ben = a_member_of(acme)

    refused = a_browser_of(ben).get(f"/o/{acme.pk}/invitations/new")

    assert refused.status_code == 403
    assert "They can do it or give you the right: Lena Huber." in refused.text


def test_ui_015_people_of_other_organisations_are_never_named():
    an_organisation("Other AG", of=a_person("Zoltan", "Fremd"))
    acme = an_organisation()

    assert "Zoltan" not in a_browser_of(a_member_of(acme)).get(f"/o/{acme.pk}/").text


def test_ui_009_what_destroys_is_red_and_names_the_object():
    anna = a_person()
    acme = an_organisation(of=anna)
    ben = a_member_of(acme)

    shown = a_browser_of(anna).get(f"/o/{acme.pk}/members/{ben.pk}/removal").text

    assert 'class="btn danger"' in shown
    assert ben.display_name in shown.partition('class="btn danger"')[2].partition("</button>")[0]


def test_ui_008_a_setting_that_saves_at_once_says_so_with_the_time():
    anna = a_person()
    acme = an_organisation(of=anna)
    browser = a_browser_of(anna)

    answer = browser.post(
        f"/o/{acme.pk}/members/{anna.pk}/preferences/billing", {"billing": "on"}, headers={"HX-Request": "true"}
    )

    assert "Saved at" in answer.text
    assert 'role="status"' in answer.text


def test_ui_001_a_gap_in_the_persons_security_stands_on_the_start_page():
    anna = a_person()
    acme = an_organisation(of=anna)

    assert "No second factor" in a_browser_of(anna).get(f"/o/{acme.pk}/").text


@pytest.mark.parametrize("answer", ["acceptance", "refusal", "cancellation"])
def test_org_098_products_offered_by_mail_wait_on_the_start_page_until_they_are_answered_trf_004(answer):
    anna, otto = a_person("Anna"), a_person("Otto")
    acme, mill = an_organisation("Acme AG", of=anna), an_organisation("Mühle Müller", of=otto)
    boss = a_legal_representative_of(acme)
    domain = Product.objects.get(pk=a_domain_of(acme))
    transfer = started(boss, domain, way="email", email=otto.email)
    link = link_of(transfer)
    offer = reverse("products:transfer-offer", args=[link])
    browser = a_browser_of(otto)

    shown = html.unescape(browser.get(f"/o/{mill.pk}/").text)
    assert "Acme AG offers you huber-brot.ch" in shown
    assert f'href="{offer}"' in shown
    assert browser.get(offer).status_code == 200
    assert link not in a_browser_of(anna).get(f"/o/{acme.pk}/").text
    if answer == "cancellation":
        a_browser_of(anna).post(f"/o/{acme.pk}/transfers/{transfer.pk}/cancellation")
    else:
        browser.post(f"{offer}/{answer}", {"organisation": mill.pk})

    after = browser.get(f"/o/{mill.pk}/").text
    assert "offers you" not in after


def test_org_098_an_offer_that_expired_waits_no_longer_trf_006():
    anna, otto = a_person("Anna"), a_person("Otto")
    acme, mill = an_organisation("Acme AG", of=anna), an_organisation("Mühle Müller", of=otto)
    domain = Product.objects.get(pk=a_domain_of(acme))
    started(a_legal_representative_of(acme), domain, way="email", email=otto.email)

    with clock.travel_to(clock.now() + timedelta(days=15)):
        assert "offers you" not in a_browser_of(otto).get(f"/o/{mill.pk}/").text
