"""Search or go to: everything of one's own organisations, nothing of anybody else's."""

import pytest
from django.test import Client

from stellwerk.catalogue.services import load_default_offers
from stellwerk.foundation.actor import SYSTEM, Role
from stellwerk.organisations.services.teams import create_team
from stellwerk.organisations.tests.builders import a_legal_representative_of, a_member_of, a_person, an_organisation
from stellwerk.products.services import NewProduct, activate_product, create_tag

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _offers():
    load_default_offers()


def a_domain_of(organisation, name):
    entries = NewProduct(
        organisation_id=organisation.pk, offer_code="domain-ch", period_months=12, quantity=1, source=name, name=name
    )
    return activate_product(actor=SYSTEM, entries=entries)


def a_team_of(organisation, name) -> int:
    actor = a_legal_representative_of(organisation)
    return create_team(actor=actor, organisation_id=organisation.pk, name=name, color="blue").pk


def a_browser_of(account) -> Client:
    browser = Client()
    browser.force_login(account)
    return browser


def links(answer) -> dict[str, str]:
    return {entry.label: entry.url for group in answer.context["groups"] for entry in group.entries}


def test_a_domain_is_found_by_a_part_of_its_name():
    anna = a_person()
    acme = an_organisation(of=anna)
    product_id = a_domain_of(acme, "huber-brot.ch")

    answer = a_browser_of(anna).get("/search", {"q": "brot"})

    assert links(answer)["huber-brot.ch"] == f"/o/{acme.pk}/products/{product_id}"


def test_a_product_of_another_own_organisation_says_that_one_switches():
    anna = a_person()
    acme, club = an_organisation(of=anna), an_organisation(of=anna, name="Ruderclub Biel")
    product_id = a_domain_of(club, "ruderclub.ch")

    answer = a_browser_of(anna).get("/search", {"q": "ruderclub", "in": acme.pk})

    assert links(answer)["ruderclub.ch"] == f"/o/{club.pk}/products/{product_id}"
    assert "Switch to Ruderclub Biel and open" in answer.content.decode()


def test_nothing_of_strangers_is_found():
    anna, stranger = a_person(), a_person(first_name="Zoltan", last_name="Fremd")
    an_organisation(of=anna)
    theirs = an_organisation(of=stranger, name="Fremd AG")
    a_domain_of(theirs, "fremd-geheim.ch")
    browser = a_browser_of(anna)

    assert links(browser.get("/search", {"q": "fremd"})) == {}
    assert links(browser.get("/search", {"q": "fremd", "in": theirs.pk})) == {}
    assert links(browser.get("/search", {"q": "zoltan"})) == {}


def test_a_collaborator_finds_neither_products_without_a_grant_nor_invoices_nor_managers_pages():
    acme = an_organisation()
    a_domain_of(acme, "huber-brot.ch")
    ben = a_member_of(acme, role=Role.COLLABORATOR)
    browser = a_browser_of(ben)

    assert links(browser.get("/search", {"q": "huber-brot"})) == {}
    assert "Invoices" not in links(browser.get("/search", {"q": "invoices"}))
    assert "Invite people" not in links(browser.get("/search", {"q": "invite"}))


def test_an_external_finds_nobody_org_023():
    acme = an_organisation()
    a_member_of(acme, role=Role.ADMINISTRATOR)
    guest = a_member_of(acme, role=Role.EXTERNAL)

    assert links(a_browser_of(guest).get("/search", {"q": guest.last_name})) == {}


def test_people_are_found_by_name_and_lead_to_their_card():
    anna = a_person()
    acme = an_organisation(of=anna)
    ben = a_member_of(acme, role=Role.COLLABORATOR)

    answer = a_browser_of(anna).get("/search", {"q": ben.email})

    assert links(answer)[ben.display_name] == f"/o/{acme.pk}/members/{ben.pk}"


def test_teams_and_tags_are_found_in_every_own_organisation_and_tags_lead_to_their_products_org_088():
    anna, stranger = a_person(), a_person()
    acme, club = an_organisation(of=anna), an_organisation(of=anna, name="Ruderclub Biel")
    theirs = an_organisation(of=stranger, name="Fremd AG")
    teams = {each.pk: a_team_of(each, "Relaunch crew") for each in (acme, club, theirs)}
    tag = create_tag(actor=a_legal_representative_of(acme), organisation_id=acme.pk, name="Relaunch 2027")

    answer = a_browser_of(anna).get("/search", {"q": "relaunch", "in": acme.pk})

    urls = [entry.url for group in answer.context["groups"] for entry in group.entries]
    assert f"/o/{acme.pk}/products?tag={tag}" in urls
    assert {f"/o/{acme.pk}/teams/{teams[acme.pk]}", f"/o/{club.pk}/teams/{teams[club.pk]}"} <= set(urls)
    assert f"/o/{theirs.pk}/teams/{teams[theirs.pk]}" not in urls
    assert "Switch to Ruderclub Biel and open" in answer.content.decode()


def test_an_external_finds_no_teams_org_023():
    acme = an_organisation()
    a_team_of(acme, "Relaunch crew")
    guest = a_member_of(acme, role=Role.EXTERNAL)

    assert links(a_browser_of(guest).get("/search", {"q": "relaunch"})) == {}


def test_pages_are_found_in_the_readers_language_with_or_without_accents():
    amelie = a_person(language="fr")
    an_organisation(of=amelie)
    browser = a_browser_of(amelie)

    assert "/profile/password" in links(browser.get("/search", {"q": "mot de passe"})).values()
    assert "/organisations" in links(browser.get("/search", {"q": "organisations"})).values()


def test_help_pages_are_found_by_what_they_say_in_the_readers_language():
    anna, amelie = a_person(), a_person(language="fr")
    for person in (anna, amelie):
        an_organisation(of=person)

    assert "/help/paying" in links(a_browser_of(anna).get("/search", {"q": "qr code"})).values()
    assert "/help/teams" in links(a_browser_of(amelie).get("/search", {"q": "droits équipe"})).values()


def test_every_entry_found_opens():
    anna = a_person()
    acme = an_organisation(of=anna)
    a_domain_of(acme, "anna.ch")
    browser = a_browser_of(anna)

    for words in ("a", "e", "o", "anna"):
        for url in links(browser.get("/search", {"q": words})).values():
            assert browser.get(url).status_code == 200


def test_the_field_of_the_top_bar_gets_the_list_alone():
    anna = a_person()
    an_organisation(of=anna)

    answer = a_browser_of(anna).get("/search", {"q": "profile"}, headers={"HX-Request": "true"})

    assert "<html" not in answer.content.decode()


def test_what_was_typed_is_shown_as_text():
    anna = a_person()
    an_organisation(of=anna)

    answer = a_browser_of(anna).get("/search", {"q": "<script>alert(1)</script>\x00"})

    assert "<script>alert" not in answer.content.decode()


def test_a_search_costs_at_most_twelve_queries(django_assert_max_num_queries):
    anna = a_person()
    for number in range(4):
        a_domain_of(an_organisation(of=anna, name=f"Verein {number}"), f"verein-{number}2026.ch")
    browser = a_browser_of(anna)
    browser.get("/search", {"q": "warm"})

    with django_assert_max_num_queries(12):
        browser.get("/search", {"q": "2026"})
