"""An order that begins without an account (ID-001, ID-003, ID-014): the choice survives signing up and signing in."""

import re

import pytest
from django.test import Client

from stellwerk.billing.models import CartLine
from stellwerk.billing.web.visitor_order import MOST_CHOICES
from stellwerk.foundation.actor import Role
from stellwerk.foundation.models import Message
from stellwerk.identity.tests.factors import a_code_of, a_totp_app_of
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.tests.builders import PASSWORD, a_member_of, a_person, an_organisation
from stellwerk.products.tests.builders import a_suite_of

pytestmark = pytest.mark.django_db

ENTRIES = {
    "first_name": "Lena", "last_name": "Huber", "email": "lena@baeckerei-huber.ch", "phone": "+41 79 123 45 67",
    "password": PASSWORD, "kind": "company", "company_name": "Bäckerei Huber AG", "vat_number": "",
    "street": "Marktgasse", "building_number": "7", "postal_code": "3011", "town": "Bern", "country": "CH",
    "accepts_terms": "on",
}  # fmt: skip


@pytest.fixture
def visitor() -> Client:
    return Client()


def choose(visitor: Client, offer_code: str = "domain-ch", **more: object):
    entries = {"offer_code": offer_code, "period_months": 12, "quantity": 1, "target": "huber-brot.ch", **more}
    return visitor.post("/order/choices", entries)


def lines_of(organisation) -> list[tuple[str, str, int, int]]:
    lines = CartLine.objects.filter(cart__organisation=organisation).order_by("pk")
    return list(lines.values_list("offer_code", "target", "period_months", "quantity"))


def text_of(answer) -> str:
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def sign_in(visitor: Client, account):
    return visitor.post("/sign-in", {"email": account.email, "password": PASSWORD, "next": "/order"})


def test_the_public_shop_leads_to_a_form_for_everybody_id_003(visitor):
    assert 'href="/shop/domain-ch?currency=EUR"' in visitor.get("/shop?currency=EUR").content.decode()

    page = text_of(visitor.get("/shop/suite-pro?currency=EUR"))

    assert 'action="/order/choices"' in page
    assert "€" in page or "EUR" in page
    assert visitor.get("/shop/nothing").status_code == 404


def test_a_visitor_is_asked_for_an_account_in_the_middle_of_the_order_id_001_id_003(visitor):
    assert choose(visitor)["Location"] == "/order"

    page = text_of(visitor.get("/order"))

    assert "huber-brot.ch" in page
    assert "CHF 9.60" in page
    assert 'href="/sign-up?next=%2Forder"' in page
    assert 'href="/sign-in?next=%2Forder"' in page
    assert not CartLine.objects.exists()


def test_the_choice_survives_the_sign_up_and_the_checkout_goes_on_id_003(visitor):
    choose(visitor)
    choose(visitor, "suite-pro", target="", quantity=3, period_months=1)
    assert 'name="next" value="/order"' in visitor.get("/sign-up?next=/order").content.decode()

    visitor.post("/sign-up", {**ENTRIES, "next": "/order"})
    code = re.search(r"^(\d{6})$", Message.objects.latest("pk").body, re.MULTILINE)[1]
    done = visitor.post("/sign-up/code", {"code": code})
    arrived = visitor.get(done["Location"])

    organisation = Organisation.objects.get()
    assert done["Location"] == "/order"
    assert arrived["Location"] == f"/o/{organisation.pk}/checkout"
    assert lines_of(organisation) == [("domain-ch", "huber-brot.ch", 12, 1), ("suite-pro", "", 1, 3)]
    assert visitor.get(arrived["Location"]).status_code == 200
    assert visitor.get("/order")["Location"] == "/shop", "the choices are used up"


def test_the_choice_survives_a_sign_in_with_second_factor_id_003(visitor):
    anna = a_person()
    acme = an_organisation(of=anna)
    app = a_totp_app_of(anna)
    choose(visitor)

    asked = sign_in(visitor, anna)
    done = visitor.post("/sign-in/second-factor/totp", {"code": a_code_of(app)})
    arrived = visitor.get(done["Location"])

    assert asked["Location"].startswith("/sign-in/second-factor")
    assert done["Location"] == "/order"
    assert arrived["Location"] == f"/o/{acme.pk}/checkout"
    assert lines_of(acme) == [("domain-ch", "huber-brot.ch", 12, 1)]


def test_the_choice_survives_a_refused_sign_in_id_003(visitor):
    anna = a_person()
    acme = an_organisation(of=anna)
    choose(visitor)

    wrong = visitor.post("/sign-in", {"email": anna.email, "password": "wrong", "next": "/order"})
    assert 'name="next" value="/order"' in wrong.content.decode()
    visitor.get(sign_in(visitor, anna)["Location"])

    assert len(lines_of(acme)) == 1


