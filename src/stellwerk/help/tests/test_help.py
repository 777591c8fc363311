"""Help pages: whole in five languages, open to everybody, and each leads to where the thing is done."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import translation

from stellwerk.catalogue.services import load_default_offers
from stellwerk.foundation.actor import SYSTEM
from stellwerk.help import queries
from stellwerk.help.rules import TOPICS, topic_of
from stellwerk.help.web.ways import OF_AN_ORGANISATION, OF_THE_PERSON, OPEN_TO_ALL
from stellwerk.organisations.tests.builders import a_person, an_organisation
from stellwerk.products.services import NewProduct, activate_product

LANGUAGES = ("de", "fr", "it", "es")
SHORTEST_STEPS = 3


def a_browser_of(account) -> Client:
    browser = Client()
    browser.force_login(account)
    return browser


def shape(topic, language):
    article = queries.article(topic, language)
    return [(block.kind, [[run.url for run in item if run.url] for item in block.items]) for block in article.blocks]


@pytest.mark.parametrize("topic", TOPICS)
def test_ui_011_every_article_says_how_and_links_to_the_place_in_each_language(topic):
    english = queries.article(topic, "en")
    steps = [block for block in english.blocks if block.kind == "steps"]
    links = [run.url for block in english.blocks for item in block.items for run in item if run.url]

    assert len(steps[0].items) >= SHORTEST_STEPS
    assert links
    for language in LANGUAGES:
        assert shape(topic, language) == shape(topic, "en"), language
        translated = queries.article(topic, language)
        assert translated.title != english.title
        assert translated.lead != english.lead


@pytest.mark.django_db
def test_ui_003_every_link_of_an_article_leads_to_a_page_that_exists():
    anna = a_person()
    an_organisation(of=anna)
    browser = a_browser_of(anna)
    links = {
        run.url for topic in TOPICS for block in queries.article(topic, "en").blocks
        for item in block.items for run in item if run.url
    }  # fmt: skip

    for url in sorted(links):
        assert browser.get(url, follow=True).status_code == 200, url


def test_ui_011_pages_with_forms_and_lists_know_their_help_page():
    rooms = {"identity", "organisations", "products", "catalogue", "billing"}
    names = [
        f"{resolver}:{name}"
        for resolver, (_prefix, sub) in get_resolver().namespace_dict.items()
        for name in sub.reverse_dict
        if resolver in rooms and isinstance(name, str)
    ]

    assert len(names) > 100
    assert {topic_of(name) for name in names} <= set(TOPICS)
    assert topic_of("account_login") == "cannot-sign-in"


@pytest.mark.django_db
def test_ui_011_a_list_and_a_form_show_the_link_and_it_opens():
    anna = a_person()
    acme = an_organisation(of=anna)
    browser = a_browser_of(anna)

    for url, topic in (
        (f"/o/{acme.pk}/members", "people-and-rights"),
        (f"/o/{acme.pk}/products", "products"),
        ("/profile/tokens", "programs"),
        (f"/o/{acme.pk}/invoices", "paying"),
    ):
        assert f'class="need-help" href="/help/{topic}"' in browser.get(url).text, url
        assert browser.get(f"/help/{topic}").status_code == 200


@pytest.mark.django_db
def test_ui_012_who_cannot_sign_in_gets_to_the_recovery_guide_signed_out():
    visitor = Client()

    assert 'href="/help/cannot-sign-in"' in visitor.get("/sign-in").text
    guide = visitor.get("/help/cannot-sign-in").text

    assert "/go/forgotten" in guide
    assert visitor.get("/go/forgotten", follow=True).redirect_chain[-1][0] == "/forgotten"


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_ui_029_help_is_read_and_searched_in_the_readers_language(language):
    visitor = Client()
    visitor.post("/language", {"language": language})
    words = queries.article("teams", language).title.split()[-1]

    assert queries.article("teams", language).title in visitor.get("/help").text
    assert queries.article("teams", language).title in visitor.get("/help", {"q": words}).text


def test_a_search_without_accents_finds_words_with_them():
    with translation.override("fr"):
        assert queries.found_articles("equipe")[0].topic == "teams"


@pytest.mark.django_db
def test_an_unknown_article_or_destination_does_not_exist():
    visitor = Client()

    assert visitor.get("/help/nonsense").status_code == 404
    assert visitor.get("/go/nonsense").status_code == 404
    assert a_browser_of(a_person()).get("/go/products/nonsense").status_code == 404


@pytest.mark.django_db
def test_ui_003_after_sign_in_a_help_link_opens_where_the_person_works():
    anna = a_person()
    acme = an_organisation(of=anna)

    assert Client().get("/go/members").headers["Location"] == "/sign-in?next=%2Fgo%2Fmembers"
    assert a_browser_of(anna).get("/go/members").headers["Location"] == f"/o/{acme.pk}/members"
    assert a_browser_of(a_person()).get("/go/members").headers["Location"] == "/organisations"


@pytest.mark.django_db
def test_ui_003_with_several_organisations_the_last_one_or_the_person_decides():
    anna = a_person()
    acme, club = an_organisation("Acme AG", of=anna), an_organisation("Ruderclub Biel", of=anna)
    browser = a_browser_of(anna)

    offered = browser.get("/go/invoices").text
    assert f'href="/o/{acme.pk}/invoices"' in offered
    assert f'href="/o/{club.pk}/invoices"' in offered

    browser.get(f"/o/{club.pk}/")
    assert browser.get("/go/invoices").headers["Location"] == f"/o/{club.pk}/invoices"


@pytest.mark.django_db
def test_ui_003_the_link_to_a_kind_opens_in_the_organisation_that_has_it():
    load_default_offers()
    anna = a_person()
    acme, club = an_organisation("Acme AG", of=anna), an_organisation("Ruderclub Biel", of=anna)
    entries = NewProduct(
        organisation_id=club.pk, offer_code="domain-ch", period_months=12, quantity=1, source="x", name="ruderclub.ch"
    )
    activate_product(actor=SYSTEM, entries=entries)
    browser = a_browser_of(anna)
    browser.get(f"/o/{acme.pk}/")

    answer = browser.get("/go/products/domain-name")

    assert answer.headers["Location"] == f"/o/{club.pk}/products?kind=domain-name"


def test_every_destination_is_a_page_of_ours():
    for name in (*OPEN_TO_ALL.values(), *OF_THE_PERSON.values()):
        assert reverse(name)
    for name in OF_AN_ORGANISATION.values():
        assert reverse(name, args=(1,))


@pytest.mark.django_db
def test_ui_010_the_tour_starts_once_and_is_remembered_with_the_account():
    anna = a_person()
    acme = an_organisation(of=anna)
    browser = a_browser_of(anna)
    start = f"/o/{acme.pk}/"

    assert "data-starts" in browser.get(start).text
    assert browser.post("/tour/end", {"next": start}).headers["Location"] == start
    assert browser.post("/tour/end", headers={"X-Requested-With": "tour"}).status_code == 204

    assert "data-starts" not in a_browser_of(anna).get(start).text
    assert "data-starts" in browser.get(f"{start}?tour=1").text
    assert "data-starts" in a_browser_of_somebody_new().text


def a_browser_of_somebody_new():
    ben = a_person()
    return a_browser_of(ben).get(f"/o/{an_organisation(of=ben).pk}/")


@pytest.mark.django_db
def test_ui_010_the_tour_of_nobody_cannot_end():
    assert Client().post("/tour/end").headers["Location"] == "/sign-in"


@pytest.mark.django_db
def test_ui_031_the_site_map_lists_only_pages_that_open():
    visitor = Client()
    links = set(re.findall(r'href="(/[^"#?]*)"', visitor.get("/site-map").text))

    for url in sorted(link for link in links if not link.startswith("/static/")):
        assert visitor.get(url, follow=True).status_code == 200, url
