"""Pages for what went wrong: what happened, what to do, the number of the request, nothing of others."""

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from stellwerk.billing.tests.builders import an_open_invoice, an_order
from stellwerk.catalogue.services import load_default_offers
from stellwerk.foundation.actor import SYSTEM, Role
from stellwerk.organisations.models import Membership
from stellwerk.organisations.tests.builders import a_person, an_organisation
from stellwerk.products.services import NewProduct, activate_product
from stellwerk.web import errors

LANGUAGES = ("de", "fr", "it", "en", "es")


def a_browser_of(account, **options) -> Client:
    browser = Client(**options)
    browser.force_login(account)
    return browser


def a_domain_of(organisation, name="huber-brot.ch"):
    load_default_offers()
    entries = NewProduct(
        organisation_id=organisation.pk, offer_code="domain-ch", period_months=12, quantity=1, source=name, name=name
    )
    return activate_product(actor=SYSTEM, entries=entries)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["405", "413", "503"])
def test_an_error_page_stands_alone_and_shows_two_ways_out(name, language):
    with translation.override(language):
        html = render_to_string(f"{name}.html", {"request_id": "abc123"})

    assert f'<html lang="{language}"' in html
    assert 'href="/help"' in html
    assert "abc123" in html
    assert "csrfmiddlewaretoken" not in html


@pytest.mark.django_db
def test_ui_013_a_wrong_method_gets_a_page_in_the_readers_language_and_the_allowed_ones():
    amelie = a_person(language="fr")

    answer = a_browser_of(amelie).get("/appearance")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "Cette adresse n’accepte pas une telle requête" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_programs_get_no_page_instead_of_their_answer():
    bare = errors.BareAnswers(lambda _request: HttpResponseNotAllowed(["POST"]))
    spoken = errors.BareAnswers(lambda _request: HttpResponse("slow down", status=429))

    assert bare(RequestFactory().get("/token")).content == b""
    assert spoken(RequestFactory().get("/sign-in")).content == b"slow down"


@pytest.mark.parametrize(
    ("problem", "status", "words"),
    [(RequestDataTooBig(), 413, "This is too large"), (SuspiciousOperation(), 400, "This request cannot be read")],
)
def test_a_request_too_large_is_told_from_one_that_cannot_be_read(problem, status, words):
    answer = errors.bad_request(RequestFactory().post("/"), problem)

    assert answer.status_code == status
    assert words in answer.text


@pytest.mark.django_db
def test_a_form_too_large_is_answered_with_413(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    assert Client().post("/language", {"language": "x" * 2000}).status_code == 413


@pytest.mark.parametrize(("problem", "status"), [(OperationalError(), 503), (ValueError(), 500)])
def test_a_database_that_does_not_answer_is_busy_and_anything_else_a_failure(problem, status):
    request = RequestFactory().get("/")
    request.request_id = "abc123"
    try:
        raise problem
    except (OperationalError, ValueError):
        answer = errors.server_error(request)

    assert answer.status_code == status
    assert ("Retry-After" in answer) is (status == 503)
    assert "abc123" in answer.text


@pytest.mark.django_db
def test_an_out_of_date_form_shows_what_was_typed_but_no_secret():
    browser = Client(enforce_csrf_checks=True)
    typed = {"email": "anna@example.ch", "password": "geheimes-wort", "note": "Grüsse <b>an</b> alle"}

    own = browser.post("/sign-in", typed, headers={"Origin": "http://testserver"})
    foreign = browser.post("/sign-in", typed, headers={"Origin": "https://elsewhere.example"})

    assert (own.status_code, foreign.status_code) == (403, 403)
    assert "anna@example.ch" in own.text
    assert "Grüsse &lt;b&gt;an&lt;/b&gt; alle" in own.text
    assert "geheimes-wort" not in own.text
    assert "anna@example.ch" not in foreign.text


@pytest.mark.django_db
def test_org_009_a_foreign_organisation_and_none_look_the_same_and_offer_ones_own():
    anna = a_person()
    acme = an_organisation("Acme AG", of=anna)
    foreign = an_organisation("Geheim GmbH", of=a_person("Zoltan"))
    browser = a_browser_of(anna)

    answers = [browser.get(f"/o/{number}/members") for number in (foreign.pk, 987_654)]

    for answer in answers:
        assert answer.status_code == 404
        assert "organisation_not_accessible" in answer.text
        assert f'href="/o/{acme.pk}/"' in answer.text
        assert 'href="/accounts"' in answer.text
        assert "Geheim" not in answer.text
    assert len({answer.text.replace(answer.headers["X-Request-Id"], "").count("<li") for answer in answers}) == 1


@pytest.mark.django_db
def test_ui_017_the_address_of_a_product_in_the_other_own_organisation_offers_to_switch():
    anna = a_person()
    acme, club = an_organisation("Acme AG", of=anna), an_organisation("Ruderclub Biel", of=anna)
    product_id = a_domain_of(club, "ruderclub.ch")

    answer = a_browser_of(anna).get(f"/o/{acme.pk}/products/{product_id}")

    assert answer.status_code == 404
    assert "This product is in your other organisation Ruderclub Biel." in answer.text
    assert f'href="/o/{club.pk}/products/{product_id}"' in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, Role.COLLABORATOR])
def test_ui_017_nothing_is_said_of_a_product_that_one_may_not_see(role):
    anna = a_person()
    acme, club = an_organisation("Acme AG", of=anna), an_organisation("Ruderclub Biel")
    product_id = a_domain_of(club, "ruderclub.ch")
    if role:
        Membership.objects.create(organisation=club, account=anna, role=role, created_at=club.created_at)
    browser = a_browser_of(anna)

    for address in (f"/o/{acme.pk}/products/{product_id}", f"/o/{acme.pk}/products/987654"):
        answer = browser.get(address)
        assert answer.status_code == 404
        assert "other organisation" not in answer.text.replace("another organisation", "")


