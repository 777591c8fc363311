"""From the offer to the order: cart, checkout, order page (ORD-004…025, GEN-002, GEN-004)."""

import re

import pytest

from stellwerk.billing.models import CartLine, Invoice, Order
from stellwerk.billing.tests.builders import a_prepaid_balance
from stellwerk.billing.tests.web.conftest import signed_in
from stellwerk.billing.tests.web.test_invoices import text_of
from stellwerk.catalogue.models import Price
from stellwerk.foundation import jobs
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.tests.builders import a_member_of, a_person, an_organisation
from stellwerk.products.models import Product

pytestmark = pytest.mark.django_db
DOMAIN = {"offer_code": "domain-ch", "period_months": "12", "target": "huber-brot.ch"}
HTMX = {"HX-Request": "true"}


def address(organisation, rest):
    return f"/o/{organisation.pk}/{rest}"


def plain(answer) -> str:
    """The page without markup, as it is read."""
    return " ".join(re.sub(r"<[^>]+>", " ", text_of(answer)).split())


def with_domain(client, organisation, **more):
    return client.post(address(organisation, "cart/lines"), {**DOMAIN, **more})


def ordered(client, organisation, **more):
    shown = client.get(address(organisation, "checkout"))
    fields = {
        "key": shown.context["form"]["key"].value(), "means": "bank_transfer", "accepts_terms": "on",
        "expected_gross_minor": shown.context["cart"].gross_minor, **more,
    }  # fmt: skip
    return client.post(address(organisation, "checkout"), fields)


def test_an_empty_cart_says_what_it_is_for(bookkeeper, acme):
    assert "The cart is empty" in text_of(bookkeeper.get(address(acme, "cart")))


def test_the_form_of_an_offer_shows_durations_with_prices_ord_008(bookkeeper, acme):
    page = text_of(bookkeeper.get(address(acme, "cart/lines?offer_code=domain-ch&target=huber-brot.ch")))

    assert "1 year, CHF 9.60" in page
    assert "10 years, CHF 96.00" in page
    assert 'value="huber-brot.ch"' in page


def test_an_unknown_offer_has_no_form(bookkeeper, acme):
    for code in ("", "gold", "%00"):
        assert bookkeeper.get(address(acme, f"cart/lines?offer_code={code}")).status_code == 404


def test_a_line_stands_in_the_cart_with_period_and_total_ord_012(bookkeeper, acme):
    sent = with_domain(bookkeeper, acme)

    assert sent["Location"] == address(acme, "cart")
    page = plain(bookkeeper.get(address(acme, "cart")))
    assert "huber-brot.ch Domain .ch" in page
    assert "VAT 8.1 % 0.78 Total CHF 10.38" in page


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"target": ""}, "This field is required."),
        ({"target": "-brot.ch"}, "hyphen"),
        ({"target": "huber-brot"}, "ends with .ch"),
        ({"period_months": "7"}, "Select a valid choice"),
        ({"period_months": "x"}, "Select a valid choice"),
    ],
)
def test_what_is_refused_stands_beside_its_field_and_is_kept_ord_007(bookkeeper, acme, entries, sentence):
    answer = with_domain(bookkeeper, acme, **entries)

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not CartLine.objects.exists()


def test_the_same_domain_twice_is_refused(bookkeeper, acme):
    with_domain(bookkeeper, acme)

    again = with_domain(bookkeeper, acme)

    assert again.status_code == 400
    assert "already in the cart" in text_of(again)


def test_quantity_and_duration_change_with_and_without_script(bookkeeper, acme):
    bookkeeper.post(address(acme, "cart/lines"), {"offer_code": "mail-service", "period_months": "12", "quantity": "5"})
    line = CartLine.objects.get()
    path = address(acme, f"cart/lines/{line.pk}")

    assert bookkeeper.post(path, {"quantity": "10", "period_months": "12"})["Location"] == address(acme, "cart")
    piece = bookkeeper.post(path, {"quantity": "15", "period_months": "12"}, headers=HTMX)

    assert "54.00" in text_of(piece)
    assert "<html" not in text_of(piece)


