"""Becoming a customer: ID-002…010, ID-014, and what strangers try."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from stellwerk.foundation import clock
from stellwerk.foundation.models import Message
from stellwerk.identity.models import Account, Confirmation
from stellwerk.identity.services.confirmations import MOST_ATTEMPTS, forget_old_confirmations
from stellwerk.identity.services.entries import NewAccount
from stellwerk.organisations.models import Membership, Organisation
from stellwerk.organisations.services.entries import NewOrganisation
from stellwerk.organisations.services.sign_up import NewSignUp
from stellwerk.organisations.tests.builders import PASSWORD, a_person, an_organisation

pytestmark = pytest.mark.django_db

SIGN_UP = "/sign-up"
CODE = "/sign-up/code"


def entries(**more: str) -> dict[str, str]:
    return {
        "first_name": "Lena", "last_name": "Huber", "email": "lena@baeckerei-huber.ch", "phone": "+41 79 123 45 67",
        "password": PASSWORD, "kind": "company", "company_name": "Bäckerei Huber AG", "vat_number": "",
        "street": "Marktgasse", "building_number": "7", "postal_code": "3011", "town": "Bern", "country": "CH",
        "accepts_terms": "on", **more,
    }  # fmt: skip


def new_sign_up() -> NewSignUp:
    address = {name: entries()[name] for name in ("street", "building_number", "postal_code", "town", "country")}
    person = {name: entries()[name] for name in ("first_name", "last_name", "email", "phone", "password")}
    return NewSignUp(
        account=NewAccount(**person), organisation=NewOrganisation(name="Huber AG", kind="company", **address)
    )


def mailed_code() -> str:
    return re.search(r"^(\d{6})$", Message.objects.latest("pk").body, re.MULTILINE)[1]


def refused_fields(answer) -> set[str]:
    return set(answer.context["form"].errors)


def test_a_stranger_becomes_a_customer_and_is_signed_in_id_002_id_004_org_001(client):
    sent = client.post(SIGN_UP, entries())
    assert sent["Location"] == CODE
    assert not Account.objects.exists(), "nothing exists before the address has answered"

    done = client.post(CODE, {"code": mailed_code()})

    assert done["Location"] == "/"
    membership = Membership.objects.select_related("account", "organisation").get()
    assert membership.role == "owner"
    assert membership.account.email == "lena@baeckerei-huber.ch"
    assert membership.account.phone == "+41791234567"
    assert membership.organisation.name == "Bäckerei Huber AG"
    assert client.get("/")["Location"] == f"/o/{membership.organisation_id}/"


def test_the_organisation_of_a_private_person_takes_the_persons_name_id_006(client):
    client.post(SIGN_UP, entries(kind="individual", company_name=""))
    client.post(CODE, {"code": mailed_code()})

    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.kind, organisation.currency) == ("Lena Huber", "individual", "CHF")


def test_a_company_needs_a_name_id_007(client):
    answer = client.post(SIGN_UP, entries(company_name=" "))

    assert answer.status_code == 422
    assert refused_fields(answer) == {"company_name"}
    assert "Enter the name of the organisation. Only a private person needs none." in answer.content.decode()
    assert 'href="#id_company_name"' in answer.content.decode(), "the summary leads to the field"


def test_only_the_private_person_may_leave_the_name_out_and_the_mark_says_so_id_007(client):
    """The mark is shown by the chosen kind, without a script; the hint says it where the browser is old."""
    page = client.get(SIGN_UP).content.decode()
    label = page.partition('<label for="id_company_name">')[2].partition("</div>")[0]

    assert '<span class="muted only-individual">(optional)</span>' in label
    assert "Not needed for a private person." in label


@pytest.mark.parametrize(
    ("country", "postal_code", "number"),
    [
        ("DE", "10115", "DE123456789"),
        ("DE", "10115", "ATU12345675"),
        ("CH", "3011", "CHE-123.456.789"),
        ("FR", "75001", "x"),
    ],
)
def test_a_vat_number_must_fit_its_country_id_007(client, country, postal_code, number):
    answer = client.post(SIGN_UP, entries(country=country, postal_code=postal_code, vat_number=number))

    assert answer.status_code == 422
    assert refused_fields(answer) == {"vat_number"}


def test_a_good_vat_number_is_kept_in_its_usual_form_id_007(client):
    client.post(SIGN_UP, entries(country="DE", postal_code="10115", town="Berlin", vat_number="de 136 695 976"))
    client.post(CODE, {"code": mailed_code()})

    organisation = Organisation.objects.get()
    assert (organisation.vat_number, organisation.currency) == ("DE136695976", "EUR")


def test_every_refused_field_is_named_at_once_and_what_was_typed_stays(client):
    answer = client.post(
        SIGN_UP,
        entries(first_name="", email="no address", phone="123", password="short", postal_code="99", accepts_terms=""),
    )
    once_more = client.post(SIGN_UP, entries(email="no address", phone="123", password="short", postal_code="99"))

    assert refused_fields(answer) == {"first_name", "accepts_terms"}
    assert refused_fields(once_more) == {"email", "phone", "password", "postal_code"}
    page = once_more.content.decode()
    assert 'value="no address"' in page
    assert "short" not in page.split('name="password"')[1][:200], "a password is never sent back"


@pytest.mark.parametrize("phone", ["", "079 12", "call me", "+999 123", "1" * 40])
def test_a_telephone_number_that_can_be_called_is_needed_id_010(client, phone):
    assert refused_fields(client.post(SIGN_UP, entries(phone=phone))) == {"phone"}


def test_a_national_telephone_number_is_read_in_the_country_of_the_address_id_010(client):
    client.post(SIGN_UP, entries(phone="079 123 45 67"))
    client.post(CODE, {"code": mailed_code()})

    assert Account.objects.get().phone == "+41791234567"


def test_an_address_that_is_a_login_gets_the_same_screens_and_its_holder_a_mail_id_008(client):
    a_person(email="lena@baeckerei-huber.ch")
    neutral = Client()

    known = client.post(SIGN_UP, entries())
    known_mail = Message.objects.latest("pk")
    unknown = neutral.post(SIGN_UP, entries(email="other@baeckerei-huber.ch"))

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    shown = [without_tokens(each.get(CODE).content.decode()) for each in (client, neutral)]
    assert shown[0].replace("lena@", "other@") == shown[1]
    assert known_mail.template == "organisations/email/account_exists"
    assert "/sign-in" in known_mail.body
    assert not re.search(r"\d{6}", known_mail.body + known_mail.subject)
    assert client.post(CODE, {"code": "000000"}).status_code == 400
    assert Account.objects.count() == 1


def without_tokens(page: str) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value="|csrf-token" content=")[^"]+', "", page)


def test_a_code_fits_only_the_browser_that_asked_for_it(client):
    client.post(SIGN_UP, entries())
    code = mailed_code()

    assert Client().post(CODE, {"code": code})["Location"] == SIGN_UP
    assert client.post(CODE, {"code": code})["Location"] == "/"


def test_a_wrong_code_is_refused_and_five_end_the_attempt_id_008(client):
    client.post(SIGN_UP, entries())
    code = mailed_code()
    wrong = "000000" if code != "000000" else "111111"

    answers = [client.post(CODE, {"code": wrong}) for _ in range(MOST_ATTEMPTS)]
    late = client.post(CODE, {"code": code})

    assert [answer.status_code for answer in answers] == [400] * MOST_ATTEMPTS
    assert late.status_code == 410
    assert not Account.objects.exists()


def test_a_code_is_valid_for_half_an_hour(client):
    start = clock.now()
    with clock.travel_to(start):
        client.post(SIGN_UP, entries())
    with clock.travel_to(start + timedelta(minutes=31)):
        assert client.post(CODE, {"code": mailed_code()}).status_code == 410
    with clock.travel_to(start + timedelta(days=2)):
        assert forget_old_confirmations() == 1


def test_a_code_works_once_id_008(client):
    client.post(SIGN_UP, entries())
    session = client.session
    pending = dict(session["sign_up"])
    code = mailed_code()
    client.post(CODE, {"code": code})

    second = Client()
    second.get(SIGN_UP)
    copied = second.session
    copied["sign_up"] = pending
    copied.save()

    assert second.post(CODE, {"code": code}).status_code == 410
    assert Account.objects.count() == 1


def test_entries_wait_sealed_and_the_password_only_as_its_hash(client):
    client.post(SIGN_UP, entries())

    waiting = Confirmation.objects.get()
    assert "Huber" not in waiting.sealed
    assert PASSWORD not in waiting.sealed
    assert mailed_code() not in waiting.code_digest


def test_a_name_with_line_breaks_never_becomes_a_header(client):
    client.post(SIGN_UP, entries(first_name="Lena\r\nBcc: all@example.ch"))

    message = Message.objects.get()
    assert "\n" not in message.subject
    assert "\n" not in message.recipient


def test_a_stranger_writes_no_word_of_the_mail_to_an_address_that_has_not_answered(client):
    client.post(SIGN_UP, entries(first_name="Win at https://evil.example", last_name="www.evil.example"))

    message = Message.objects.get()
    assert "evil.example" not in message.subject + message.body


@pytest.mark.parametrize("name", ["Lena\u202e", "Le\u200bna", "x" * 101, "\x00"])
def test_names_with_invisible_characters_are_refused(client, name):
    assert refused_fields(client.post(SIGN_UP, entries(first_name=name))) == {"first_name"}


@pytest.mark.parametrize(
    "email", ["\uff4cena@baeckerei-huber.ch", "LENA@BAECKEREI-HUBER.CH", " lena@baeckerei-huber.ch"]
)
def test_look_alike_logins_are_one_login(client, email):
    a_person(email="lena@baeckerei-huber.ch")

    client.post(SIGN_UP, entries(email=email))

    assert Message.objects.latest("pk").template == "organisations/email/account_exists"


@pytest.mark.parametrize(
    "email", ["l\u0435na@baeckerei-huber.ch", "lena@baeckerei-huber.ch\x00", "lena@", "@x.ch", "a@b@c.ch"]
)
def test_logins_that_are_no_plain_addresses_are_refused(client, email):
    assert refused_fields(client.post(SIGN_UP, entries(email=email))) == {"email"}


@pytest.mark.parametrize(
    "password", ["x" * 1_000_000, "0123456789", "lena@baeckerei-huber.ch", "seven\x00herons cross"]
)
def test_weak_and_odd_passwords_are_refused_with_a_reason(client, password):
    answer = client.post(SIGN_UP, entries(password=password))

    assert answer.status_code == 422
    assert refused_fields(answer) == {"password"}


def test_mails_to_one_address_are_limited_sec_059(client):
    answers = [client.post(SIGN_UP, entries()) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert Message.objects.count() == 5


def test_a_person_with_an_account_is_led_to_found_another_organisation_id_014(client):
    anna = a_person()
    an_organisation(of=anna)
    client.force_login(anna)

    page = client.get(SIGN_UP).content.decode()

    assert "/organisations/new" in page


def test_the_form_recommends_an_independent_address_id_009(client):
    assert "does not depend on what you buy here" in client.get(SIGN_UP).content.decode()


@pytest.mark.parametrize("language", ["de", "fr", "it", "en", "es"])
def test_pages_and_mails_of_the_door_speak_five_languages_ui_029(client, language):
    headers = {"HTTP_ACCEPT_LANGUAGE": language}
    page = client.get(SIGN_UP, **headers).content.decode()
    client.post(SIGN_UP, entries(), **headers)

    assert f'<html lang="{language}"' in page
    assert Message.objects.get().language == language
