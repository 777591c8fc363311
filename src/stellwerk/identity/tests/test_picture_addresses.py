"""Where programs find pictures (ID-047, api-wire.md), and that the address opens nothing to strangers."""

import base64

import pytest
from django.test import Client

from stellwerk.api.tests.builders import Caller, a_token_of, code_of
from stellwerk.identity.services.pictures import remove_picture, set_picture
from stellwerk.identity.tests.oauth import an_application, bearer, tokens_of
from stellwerk.identity.tests.uploads import an_upload
from stellwerk.organisations.tests.builders import a_member_of, a_person, a_stranger_actor, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return a_person("Anna", "Keller")


@pytest.fixture
def acme(anna):
    return an_organisation(of=anna)


def a_browser(account=None) -> Client:
    browser = Client()
    if account is not None:
        browser.force_login(account)
    return browser


def shows_a_picture(account):
    set_picture(actor=a_stranger_actor(account), account_id=account.pk, content=an_upload())


def test_the_list_of_users_tells_the_address_of_each_picture_or_null_id_047(anna, acme):
    mia = a_member_of(acme)
    shows_a_picture(mia)
    users = Caller(a_token_of(anna)).get(f"2/accounts/{acme.pk}/users").json()["data"]
    avatars = {row["user_id"]: row["avatar"] for row in users}

    assert avatars[anna.pk] is None
    assert avatars[mia.pk].startswith(f"http://testserver/pictures/{mia.pk}-")
    one = Caller(a_token_of(anna)).get(f"2/accounts/{acme.pk}/users/{mia.pk}").json()["data"]
    assert one["avatar"] == avatars[mia.pk]


def test_the_address_opens_for_people_of_the_organisation_only_id_047(anna, acme):
    mia = a_member_of(acme)
    shows_a_picture(mia)
    token = a_token_of(mia)
    address = Caller(token).get("2/profile").json()["data"]["avatar"]

    assert a_browser(anna).get(address).status_code == 200
    assert a_browser(a_person()).get(address).status_code == 404
    assert a_browser().get(address).status_code == 404
    assert Client().get(address, headers=bearer(token)).status_code == 404, "a token opens no page"


def test_an_application_learns_the_picture_within_profile_only_openid_connect_5_4(anna):
    app, browser = an_application(a_person("Ben", "Beer")), a_browser(anna)

    def claims(scope):
        access = tokens_of(browser, app, scope=scope)["access_token"]
        return Client().get("/oauth2/userinfo", headers=bearer(access)).json()

    assert "picture" not in claims("openid profile")
    shows_a_picture(anna)
    assert claims("openid profile")["picture"].startswith(f"http://testserver/pictures/{anna.pk}-")
    assert "picture" not in claims("openid email")
    remove_picture(actor=a_stranger_actor(anna), account_id=anna.pk)
    assert "picture" not in claims("openid profile")


def test_ones_own_picture_is_shown_and_removed_by_a_program_id_047_api_026(anna):
    caller = Caller(a_token_of(anna))
    shown = caller.send("PUT", "2/profile/picture", {"content": base64.b64encode(an_upload()).decode()})

    assert shown.json()["data"]["avatar"] == caller.get("2/profile").json()["data"]["avatar"]
    assert a_browser(anna).get(shown.json()["data"]["avatar"])["Content-Type"] == "image/webp"
    assert caller.send("DELETE", "2/profile/picture").json()["data"] is True
    assert caller.get("2/profile").json()["data"]["avatar"] is None


@pytest.mark.parametrize("content", ["no base64!", base64.b64encode(b"<svg/>").decode()])
def test_what_is_no_picture_is_refused_at_its_field_api_029(anna, content):
    answer = Caller(a_token_of(anna)).send("PUT", "2/profile/picture", {"content": content})

    assert code_of(answer) == "422 validation_failed"