@pytest.mark.parametrize("quantity", ["7", "0", "-1", "x", "", "99999999999999999999"])
def test_a_refused_quantity_names_its_line_ord_007(bookkeeper, acme, quantity):
    bookkeeper.post(address(acme, "cart/lines"), {"offer_code": "mail-service", "period_months": "12", "quantity": "5"})
    line = CartLine.objects.get()

    answer = bookkeeper.post(address(acme, f"cart/lines/{line.pk}"), {"quantity": quantity, "period_months": "12"})

    assert answer.status_code in (400, 422)
    assert f'id="error-{line.pk}-1"' in text_of(answer)
    assert CartLine.objects.get().quantity == 5


def test_a_line_is_removed(bookkeeper, acme):
    with_domain(bookkeeper, acme)

    bookkeeper.post(address(acme, f"cart/lines/{CartLine.objects.get().pk}/removal"))

    assert not CartLine.objects.exists()


def test_a_new_price_is_shown_beside_the_old_one_until_accepted_ord_005(bookkeeper, acme):
    with_domain(bookkeeper, acme)
    Price.objects.filter(offer__code="domain-ch", period_months=12).update(unit_minor=1200)

    page = text_of(bookkeeper.get(address(acme, "cart")))
    assert "Prices changed" in page
    assert "<del>9.60</del>" in page

    bookkeeper.post(address(acme, "cart/prices"))
    assert "Prices changed" not in text_of(bookkeeper.get(address(acme, "cart")))


def test_who_may_not_order_sees_the_greyed_step_with_names_gen_004(collaborator, acme):
    with_domain(collaborator, acme)

    page = text_of(collaborator.get(address(acme, "cart")))

    assert 'aria-disabled="true"' in page
    assert "Only people with the accounting right can order: Anna Keller." in page
    assert collaborator.get(address(acme, "checkout")).status_code == 403
    assert collaborator.post(address(acme, "checkout")).status_code == 403


def test_an_external_user_has_no_cart(acme):
    external = signed_in(a_member_of(acme, role="external"))

    assert external.get(address(acme, "cart")).status_code == 403
    assert with_domain(external, acme).status_code == 403


def test_checkout_without_a_cart_leads_back_to_it(bookkeeper, acme):
    assert bookkeeper.get(address(acme, "checkout"))["Location"] == address(acme, "cart")


def test_checkout_shows_organisation_lines_means_and_the_binding_button_ord_010_ord_013(bookkeeper, acme):
    with_domain(bookkeeper, acme)

    shown = bookkeeper.get(address(acme, "checkout"))
    page = plain(shown)

    assert f'<a href="{address(acme, "cart")}" aria-current="page">Cart' in shown.content.decode(), "UI-007"
    assert "You order for Acme AG." in page
    assert "Marktgasse 7 3011 Bern, Switzerland" in page
    assert "CHF 0.00 available, CHF 10.38 needed." in page
    assert "Order with obligation to pay" in page
    assert "Your VAT number is missing." not in page, "ORG-018: a Swiss company has none of the union's"


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("de", "Zahlungspflichtig bestellen"),
        ("fr", "Commander avec obligation de paiement"),
        ("it", "Ordinare con obbligo di pagare"),
        ("en", "Order with obligation to pay"),
        ("es", "Pedir con obligación de pago"),
    ],
)
def test_the_button_says_it_in_the_language_of_the_reader_ord_013(acme, language, label):
    reader = a_member_of(acme, billing=True)
    reader.language = language
    reader.save()
    client = signed_in(reader)
    with_domain(client, acme)

    assert label in plain(client.get(address(acme, "checkout")))


def test_a_transfer_order_says_what_to_pay_where_and_until_when_pay_011(bookkeeper, acme):
    with_domain(bookkeeper, acme)

    sent = ordered(bookkeeper, acme, billing_reference="Shop 2027")

    order = Order.objects.get()
    assert sent["Location"] == address(acme, f"orders/{order.pk}")
    page = plain(bookkeeper.get(sent["Location"]))
    assert "Payment announced" in page
    assert "Transfer CHF 10.38" in page
    assert "CH44 3199 9123 0008 8901 2" in page
    assert "Shop 2027" in page
    assert not CartLine.objects.exists()