@pytest.mark.django_db
def test_ui_017_the_address_of_an_invoice_or_order_in_the_other_own_organisation_offers_to_switch():
    anna = a_person()
    acme, club = an_organisation("Acme AG", of=anna), an_organisation("Ruderclub Biel", of=anna)
    invoice, order = an_open_invoice(club), an_order(club)
    browser = a_browser_of(anna)

    for path, what in ((f"invoices/{invoice.pk}", "invoice"), (f"orders/{order.pk}", "order")):
        answer = browser.get(f"/o/{acme.pk}/{path}")
        assert answer.status_code == 404
        assert f"This {what} is in your other organisation Ruderclub Biel." in answer.text
        assert f'href="/o/{club.pk}/{path}"' in answer.text
        assert browser.get(f"/o/{club.pk}/{path}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, Role.EXTERNAL])
def test_ui_017_nothing_is_said_of_an_invoice_to_strangers_and_externals(role):
    anna = a_person()
    acme, club = an_organisation("Acme AG", of=anna), an_organisation("Ruderclub Biel")
    invoice = an_open_invoice(club)
    if role:
        Membership.objects.create(organisation=club, account=anna, role=role, created_at=club.created_at)

    answer = a_browser_of(anna).get(f"/o/{acme.pk}/invoices/{invoice.pk}")

    assert answer.status_code == 404
    assert "other organisation" not in answer.text.replace("another organisation", "")


@pytest.mark.django_db
@pytest.mark.parametrize("own_role", [Role.LEGAL_REPRESENTATIVE, Role.COLLABORATOR])
def test_ui_017_who_lacks_the_accounting_right_there_learns_where_it_is_and_who_can_help(own_role):
    anna = a_person()
    acme, club = an_organisation("Acme AG"), an_organisation("Ruderclub Biel", of=a_person("Zoltan"))
    for organisation, role in ((acme, own_role), (club, Role.COLLABORATOR)):
        Membership.objects.create(
            organisation=organisation, account=anna, role=role, created_at=organisation.created_at
        )
    invoice, order = an_open_invoice(club), an_order(club)
    browser = a_browser_of(anna)

    for path, what in ((f"invoices/{invoice.pk}", "invoice"), (f"orders/{order.pk}", "order")):
        answer = browser.get(f"/o/{acme.pk}/{path}")
        assert answer.status_code == 404
        assert f"This {what} is in your other organisation Ruderclub Biel." in answer.text
        assert "This needs access to accounting." in answer.text
        assert "They can do it or give you the right: Zoltan" in answer.text
        assert f"/o/{club.pk}/{path}" not in answer.text
        assert browser.get(f"/o/{club.pk}/{path}").status_code == 403


@pytest.mark.django_db
def test_ui_017_the_right_there_is_enough_without_it_here():
    anna = a_person()
    acme, club = an_organisation("Acme AG"), an_organisation("Ruderclub Biel", of=anna)
    Membership.objects.create(organisation=acme, account=anna, role=Role.COLLABORATOR, created_at=acme.created_at)
    invoice = an_open_invoice(club)

    answer = a_browser_of(anna).get(f"/o/{acme.pk}/invoices/{invoice.pk}")

    assert answer.status_code == 404
    assert f'href="/o/{club.pk}/invoices/{invoice.pk}"' in answer.text


@pytest.mark.django_db
def test_ui_013_a_missing_page_says_wrong_organisation_or_account_and_offers_both():
    anna = a_person()
    acme, club = an_organisation("Acme AG", of=anna), an_organisation("Ruderclub Biel", of=anna)

    answer = a_browser_of(anna).get(f"/o/{acme.pk}/invoices/987654")

    assert "wrong organisation or signed in with another account" in answer.text
    assert f'href="/o/{club.pk}/"' in answer.text
    assert 'href="/accounts"' in answer.text


@pytest.mark.django_db
def test_ui_031_the_footer_of_public_pages_shows_what_leads_somewhere(settings):
    settings.OPERATOR_LINKS = {
        "imprint": "https://example.ch/impressum",
        "about": "",
        "privacy": "javascript:alert(1)",
    }
    visitor = Client()

    for url in ("/sign-in", "/shop", "/help", "/forgotten"):
        html = visitor.get(url).text
        assert 'href="https://example.ch/impressum"' in html
        assert "About us" not in html
        assert "javascript:" not in html
        for own in ("/help", "/docs", "/shop", "/site-map", "/help/stored-data"):
            assert f'href="{own}"' in html


@pytest.mark.django_db
def test_ui_031_all_links_of_the_requirement_can_be_set(settings):
    settings.OPERATOR_LINKS = {name: f"https://example.ch/{name}" for name in django_settings.OPERATOR_LINKS}

    html = Client().get("/shop").text

    for name in ("about", "certificates", "support", "premium_support", "report_abuse", "partners", "legal",
                 "imprint", "data_protection", "privacy"):  # fmt: skip
        assert f'href="https://example.ch/{name}"' in html


@pytest.mark.django_db
def test_only_necessary_cookies_are_set_and_the_page_about_them_names_each():
    visitor = Client()
    visitor.get("/sign-in")
    visitor.post("/language", {"language": "en"})
    visitor.post("/appearance", {"theme": "dark"})
    told = visitor.get("/help/stored-data").text

    for name in visitor.cookies:
        assert f"<strong>{name}</strong>" in told


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nothing-here", "/help", "/shop"])
def test_no_browser_or_proxy_keeps_a_page_that_shows_who_is_signed_in(address):
    browser = a_browser_of(a_person())

    assert browser.get(address)["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in Client().get(address)