def test_with_several_organisations_the_person_says_for_which_id_003(visitor):
    anna = a_person()
    first, second = an_organisation("Erste AG", of=anna), an_organisation("Zweite AG", of=anna)
    foreign = an_organisation("Fremde AG")
    choose(visitor)
    sign_in(visitor, anna)

    page = text_of(visitor.get("/order"))
    assert "Erste AG" in page
    assert "Zweite AG" in page
    assert visitor.post("/order", {"organisation": foreign.pk}).status_code == 404
    assert visitor.post("/order", {"organisation": second.pk})["Location"] == f"/o/{second.pk}/checkout"

    assert lines_of(first) == []
    assert len(lines_of(second)) == 1


def test_an_external_orders_nothing_and_is_led_to_found_an_organisation_id_003(visitor):
    acme = an_organisation()
    external = a_member_of(acme, Role.EXTERNAL)
    choose(visitor)
    sign_in(visitor, external)

    assert visitor.get("/order")["Location"] == "/organisations/new?next=%2Forder"
    form = {key: ENTRIES[key] for key in ("kind", "street", "building_number", "postal_code", "town", "country")}
    founded = visitor.post("/organisations/new", {**form, "name": "Neue AG", "next": "/order"})
    visitor.get(founded["Location"])

    assert founded["Location"] == "/order"
    assert lines_of(acme) == []
    assert len(lines_of(Organisation.objects.get(name="Neue AG"))) == 1


def test_whoever_may_not_order_finds_the_choice_in_the_cart_id_003(visitor):
    acme = an_organisation()
    choose(visitor)
    sign_in(visitor, a_member_of(acme))

    assert visitor.get("/order")["Location"] == f"/o/{acme.pk}/cart"


def test_the_cart_judges_the_choice_anew_id_003(visitor):
    anna = a_person()
    acme = an_organisation(of=anna)
    a_suite_of(acme)
    choose(visitor, "suite-pro", target="", quantity=3)
    sign_in(visitor, anna)

    arrived = visitor.get("/order")

    assert arrived["Location"].startswith(f"/o/{acme.pk}/shop/suite-pro?")
    assert "already has a Suite" in text_of(visitor.get(arrived["Location"]))
    assert lines_of(acme) == []


def test_what_cannot_be_ordered_goes_back_to_its_form_with_the_reason(visitor):
    back = choose(visitor, target="no domain")["Location"]

    assert back.startswith("/shop/domain-ch?")
    assert 'aria-invalid="true"' in visitor.get(back).content.decode()
    assert choose(visitor, quantity="x")["Location"].startswith("/shop/domain-ch?")
    assert choose(visitor, "nothing").status_code == 404
    assert choose(visitor, "a\x00b").status_code == 404
    assert "visitor_order" not in visitor.session


def test_a_session_keeps_so_many_choices_and_each_once(visitor):
    for number in range(MOST_CHOICES):
        choose(visitor, target=f"huber-{number}.ch")
    choose(visitor, target="huber-0.ch", period_months=24)

    assert choose(visitor, target="one-more.ch").status_code == 400
    kept = visitor.session["visitor_order"]["choices"]
    assert len(kept) == MOST_CHOICES
    assert kept[-1]["period_months"] == 24


def test_a_choice_can_be_dropped(visitor):
    choose(visitor)
    choose(visitor, target="huber-kuchen.ch")

    visitor.post("/order/choices/0/removal")

    page = text_of(visitor.get("/order"))
    assert "huber-brot.ch" not in page
    assert "huber-kuchen.ch" in page


def test_a_destination_elsewhere_is_ignored_id_014(visitor):
    page = visitor.get("/sign-up?next=https://evil.example/").content.decode()
    assert 'name="next" value=""' in page

    visitor.post("/sign-up", {**ENTRIES, "next": "//evil.example/"})
    code = re.search(r"^(\d{6})$", Message.objects.latest("pk").body, re.MULTILINE)[1]

    assert visitor.post("/sign-up/code", {"code": code})["Location"] == "/"


def test_both_doors_lead_to_each_other_with_the_same_destination_id_014(visitor):
    assert 'href="/sign-in?next=%2Forder"' in visitor.get("/sign-up?next=/order").content.decode()
    assert 'href="/sign-up?next=%2Forder"' in visitor.get("/sign-in?next=/order").content.decode()


def test_somebody_with_an_account_continues_with_it_id_014(visitor):
    anna = a_person()
    an_organisation(of=anna)
    visitor.force_login(anna)

    page = visitor.get("/sign-up?next=/order").content.decode()

    assert 'href="/order"' in page
    assert 'href="/organisations/new?next=%2Forder"' in page
