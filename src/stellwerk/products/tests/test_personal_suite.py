"""The free personal Suite: who gets one, and that nobody gets two (ID-011…013, Q10, Q23)."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from stellwerk.foundation import clock
from stellwerk.foundation.actor import Actor
from stellwerk.foundation.errors import AccessDenied, NotFound, RuleBroken
from stellwerk.foundation.jobs import run_due_jobs
from stellwerk.foundation.models import Message
from stellwerk.identity.errors import CodeExpired, CodeInvalid, TooManyAttempts
from stellwerk.identity.models import Account
from stellwerk.identity.services.confirmations import MOST_ATTEMPTS
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.tests.builders import (
    PASSWORD,
    a_collaborator_of,
    a_legal_representative_of,
    a_person,
    acting,
    an_organisation,
    an_outsider,
)
from stellwerk.products.models import PersonalSuite, Product
from stellwerk.products.services import personal_suite, terminate_product
from stellwerk.products.tests.builders import a_suite_of

pytestmark = pytest.mark.django_db

SIGN_UP = "/sign-up/personal"
MOBILE = "+41 79 123 45 67"
ENTRIES = {
    "first_name": "Lena", "last_name": "Huber", "email": "lena@example.ch", "phone": MOBILE, "password": PASSWORD,
    "street": "Marktgasse", "building_number": "7", "postal_code": "3011", "town": "Bern", "country": "CH",
    "accepts_terms": "on",
}  # fmt: skip


def code_of(channel: str) -> str:
    message = Message.objects.filter(channel=channel).latest("pk")
    return re.search(r"\b(\d{6})\b", message.body)[1]


def another(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def begin(browser: Client, **more: str) -> None:
    """Until the text message is on its way."""
    sent = browser.post(SIGN_UP, {**ENTRIES, **more})
    assert sent["Location"] == f"{SIGN_UP}/code"
    assert browser.post(f"{SIGN_UP}/code", {"code": code_of("email")})["Location"] == f"{SIGN_UP}/phone"


def sign_up(browser: Client, **more: str):
    begin(browser, **more)
    return browser.post(f"{SIGN_UP}/phone", {"code": code_of("sms")})


def a_private_organisation(**more):
    return an_organisation("Anna Keller", kind="individual", **more)


def have(actor: Actor, organisation, phone: str = MOBILE) -> int:
    """As somebody who is signed in: the number, then its code."""
    number = personal_suite.start_personal_suite(actor=actor, organisation_id=organisation.pk, phone=phone)
    return personal_suite.finish_personal_suite(
        actor=actor, organisation_id=organisation.pk, confirmation_id=number, code=code_of("sms")
    )


def refused_fields(answer) -> set[str]:
    return set(answer.context["form"].errors)


def test_a_private_person_confirms_both_and_has_a_suite_id_011(client):
    done = sign_up(client)

    account, organisation, product = Account.objects.get(), Organisation.objects.get(), Product.objects.get()
    assert done["Location"] == f"/o/{organisation.pk}/products"
    assert (organisation.kind, organisation.name) == ("individual", "Lena Huber")
    assert (product.kind_code, product.offer_code, product.state) == ("suite", "suite-personal", "active")
    assert account.phone == "+41791234567"
    assert account.phone_verified_at is not None
    assert "Personal Suite" in client.get(done["Location"]).content.decode()


def test_no_text_message_leaves_before_the_address_has_answered_id_011(client):
    client.post(SIGN_UP, ENTRIES)
    assert not Message.objects.filter(channel="sms").exists()

    refused = client.post(f"{SIGN_UP}/code", {"code": another(code_of("email"))})

    assert refused.status_code == 400
    assert not Message.objects.filter(channel="sms").exists()
    assert not Account.objects.exists()


def test_without_the_code_of_the_message_nothing_is_made_id_011(client):
    begin(client)

    refused = client.post(f"{SIGN_UP}/phone", {"code": another(code_of("sms"))})

    assert refused.status_code == 400
    assert refused_fields(refused) == {"code"}
    assert not Account.objects.exists()
    assert not Product.objects.exists()


def test_wrong_and_old_codes_have_their_codes_id_011():
    anna = a_person()
    home = a_private_organisation(of=anna)
    me = acting(anna, home)
    start = clock.now()
    with clock.travel_to(start):
        number = personal_suite.start_personal_suite(actor=me, organisation_id=home.pk, phone=MOBILE)
    right = code_of("sms")

    def enter(code: str) -> int:
        return personal_suite.finish_personal_suite(
            actor=me, organisation_id=home.pk, confirmation_id=number, code=code
        )

    with clock.travel_to(start + timedelta(minutes=4)), pytest.raises(CodeInvalid):
        enter(another(right))
    with clock.travel_to(start + timedelta(minutes=5, seconds=1)), pytest.raises(CodeExpired):
        enter(right)
    assert not Product.objects.exists()


def test_five_wrong_codes_end_the_attempt_and_another_message_helps_id_011(client):
    begin(client)
    first = code_of("sms")
    for _attempt in range(MOST_ATTEMPTS):
        client.post(f"{SIGN_UP}/phone", {"code": another(first)})
    assert client.post(f"{SIGN_UP}/phone", {"code": first}).status_code == 410

    client.post(f"{SIGN_UP}/phone/again")
    done = client.post(f"{SIGN_UP}/phone", {"code": code_of("sms")})

    assert done.status_code == 302
    assert Product.objects.count() == 1


def test_a_late_code_can_be_sent_again_within_half_an_hour_id_011(client):
    start = clock.now()
    with clock.travel_to(start):
        begin(client)
    old = code_of("sms")
    with clock.travel_to(start + timedelta(minutes=6)):
        assert client.post(f"{SIGN_UP}/phone", {"code": old}).status_code == 410
        client.post(f"{SIGN_UP}/phone/again")
        assert client.post(f"{SIGN_UP}/phone", {"code": code_of("sms")}).status_code == 302


def test_messages_are_limited_per_number_and_per_network_address_id_011():
    anna = a_person()
    home = a_private_organisation(of=anna)
    me = acting(anna, home)

    def ask(phone: str) -> None:
        personal_suite.start_personal_suite(actor=me, organisation_id=home.pk, phone=phone)

    for _message in range(5):
        ask(MOBILE)
    with pytest.raises(TooManyAttempts):
        ask(MOBILE)
    for last in range(5):
        ask(f"+41 79 123 45 7{last}")
    with pytest.raises(TooManyAttempts):
        ask("+41 79 123 45 79")


def test_a_second_suite_for_a_number_is_refused_to_its_holder_only_id_012(client):
    sign_up(client)
    other = Client()
    begin(other, email="other@example.ch")
    assert Message.objects.filter(channel="sms").count() == 2, "every step looks as for a new number"

    refused = other.post(f"{SIGN_UP}/phone", {"code": code_of("sms")})

    assert refused.status_code == 400
    assert "personal Suite for this account or this mobile number already" in refused.content.decode()
    assert Account.objects.count() == 1, "nothing is left behind"
    assert Organisation.objects.count() == 1


def test_an_account_holds_one_id_012():
    anna = a_person()
    home, second = a_private_organisation(of=anna), a_private_organisation(of=anna)
    have(acting(anna, home), home)

    with pytest.raises(RuleBroken) as refused:
        have(acting(anna, second), second, phone="+41 79 765 43 21")

    assert refused.value.code == "personal_suite_limit_reached"


def test_the_database_keeps_one_per_account_and_per_number_id_012():
    """one_personal_suite_per_account, one_personal_suite_per_number."""
    anna, ben = a_person(), a_person("Ben", "Roth")
    home, other = a_private_organisation(of=anna), a_private_organisation(of=ben)
    have(acting(anna, home), home)
    held = PersonalSuite.objects.get()
    product = a_suite_of(other)

    for account, digest in ((anna, "another"), (ben, held.phone_digest)):
        row = PersonalSuite(account=account, phone_digest=digest, product=product, created_at=clock.now())
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


def test_the_number_cannot_be_read_where_it_is_counted_id_012(settings):
    anna = a_person()
    home = a_private_organisation(of=anna)
    have(acting(anna, home), home)

    kept = PersonalSuite.objects.get().phone_digest
    assert kept == personal_suite.phone_digest(phone="+41791234567")
    settings.SECRET_KEY = "another key"
    assert kept != personal_suite.phone_digest(phone="+41791234567"), "without the key no list of numbers helps"


def test_after_its_end_another_may_be_had_id_012():
    anna = a_person()
    home = a_private_organisation(of=anna)
    terminate_product(product_id=have(acting(anna, home), home))
    run_due_jobs()

    assert have(acting(anna, home), home)


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"country": "RU"}, {"country"}),
        ({"country": "xx"}, {"country"}),
        ({"phone": "+7 916 123 45 67"}, {"phone"}),
        ({"phone": "+41 31 300 00 00"}, {"phone"}),
        ({"phone": "079"}, {"phone"}),
    ],
)
def test_only_listed_countries_and_mobile_numbers_id_011_id_013_q10(client, more, fields):
    refused = client.post(SIGN_UP, {**ENTRIES, **more})

    assert refused.status_code in (400, 422)
    assert refused_fields(refused) == fields
    assert not Message.objects.exists()


def test_the_operator_chooses_the_countries_and_other_sign_ups_stay_id_013(client, settings):
    assert len(settings.PERSONAL_SUITE_COUNTRIES) == len(set(settings.PERSONAL_SUITE_COUNTRIES)) == 51
    settings.PERSONAL_SUITE_COUNTRIES = ["FR"]
    anna = a_person()
    home = a_private_organisation(of=anna)

    refused = client.post(SIGN_UP, ENTRIES)
    with pytest.raises(RuleBroken) as inside:
        personal_suite.start_personal_suite(actor=acting(anna, home), organisation_id=home.pk, phone=MOBILE)

    assert "not offered in this country" in refused.content.decode()
    assert inside.value.code == "country_not_available"
    assert client.get("/sign-up").status_code == 200


def test_where_no_text_message_can_be_sent_nothing_shows_q23(client, settings):
    assert 'href="/sign-up/personal"' in client.get("/shop").content.decode()
    settings.SMS_DRIVER = "none"

    assert 'href="/sign-up/personal"' not in client.get("/shop").content.decode()
    assert client.get(SIGN_UP).status_code == 404
    assert client.post(SIGN_UP, ENTRIES).status_code == 404


def test_the_free_suite_cannot_be_ordered_or_configured_id_012(client):
    assert client.get("/shop/suite-personal").status_code == 404
    answer = client.post("/order/choices", {"offer_code": "suite-personal", "period_months": 12, "quantity": 1})
    assert client.get(answer["Location"]).status_code == 404


def test_somebody_with_an_account_has_it_from_the_shop_id_011(client):
    anna = a_person()
    home = a_private_organisation(of=anna)
    client.force_login(anna)
    here = f"/o/{home.pk}/personal-suite"
    assert f'href="{here}"' in client.get(f"/o/{home.pk}/shop").content.decode()
    assert f'href="{here}"' in client.get(SIGN_UP).content.decode()

    sent = client.post(here, {"phone": "079 123 45 67"})
    done = client.post(sent["Location"], {"code": code_of("sms")})

    product = Product.objects.get()
    assert done["Location"] == f"/o/{home.pk}/products/{product.pk}"
    assert product.offer_code == "suite-personal"


def test_a_free_suite_is_shown_as_free_and_never_as_paid_or_due_id_012(client):
    anna = a_person()
    home = a_private_organisation(of=anna)
    number = have(acting(anna, home), home)
    client.force_login(anna)

    listed = client.get(f"/o/{home.pk}/products").content.decode()
    shown = client.get(f"/o/{home.pk}/products/{number}").content.decode()
    due = client.get(f"/o/{home.pk}/to-pay?filter=all").content.decode()

    assert "Free, without an end" in listed
    assert "Free of charge and without an end" in shown
    assert ">Renew</a>" not in shown
    assert "2126" not in listed + shown + due
    assert "Personal Suite" not in due[due.index("<main") :]


def test_an_organisation_that_is_no_person_gets_none_id_011():
    acme = an_organisation()

    with pytest.raises(RuleBroken) as refused:
        have(a_legal_representative_of(acme), acme)

    assert refused.value.code == "private_person_required"


def test_a_second_suite_of_an_organisation_is_refused_org_005():
    anna = a_person()
    home = a_private_organisation(of=anna)
    a_suite_of(home)

    with pytest.raises(RuleBroken) as refused:
        have(acting(anna, home), home)

    assert refused.value.code == "suite_already_exists"


def test_strangers_and_people_without_the_right_get_none_id_011():
    home = a_private_organisation()

    with pytest.raises(NotFound):
        have(an_outsider(), home)
    with pytest.raises(AccessDenied):
        have(a_collaborator_of(home), home)


def test_a_code_activates_for_whom_it_was_sent_only_id_011():
    anna, ben = a_person(), a_person("Ben", "Roth")
    home, other = a_private_organisation(of=anna), a_private_organisation(of=ben)
    number = personal_suite.start_personal_suite(actor=acting(anna, home), organisation_id=home.pk, phone=MOBILE)

    with pytest.raises(CodeExpired):
        personal_suite.finish_personal_suite(
            actor=acting(ben, other), organisation_id=other.pk, confirmation_id=number, code=code_of("sms")
        )
    with pytest.raises(CodeExpired):
        personal_suite.finish_personal_sign_up(actor=Actor(), confirmation_id=number, code=code_of("sms"))


def test_a_known_login_gets_the_same_screen_and_no_message_id_008(client):
    a_person(email="lena@example.ch")

    sent = client.post(SIGN_UP, ENTRIES)

    assert sent["Location"] == f"{SIGN_UP}/code"
    assert client.post(f"{SIGN_UP}/code", {"code": "000000"}).status_code == 400
    assert not Message.objects.filter(channel="sms").exists()


@pytest.mark.parametrize("language", ["de", "fr", "it", "en", "es"])
def test_page_and_text_message_speak_five_languages_in_160_characters(client, language):
    client.cookies["language"] = language
    assert f'<html lang="{language}"' in client.get(SIGN_UP).content.decode()

    begin(client)

    message = Message.objects.get(channel="sms")
    assert message.language == language
    assert len(message.body) <= 160
