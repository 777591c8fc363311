"""Changing a registered application: API-031, API-032."""

import pytest
from django.test import Client

from stellwerk.foundation import activity
from stellwerk.identity import queries
from stellwerk.identity.tests.oauth import BACK, a_code, an_application, answer_of, error_of, tokens_of
from stellwerk.organisations.tests.builders import PASSWORD

pytestmark = pytest.mark.django_db
ELSEWHERE = "https://new.example/back"


@pytest.fixture
def workplace(ben):
    """The browser of the person who registered the application."""
    browser = Client()
    browser.force_login(ben)
    return browser


def change(browser, app, **more):
    entries = {
        "name": "Figures", "description": "Draws better figures.", "redirect_uris": ELSEWHERE,
        "post_logout_redirect_uris": "", "current_password": PASSWORD, **more,
    }  # fmt: skip
    return browser.post(f"/profile/applications/{app.client_id}/edit", entries)


def test_api_031_name_description_and_addresses_are_changed_and_access_stays(workplace, browser, reports, ben):
    held = tokens_of(browser, reports)

    assert change(workplace, reports, post_logout_redirect_uris="https://new.example/bye").status_code == 302

    row = queries.application_row(ben.pk, reports.client_id)
    assert (row.name, row.description) == ("Figures", "Draws better figures.")
    assert (row.redirect_uris, row.post_logout_redirect_uris) == ([ELSEWHERE], ["https://new.example/bye"])
    page = workplace.get(f"/profile/applications/{reports.client_id}").content.decode()
    assert ELSEWHERE in page
    assert "https://new.example/bye" in page
    assert Client().get("/token/check", headers={"Authorization": f"Bearer {held['access_token']}"}).status_code == 200
    assert "Ben Beer changed the application “Figures”" in [row.sentence for row in activity.account_rows(ben.pk)]


def test_api_032_the_old_address_is_refused_from_then_on(workplace, browser, reports):
    change(workplace, reports)

    assert browser.get(reports.address(redirect_uri=BACK)).status_code == 400
    assert answer_of(browser.post(reports.address(redirect_uri=ELSEWHERE), {"decision": "allow"}))["code"]


def test_api_031_a_code_on_its_way_fits_its_own_address_only(workplace, browser, reports):
    code = a_code(browser, reports)
    change(workplace, reports)

    assert error_of(reports.redeem(code, redirect_uri=ELSEWHERE)) == "400 invalid_grant"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"current_password": "guess"}, "current_password"),
        ({"name": ""}, "name"),
        ({"redirect_uris": "http://evil.example/"}, "redirect_uris"),
        ({"post_logout_redirect_uris": "https://*.example/"}, "post_logout_redirect_uris"),
    ],
)
def test_api_031_what_does_not_fit_is_said_at_its_field_and_changes_nothing(workplace, reports, ben, wrong, field):
    answer = change(workplace, reports, **wrong)

    assert answer.status_code in (400, 422)
    assert field in answer.context["form"].errors
    assert queries.application_row(ben.pk, reports.client_id).name == "Reports"


def test_api_031_another_persons_application_does_not_exist(browser, reports, ben):
    assert browser.get(f"/profile/applications/{reports.client_id}/edit").status_code == 404
    assert change(browser, reports).status_code == 404
    assert queries.application_row(ben.pk, reports.client_id).name == "Reports"


def test_the_same_data_again_are_no_news(workplace, reports, ben):
    for _ in range(2):
        change(workplace, reports)

    sentences = [row.sentence for row in activity.account_rows(ben.pk)]
    assert sentences.count("Ben Beer changed the application “Figures”") == 1


def test_api_031_kind_and_scopes_stay(workplace, ben):
    native = an_application(ben, is_public=True, redirect_uri="com.example.app:/done")

    change(workplace, native, redirect_uris="com.example.app:/done", kind="confidential", scopes=["mail"])

    row = queries.application_row(ben.pk, native.client_id)
    assert (row.is_public, "mail" in row.scopes) == (True, False)