def test_an_order_from_the_balance_runs_at_once_ord_022(bookkeeper, acme):
    a_prepaid_balance(acme, 5000)
    with_domain(bookkeeper, acme)

    sent = ordered(bookkeeper, acme, means="prepaid")
    jobs.run_due_jobs()

    page = plain(bookkeeper.get(sent["Location"]))
    assert "Carried out" in page
    assert Product.objects.get().name == "huber-brot.ch"


def test_the_balance_pays_its_part_and_the_transfer_the_rest_pay_016(bookkeeper, acme):
    a_prepaid_balance(acme, 500)
    with_domain(bookkeeper, acme)

    sent = ordered(bookkeeper, acme, use_balance="yes")

    assert "Transfer CHF 5.38" in plain(bookkeeper.get(sent["Location"]))


def test_a_double_submit_leads_to_the_first_order_ord_025(bookkeeper, acme):
    with_domain(bookkeeper, acme)

    first, second = (ordered_again(bookkeeper, acme) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert Order.objects.count() == 1


def ordered_again(client, organisation):
    fields = {"key": "order_1", "means": "bank_transfer", "accepts_terms": "on", "expected_gross_minor": "1038"}
    return client.post(address(organisation, "checkout"), fields)


@pytest.mark.parametrize(
    ("entries", "status", "sentence"),
    [
        ({"accepts_terms": ""}, 422, "Accept the terms of service to order."),
        ({"means": ""}, 422, "Choose prepaid account or bank transfer."),
        ({"means": "cowries"}, 422, "Select a valid choice"),
        ({"means": "prepaid"}, 400, "too small"),
        ({"expected_gross_minor": "1"}, 400, "changed since you looked"),
        ({"billing_reference": "x" * 129}, 422, "128"),
    ],
)
def test_what_stands_in_the_way_is_said_and_everything_typed_is_kept(bookkeeper, acme, entries, status, sentence):
    with_domain(bookkeeper, acme)

    answer = ordered(bookkeeper, acme, **{"billing_reference": "Shop 2027", **entries})

    assert answer.status_code == status
    assert sentence in text_of(answer)
    assert entries.get("billing_reference", "Shop 2027") in text_of(answer)
    assert not Order.objects.exists()


def test_a_consumer_in_the_union_asks_for_the_immediate_start_ord_015(db):
    person = a_person("Amélie", "Dupont", email="amelie@example.fr")
    home = an_organisation("Amélie Dupont", of=person, kind="individual", country="FR")
    client = signed_in(person)
    with_domain(client, home)

    assert "Start at once." in text_of(client.get(address(home, "checkout")))
    assert ordered(client, home).status_code == 422
    assert ordered(client, home, wants_immediate_start="on").status_code == 302


def test_the_cart_moves_to_another_organisation_and_takes_its_prices_ord_004_ord_006(acme):
    buyer = a_member_of(acme, billing=True)
    other = an_organisation("Berlin GmbH", of=buyer, country="DE")
    client = signed_in(buyer)
    with_domain(client, acme)
    assert "Berlin GmbH" in text_of(client.get(address(acme, "checkout")))

    moved = client.post(address(acme, "checkout/organisation"), {"organisation": other.pk})

    assert moved["Location"] == address(other, "cart")
    assert "EUR" in text_of(client.get(moved["Location"]))
    assert CartLine.objects.get().cart.organisation_id == other.pk


def test_a_cart_does_not_move_to_an_organisation_of_others(bookkeeper, acme):
    foreign = an_organisation("Elsewhere AG")
    with_domain(bookkeeper, acme)

    for wanted in (foreign.pk, "x", ""):
        sent = bookkeeper.post(address(acme, "checkout/organisation"), {"organisation": wanted})
        assert sent.status_code == 404
    assert CartLine.objects.get().cart.organisation_id == acme.pk


def test_a_cart_does_not_move_to_an_organisation_that_waits_for_a_second_factor_sec_040(acme):
    buyer = a_member_of(acme, billing=True)
    closed = an_organisation("Berlin GmbH", of=buyer, country="DE")
    Organisation.objects.filter(pk=closed.pk).update(requires_second_factor=True)
    client = signed_in(buyer)
    with_domain(client, acme)

    sent = client.post(address(acme, "checkout/organisation"), {"organisation": closed.pk})

    assert client.get(sent["Location"]).status_code == 403
    assert "second factor" in client.get(sent["Location"]).content.decode()
    assert CartLine.objects.get().cart.organisation_id == acme.pk


def test_an_unpaid_order_is_cancelled_after_a_question_ord_021(bookkeeper, acme):
    with_domain(bookkeeper, acme)
    ordered(bookkeeper, acme)
    order = Order.objects.get()
    path = address(acme, f"orders/{order.pk}/cancellation")

    assert f"Cancel the order {order.number}?" in text_of(bookkeeper.get(path))
    bookkeeper.post(path)
    bookkeeper.post(path)

    shown = text_of(bookkeeper.get(address(acme, f"orders/{order.pk}")))
    assert "The order is cancelled. Nothing is owed." in shown
    assert "Waiting" not in shown
    assert [(row.kind, row.open_minor) for row in Invoice.objects.order_by("pk")] == [
        ("invoice", 0),
        ("credit_note", 0),
    ]


def test_a_paid_order_cannot_be_cancelled_ord_021(bookkeeper, acme):
    a_prepaid_balance(acme, 5000)
    with_domain(bookkeeper, acme)
    sent = ordered(bookkeeper, acme, means="prepaid")

    answer = bookkeeper.post(f"{sent['Location']}/cancellation", follow=True)

    assert "not possible any more" in text_of(answer)
    assert bookkeeper.get(f"{sent['Location']}/cancellation").status_code == 302


def test_orders_are_listed_found_and_filtered_ord_018(bookkeeper, acme):
    assert "No orders yet" in text_of(bookkeeper.get(address(acme, "orders")))
    with_domain(bookkeeper, acme)
    ordered(bookkeeper, acme)
    number = Order.objects.get().number

    expected = {
        "": True, "?q=BROT": True, f"?q={number}": True, "?q=x": False, "?state=payment_pending": True,
        "?state=paid": False, "?state=nonsense": True,
    }  # fmt: skip
    for query, found in expected.items():
        assert (number in text_of(bookkeeper.get(address(acme, f"orders{query}")))) is found, query


def test_orders_and_carts_of_others_do_not_exist(bookkeeper, stranger, acme):
    with_domain(bookkeeper, acme)
    line = CartLine.objects.get()
    ordered(bookkeeper, acme)
    order = Order.objects.get()

    for rest in ("cart", "checkout", "orders", f"orders/{order.pk}", f"orders/{order.pk}/cancellation"):
        assert stranger.get(address(acme, rest)).status_code == 404, rest
    for rest in (f"cart/lines/{line.pk}", "cart/lines", "checkout", "cart/prices", f"orders/{order.pk}/cancellation"):
        assert stranger.post(address(acme, rest), DOMAIN).status_code == 404, rest


def test_pages_stay_within_twelve_queries(bookkeeper, acme, django_assert_max_num_queries):
    for name in ("eins", "zwei", "drei"):
        with_domain(bookkeeper, acme, target=f"huber-{name}.ch")
    bookkeeper.get(address(acme, "cart"))  # the session remembers the organisation once
    for rest in ("cart", "checkout"):
        with django_assert_max_num_queries(12):
            bookkeeper.get(address(acme, rest))
    ordered(bookkeeper, acme)
    for rest in ("orders", f"orders/{Order.objects.get().pk}"):
        with django_assert_max_num_queries(12):
            bookkeeper.get(address(acme, rest))
