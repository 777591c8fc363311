"""Texts are UTF-8 from end to end (UI-032): what is taken comes back as it was, what is broken is refused."""

import html
import unicodedata

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stellwerk.api.tests.builders import Caller, a_token_of
from stellwerk.catalogue.services import load_default_offers
from stellwerk.foundation.actor import SYSTEM
from stellwerk.organisations.tests.builders import a_person, an_organisation
from stellwerk.products.services import NewProduct, activate_product

pytestmark = pytest.mark.django_db

# Every script: letters, marks that combine, figures, signs, emoji. Invisible characters have tests of their own.
NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40)
SHARED = settings(
    max_examples=25, deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


@pytest.fixture
def anna():
    return a_person()


@pytest.fixture
def product(anna):
    load_default_offers()
    acme = an_organisation(of=anna)
    entries = NewProduct(
        organisation_id=acme.pk, offer_code="domain-ch", period_months=12, quantity=1, source="x", name="acme.ch"
    )
    return acme.pk, activate_product(actor=SYSTEM, entries=entries)


@pytest.fixture
def caller(anna):
    return Caller(a_token_of(anna))


@pytest.fixture
def browser(anna):
    browser = Client()
    browser.force_login(anna)
    return browser


@given(name=NAMES)
@example(name="Zoë")  # composed of e and a mark: stored as one letter
@example(name="محمد")
@example(name="עברית")
@example(name="🚂🇨🇭")
@example(name="\u0410nn\u0430")  # Cyrillic letters that look Latin are other letters, and stay them
@example(name="ﬁnance &amp; <b>")
@SHARED
def test_ui_032_a_name_typed_on_a_page_is_read_on_pages_and_interface(browser, caller, product, name):
    organisation_id, product_id = product
    expected = unicodedata.normalize("NFC", name)

    answer = browser.post(f"/o/{organisation_id}/products/{product_id}/name", {"internal_name": name})

    assert answer.status_code == 302, html.unescape(answer.text)
    page = browser.get(f"/o/{organisation_id}/products/{product_id}")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    shown = unicodedata.normalize("NFC", html.unescape(page.text))
    assert expected in shown
    listed = caller.get(f"1/products/{product_id}").json()["data"]
    assert unicodedata.normalize("NFC", str(listed["internal_name"])) == expected


@given(name=NAMES)
@SHARED
def test_ui_032_a_name_sent_to_the_interface_is_read_on_pages(browser, caller, name):
    answer = caller.send("PATCH", "2/profile", {"first_name": name})

    assert answer.status_code == 200, answer.content
    assert unicodedata.normalize("NFC", name) in html.unescape(browser.get("/profile").text)


@pytest.mark.parametrize("raw", ["A\u202eB", "A\u200bB", "\u2066A"])
def test_ui_032_names_of_products_and_tags_hold_nothing_invisible(browser, product, raw):
    organisation_id, product_id = product

    renamed = browser.post(f"/o/{organisation_id}/products/{product_id}/name", {"internal_name": raw})
    tagged = browser.post(f"/o/{organisation_id}/tags", {"name": raw, "color": "blue"})

    assert (renamed.status_code, tagged.status_code) == (422, 422)
    assert "invisible characters" in renamed.text
    assert "invisible characters" in tagged.text


@pytest.mark.parametrize("name", ["👩\u200d💻", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"])
def test_ui_032_joiners_of_emoji_and_persian_words_stay(browser, product, name):
    organisation_id, product_id = product

    assert browser.post(f"/o/{organisation_id}/products/{product_id}/name", {"internal_name": name}).status_code == 302
    assert name in browser.get(f"/o/{organisation_id}/products/{product_id}").text


@pytest.mark.parametrize("raw", ["A\u202eB", "A\u200bB", "A\u2066B", "\ufeffAnna"])
def test_ui_032_invisible_characters_that_forge_a_name_are_refused_with_the_reason(anna, browser, raw):
    assert Caller(a_token_of(anna)).send("PATCH", "2/profile", {"first_name": raw}).status_code == 422
    assert browser.post("/profile", {"first_name": raw, "last_name": "Keller"}).status_code == 422
    anna.refresh_from_db()
    assert anna.first_name == "Anna"


def test_ui_032_a_form_that_is_no_utf_8_is_refused_and_changes_nothing(anna, browser):
    content = b"first_name=M%FCller&last_name=X"

    answer = browser.post("/profile", content, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 400
    assert "This request cannot be read" in answer.text
    anna.refresh_from_db()
    assert anna.first_name == "Anna"


@pytest.mark.parametrize("body", [b'{"first_name": "M\xfcller"}', b'{"first_name": "\\ud800"}', b"\xff\xfe{\x00}\x00"])
def test_ui_032_a_body_that_is_no_utf_8_is_refused_by_the_interface(anna, body):
    token = a_token_of(anna)

    answer = Client().patch(
        "/api/2/profile", body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )

    assert answer.status_code in (400, 422)
    anna.refresh_from_db()
    assert anna.first_name == "Anna"


@pytest.mark.parametrize("words", ["%FF%FE", "%00", "%ED%A0%80"])
def test_ui_032_a_search_for_broken_bytes_finds_nothing_and_does_not_fail(browser, words):
    assert browser.get(f"/search?q={words}").status_code == 200
    assert Client().get(f"/help?q={words}").status_code == 200
