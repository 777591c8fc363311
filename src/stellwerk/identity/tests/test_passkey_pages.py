"""Pages around passkeys, over HTTP: the sign-in, the second step and the profile (SEC-003, SEC-006…008, ID-032…034)."""

import json
import re

import pytest
from django.test import Client, override_settings

from stellwerk.foundation.models import Event
from stellwerk.identity.models import Passkey
from stellwerk.identity.tests.factors import a_totp_app_of, sign_in_with_password
from stellwerk.identity.tests.passkeys import SoftwareKey, an_enrolled_key
from stellwerk.organisations.tests.builders import PASSWORD, a_person

pytestmark = pytest.mark.django_db
NEW, DEVICE = "/profile/second-factor/passkey/new", "/profile/second-factor/passkey/new/device"
STEP = "/sign-in/second-factor/passkey"


@pytest.fixture
def anna():
    return a_person("Anna", "Keller")


@pytest.fixture
def browser(client, anna):
    client.force_login(anna)
    return client


def asked(browser) -> dict:
    return browser.post("/sign-in/passkey/question").json()


def options_of(answer) -> dict:
    return json.loads(answer.context["options"])


def is_signed_in(browser) -> bool:
    return browser.get("/profile").status_code == 200


def test_a_key_is_enrolled_with_name_and_password_sec_006(browser, anna, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        assert browser.get(NEW).status_code == 200
    assert browser.post(NEW, {"name": "My telephone", "current_password": PASSWORD})["Location"] == DEVICE
    page = browser.get(DEVICE)

    answer = browser.post(DEVICE, {"answer": SoftwareKey().creation(options_of(page))})

    assert answer.status_code == 200
    assert len(answer.context["codes"]) == 10  # SEC-029: the first factor brings the recovery codes
    assert Passkey.objects.get().name == "My telephone"
    assert "The second factor is on." in answer.content.decode()
    assert Event.objects.filter(name="SecondFactorAdded", account_id=anna.pk).exists()


@pytest.mark.parametrize(
    ("entries", "field"),
    [({"name": "x", "current_password": "wrong"}, "current_password"), ({"name": "x"}, "current_password"),
     ({"name": "", "current_password": PASSWORD}, "name"),
     ({"name": "a\u202eb", "current_password": PASSWORD}, "name")],
)  # fmt: skip
def test_without_name_or_password_no_device_is_asked(browser, entries, field):
    answer = browser.post(NEW, entries)

    assert answer.status_code in (400, 422)
    assert set(answer.context["form"].errors) == {field}
    assert browser.get(DEVICE)["Location"] == NEW


def test_a_broken_answer_is_said_on_the_page_which_asks_again(browser):
    browser.post(NEW, {"name": "Key", "current_password": PASSWORD})
    first = options_of(browser.get(DEVICE))

    answer = browser.post(DEVICE, {"answer": "nonsense"})

    assert answer.status_code == 400
    assert "The answer of your device cannot be used." in answer.content.decode()
    assert options_of(answer)["challenge"] != first["challenge"]


def test_the_password_of_one_person_does_not_let_another_enrol_in_the_same_browser(browser, anna):
    browser.post(NEW, {"name": "Key", "current_password": PASSWORD})
    pending = browser.session["passkey_registration"]
    ben = a_person("Ben", "Meier")
    browser.force_login(ben)
    session = browser.session
    session["passkey_registration"] = pending
    session.save()

    assert browser.get(DEVICE)["Location"] == NEW


def test_the_sign_in_page_offers_passkeys_as_button_and_in_the_autofill(client):
    page = client.get("/sign-in").content.decode()

    assert 'autocomplete="username webauthn"' in page
    assert "build/passkeys.js" in page
    assert "Sign in with a passkey" in page
    assert re.search(r"<form[^>]*data-passkey=\"get\"[^>]*hidden>", page)  # without script nothing of it is seen


def test_a_passkey_signs_in_at_once_although_a_second_factor_is_on_id_032(client, anna):
    key = an_enrolled_key(anna)
    a_totp_app_of(anna)

    answer = client.post("/sign-in/passkey", {"answer": key.assertion(asked(client)), "next": "/profile/tokens"})

    assert (answer.status_code, answer["Location"]) == (302, "/profile/tokens")
    assert is_signed_in(client)
    assert Event.objects.filter(name="SignedIn", account_id=anna.pk).count() == 1


def test_a_passkey_leads_to_no_foreign_address(client, anna):
    key = an_enrolled_key(anna)

    answer = client.post("/sign-in/passkey", {"answer": key.assertion(asked(client)), "next": "https://evil.example/"})

    assert answer["Location"] == "/"


def test_signing_in_gives_the_session_a_new_key(client, anna):
    key = an_enrolled_key(anna)
    question = asked(client)
    planted = client.session.session_key

    client.post("/sign-in/passkey", {"answer": key.assertion(question)})

    assert client.session.session_key != planted


@pytest.mark.parametrize("answer", ["", "nonsense", "{}", "[]"])
def test_a_refused_answer_says_so_on_the_sign_in_page_id_034(client, answer):
    asked(client)

    page = client.post("/sign-in/passkey", {"answer": answer, "next": "/profile"})

    assert page.status_code == 400
    text = page.content.decode()
    assert "This passkey was not accepted." in text
    assert 'name="next" value="/profile"' in text
    assert "This field is required" not in text


def test_an_answer_replayed_in_the_same_browser_or_another_is_refused(client, anna):
    key = an_enrolled_key(anna)
    answer = key.assertion(asked(client))
    client.post("/sign-in/passkey", {"answer": answer})
    client.post("/sign-out")
    thief = Client()
    asked(thief)

    assert client.post("/sign-in/passkey", {"answer": answer}).status_code == 410
    assert thief.post("/sign-in/passkey", {"answer": answer}).status_code == 410
    assert not is_signed_in(thief)


def test_a_removed_key_no_longer_signs_in_sec_007(browser, anna, client):
    key = an_enrolled_key(anna)
    number = Passkey.objects.get().pk
    browser.post(f"/profile/second-factor/passkey/{number}/removal", {"current_password": PASSWORD})
    assert not Passkey.objects.exists()
    stranger = Client()

    answer = stranger.post("/sign-in/passkey", {"answer": key.assertion(asked(stranger))})

    assert answer.status_code == 400
    assert not is_signed_in(stranger)


def test_after_the_password_the_passkey_is_the_second_step_sec_005(client, anna):
    key = an_enrolled_key(anna)
    a_totp_app_of(anna)

    first = sign_in_with_password(client, anna)
    page = client.get(client.get(first["Location"])["Location"])

    assert page.request["PATH_INFO"] == STEP
    assert "Code from an authenticator app" in page.content.decode()
    assert not is_signed_in(client)
    answer = client.post(STEP, {"answer": key.assertion(options_of(page))})
    assert (answer.status_code, is_signed_in(client)) == (302, True)


def test_the_key_of_somebody_else_does_not_pass_the_second_step(client, anna):
    an_enrolled_key(anna)
    bens = an_enrolled_key(a_person("Ben", "Meier"))
    sign_in_with_password(client, anna)
    page = client.get(STEP)

    answer = client.post(STEP, {"answer": bens.assertion(options_of(page))})

    assert answer.status_code == 400
    assert "This passkey was not accepted." in answer.content.decode()
    assert options_of(answer)["challenge"] != options_of(page)["challenge"]
    assert not is_signed_in(client)


def test_an_empty_answer_keeps_the_second_step_waiting(client, anna):
    an_enrolled_key(anna)
    sign_in_with_password(client, anna)

    answer = client.post(STEP, {"answer": ""})

    assert answer.status_code == 422
    assert not is_signed_in(client)


def test_the_step_without_a_waiting_sign_in_leads_to_its_start(client):
    assert client.get(STEP)["Location"] == "/sign-in"


def test_a_key_has_a_page_with_its_name_and_other_peoples_keys_have_none(browser, anna):
    an_enrolled_key(anna)
    mine = f"/profile/second-factor/passkey/{Passkey.objects.get().pk}"
    an_enrolled_key(a_person("Ben", "Meier"))
    bens = f"/profile/second-factor/passkey/{Passkey.objects.latest('pk').pk}"

    assert browser.post(mine, {"name": "Blue key"}).status_code == 302
    assert "Blue key" in browser.get("/profile/second-factor").content.decode()
    assert browser.post(mine, {"name": ""}).status_code == 422
    assert (browser.get(bens).status_code, browser.post(bens, {"name": "x"}).status_code) == (404, 404)


@pytest.mark.parametrize("page", ["/profile/second-factor", NEW, "key"])
def test_every_page_opens_within_twelve_queries(browser, anna, page, django_assert_max_num_queries):
    an_enrolled_key(anna)
    address = f"/profile/second-factor/passkey/{Passkey.objects.get().pk}" if page == "key" else page

    with django_assert_max_num_queries(12):
        assert browser.get(address).status_code == 200


def test_at_a_network_address_passkeys_are_not_offered_and_the_pages_say_why(anna):
    an_enrolled_key(anna)
    numbers = Client(SERVER_NAME="127.0.0.1")

    assert "passkeys.js" not in numbers.get("/sign-in").content.decode()
    assert numbers.post("/sign-in/passkey/question").status_code == 404
    assert numbers.post("/sign-in/passkey", {"answer": "x"}).status_code == 404
    sign_in_with_password(numbers, anna)
    assert "This browser cannot use passkeys here." in numbers.get(STEP).content.decode()
    numbers.force_login(anna)
    assert "localhost instead of 127.0.0.1" in numbers.get(NEW).content.decode()


def test_the_operators_address_counts_behind_a_proxy(client, anna):
    with override_settings(SITE_URL="https://portal.example.ch"):
        question = asked(client)

    assert question["rpId"] == "portal.example.ch"


def test_a_form_from_elsewhere_is_refused():
    careful = Client(enforce_csrf_checks=True)

    assert careful.post("/sign-in/passkey/question").status_code == 403
    assert careful.post("/sign-in/passkey", {"answer": "x"}).status_code == 403
