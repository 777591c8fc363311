"""The shell's own addresses: theme, language, error pages, component sheet."""

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from stellwerk.foundation.edge.html import page
from stellwerk.foundation.errors import AccessDenied
from stellwerk.organisations.tests.builders import a_person
from stellwerk.web.context import shell_of

LANGUAGES = ("de", "fr", "it", "en", "es")


def test_the_theme_is_kept_in_the_browser():
    """UI-026"""
    client = Client()

    answer = client.post("/appearance", {"theme": "dark", "next": "/components?strips=2"})

    assert answer.headers["Location"] == "/components?strips=2"
    assert client.cookies["theme"].value == "dark"


@pytest.mark.parametrize(("address", "field"), [("/appearance", "theme"), ("/language", "language")])
def test_an_unknown_choice_changes_nothing(address, field):
    client = Client()

    answer = client.post(address, {field: "purple"})

    assert answer.status_code == 302
    assert client.cookies.get(field) is None


@pytest.mark.parametrize("foreign", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_the_way_back_never_leads_to_another_host(foreign):
    assert Client().post("/appearance", {"theme": "dark", "next": foreign}).headers["Location"] == "/"


@pytest.mark.parametrize("address", ["/appearance", "/language"])
def test_looking_at_a_choice_changes_nothing(address):
    assert Client().get(address).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_is_switched_and_remembered(language):
    """UI-029"""
    client = Client()

    client.post("/language", {"language": language})

    assert f'<html lang="{language}"' in client.get("/components").text


@pytest.mark.parametrize("choice", ["dark", "light"])
def test_a_chosen_theme_is_in_the_first_byte_of_the_page(choice):
    """No flash of the other scheme: the server writes the attribute, not a script."""
    request = RequestFactory().get("/", headers={"cookie": f"theme={choice}"})
    request.COOKIES = {"theme": choice}

    html = render_to_string("404.html", {"shell": shell_of(request)})

    assert f'data-theme="{choice}"' in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "410", "429", "500"])
def test_an_error_page_stands_alone_and_shows_a_way_out(name, language):
    """No request, no session, no database: any of them may be what failed."""
    with translation.override(language):
        html = render_to_string(f"{name}.html")

    assert f'<html lang="{language}"' in html
    assert '<a class="btn primary" href="/">' in html
    assert "csrfmiddlewaretoken" not in html


def test_the_component_sheet_is_not_for_customers(settings):
    settings.COMPONENT_SHEET = False

    assert Client().get("/components").status_code == 404


@pytest.mark.django_db
def test_pages_hold_no_inline_script_style_or_data_address():
    """The content security policy allows nothing inline; the pages do not need it."""
    html = Client().get("/components?strips=2").text

    assert "<script>" not in html
    assert " style=" not in html
    assert "data:" not in html
    assert " onclick" not in html


@pytest.mark.parametrize(("headers", "has_frame"), [({}, True), ({"HX-Request": "true"}, False)])
def test_a_refusal_is_a_page_or_for_htmx_the_note_alone(headers, has_frame):
    def refusing(request):
        raise AccessDenied("role_missing", granted_by=("legal_representative",))

    answer = page(refusing)(RequestFactory().post("/", headers=headers))

    assert answer.status_code == 403
    assert "You may not do this." in answer.text
    assert "Only a legal representative of the organisation can do it." in answer.text
    assert ("<html" in answer.text) is has_frame


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "field", "value"), [("/appearance", "theme", "dark"), ("/language", "language", "fr")]
)
def test_a_choice_of_somebody_signed_in_is_kept_with_the_account(address, field, value):
    """UI-026, UI-029: it is there on the next device too."""
    anna = a_person()
    client = Client()
    client.force_login(anna)

    client.post(address, {field: value})

    anna.refresh_from_db()
    assert getattr(anna, field) == value
