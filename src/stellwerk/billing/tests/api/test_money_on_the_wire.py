"""Cart, orders, due items, payments, prepaid account, renewals and documents by curl (api-wire, ORD-026)."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest

from stellwerk.api.tests.builders import Caller, a_token_of, code_of
from stellwerk.billing.models import Invoice, Order
from stellwerk.billing.tests.builders import a_paid_invoice, a_prepaid_balance, an_open_invoice
from stellwerk.foundation import clock, jobs
from stellwerk.organisations.tests.builders import a_member_of, an_organisation
from stellwerk.products.models import Product
from stellwerk.products.tests.builders import a_domain_of

pytestmark = pytest.mark.django_db
DOMAIN = {"offer_code": "domain-ch", "period_months": 12, "target": "huber-brot.ch"}
BY_TRANSFER = {"means": "bank_transfer", "accepts_terms": True}


@pytest.fixture
def acme():
    return an_organisation("Acme AG")


@pytest.fixture
def caller(acme):
    return Caller(a_token_of(a_member_of(acme, billing=True), "billing"))


def data_of(answer, status=200):
    assert answer.status_code == status, answer.content
    return answer.json()["data"]


def chf(amount, formatted):
    return {"amount": amount, "currency": "CHF", "formatted": formatted}


def plain_spaces(value):
    """Figures hold spaces that do not break; here they are plain ones."""
    if isinstance(value, dict):
        return {key: plain_spaces(each) for key, each in value.items()}
    return value.replace("\xa0", " ") if isinstance(value, str) else value


def test_a_line_is_added_changed_and_removed(caller, acme):
    cart = data_of(caller.post(f"1/accounts/{acme.pk}/cart/lines", DOMAIN), 201)
    line = cart["lines"][0]
    assert plain_spaces(cart["totals"]["gross"]) == chf(1038, "CHF 10.38")
    assert cart["totals"]["vat"][0]["rate_bp"] == 810
    assert (line["target"], line["problem"], cart["is_orderable"]) == ("huber-brot.ch", None, True)
    assert [each["period_months"] for each in line["periods"]] == list(range(12, 121, 12))

    path = f"1/accounts/{acme.pk}/cart/lines/{line['id']}"
    changed = data_of(caller.send("PATCH", path, {"period_months": 36}))
    assert changed["totals"]["gross"]["amount"] == 3113

    assert data_of(caller.send("DELETE", path)) is True
    assert data_of(caller.get(f"1/accounts/{acme.pk}/cart"))["lines"] == []


@pytest.mark.parametrize(
    ("entries", "code", "attribute"),
    [
        ({}, "422 validation_failed", "offer_code"),
        ({**DOMAIN, "period_months": "12"}, "422 validation_failed", "period_months"),
        ({**DOMAIN, "period_months": 7}, "422 validation_failed", "period_months"),
        ({**DOMAIN, "quantity": 2}, "422 validation_failed", "quantity"),
        ({**DOMAIN, "target": "-brot.ch"}, "422 validation_failed", "target"),
        ({**DOMAIN, "offer_code": "gold"}, "400 offer_unknown", None),
    ],
)
def test_a_line_that_cannot_be_is_refused_field_by_field_ord_007(caller, acme, entries, code, attribute):
    refused = caller.post(f"1/accounts/{acme.pk}/cart/lines", entries)

    assert code_of(refused) == code
    if attribute:
        assert refused.json()["error"]["errors"][0]["context"]["attribute"] == attribute


def test_an_unpaid_order_answers_202_with_state_and_how_to_pay_ord_026(caller, acme):
    caller.post(f"1/accounts/{acme.pk}/cart/lines", DOMAIN)

    order = data_of(caller.post(f"1/accounts/{acme.pk}/orders", BY_TRANSFER), 202)

    assert order["state"] == "payment_pending"
    assert order["transfer"]["amount"]["amount"] == 1038
    assert order["transfer"]["iban"] == "CH4431999123000889012"
    assert order["transfer"]["reference"] == Invoice.objects.get().reference
    assert data_of(caller.get(f"1/accounts/{acme.pk}/orders/{order['id']}")) == order


def test_an_order_from_the_balance_answers_201_and_runs(caller, acme):
    a_prepaid_balance(acme, 5000)
    caller.post(f"1/accounts/{acme.pk}/cart/lines", DOMAIN)

    order = data_of(caller.post(f"1/accounts/{acme.pk}/orders", {**BY_TRANSFER, "means": "prepaid"}), 201)
    jobs.run_due_jobs()

    again = data_of(caller.get(f"1/accounts/{acme.pk}/orders/{order['id']}"))
    assert (again["state"], again["transfer"]) == ("fulfilled", None)
    assert again["lines"][0]["product_id"] == Product.objects.get().pk


def test_an_order_posted_twice_with_one_key_is_placed_once(caller, acme):
    caller.post(f"1/accounts/{acme.pk}/cart/lines", DOMAIN)

    first, second = (
        caller.post(f"1/accounts/{acme.pk}/orders", BY_TRANSFER, Idempotency_Key="order-1") for _ in range(2)
    )

    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ({}, "422 validation_failed"),
        ({**BY_TRANSFER, "means": "cowries"}, "422 validation_failed"),
        ({**BY_TRANSFER, "accepts_terms": False}, "422 validation_failed"),
        ({**BY_TRANSFER, "accepts_terms": 1}, "422 validation_failed"),
        ({**BY_TRANSFER, "expected_gross": 1}, "400 cart_changed"),
        ({**BY_TRANSFER, "means": "prepaid"}, "400 insufficient_balance"),
        ({**BY_TRANSFER, "billing_reference": "x" * 129}, "422 validation_failed"),
    ],
)
def test_what_stands_in_the_way_of_an_order_has_its_code(caller, acme, entries, code):
    caller.post(f"1/accounts/{acme.pk}/cart/lines", DOMAIN)

    assert code_of(caller.post(f"1/accounts/{acme.pk}/orders", entries)) == code
    assert not Order.objects.exists()


def test_an_empty_cart_cannot_be_ordered(caller, acme):
    assert code_of(caller.post(f"1/accounts/{acme.pk}/orders", BY_TRANSFER)) == "400 cart_empty"


def test_orders_are_listed_filtered_counted_and_cancelled(caller, acme):
    caller.post(f"1/accounts/{acme.pk}/cart/lines", DOMAIN)
    order = data_of(caller.post(f"1/accounts/{acme.pk}/orders", BY_TRANSFER), 202)
    path = f"1/accounts/{acme.pk}/orders"

    assert [row["number"] for row in data_of(caller.get(f"{path}?search=brot"))] == [order["number"]]
    assert data_of(caller.get(f"{path}?filter[state]=paid&return=total")) == 0
    assert code_of(caller.get(f"{path}?filter[state]=eaten")) == "422 validation_failed"

    assert data_of(caller.post(f"{path}/{order['id']}/cancellation"))["state"] == "cancelled"


def test_due_items_are_paid_and_the_product_is_extended(caller, acme):
    with clock.travel_to(date(2026, 1, 10)):
        domain = a_domain_of(acme, "huber-brot.ch")
    a_prepaid_balance(acme, 5000)
    with clock.travel_to(date(2026, 11, 20)):
        (item,) = data_of(caller.get(f"1/accounts/{acme.pk}/due-items"))
        assert (item["product_id"], item["due_on"], item["state"]) == (domain.pk, "2027-01-10", "due")

        entries = {"items": [{"product_id": domain.pk, "period_months": 24}], "means": "prepaid"}
        paid = data_of(caller.post(f"1/accounts/{acme.pk}/payments", entries), 201)
        assert data_of(caller.get(f"1/accounts/{acme.pk}/due-items?filter[until]=overdue")) == []

    assert paid["open"]["amount"] == 0
    assert Product.objects.get().expires_on == date(2029, 1, 10)
    (payment,) = data_of(caller.get(f"1/accounts/{acme.pk}/payments"))
    assert (payment["amount"]["amount"], payment["invoice_id"]) == (2076, paid["invoice_id"])


def test_a_payment_by_transfer_is_waited_for(caller, acme):
    domain = a_domain_of(acme)
    entries = {"items": [{"product_id": domain.pk}], "means": "bank_transfer"}

    assert data_of(caller.post(f"1/accounts/{acme.pk}/payments", entries), 202)["open"]["amount"] == 1038


@pytest.mark.parametrize("items", [[], [{}], [{"product_id": 1, "invoice_id": 2}], [{"product_id": "1"}], "x"])
def test_a_payment_names_its_items(caller, acme, items):
    refused = caller.post(f"1/accounts/{acme.pk}/payments", {"items": items, "means": "prepaid"})

    assert code_of(refused) == "422 validation_failed"


def test_things_of_another_organisation_are_not_payable(caller, acme):
    foreign = a_domain_of(an_organisation("Elsewhere AG"))
    entries = {"items": [{"product_id": foreign.pk}], "means": "prepaid"}

    assert code_of(caller.post(f"1/accounts/{acme.pk}/payments", entries)) == "404 object_not_found"


def test_the_prepaid_account_shows_balance_deposits_and_movements(caller, acme):
    a_prepaid_balance(acme, 5000)
    top_up = data_of(caller.post(f"1/accounts/{acme.pk}/prepaid/top-ups", {"amount": 10000, "currency": "CHF"}), 201)

    account = data_of(caller.get(f"1/accounts/{acme.pk}/prepaid"))
    assert [each["amount"] for each in account["balances"]] == [5000]
    assert [each["reference"] for each in account["announced"]] == [top_up["reference"]]
    (movement,) = data_of(caller.get(f"1/accounts/{acme.pk}/prepaid/movements"))
    assert (movement["kind"], movement["amount"]["amount"]) == ("top_up", 5000)


def test_a_deposit_outside_the_limits_is_refused_ex_18(caller, acme):
    for amount in (9, 999_901):
        refused = caller.post(f"1/accounts/{acme.pk}/prepaid/top-ups", {"amount": amount, "currency": "CHF"})
        assert refused.status_code == 400


def test_renewals_are_switched_many_at_once_each_with_its_outcome_ren_011_ren_012(caller, acme):
    early, late = a_domain_of(acme), a_domain_of(acme)
    Product.objects.filter(pk=late.pk).update(expires_on=clock.today() + timedelta(days=13))
    foreign = a_domain_of(an_organisation("Elsewhere AG"))

    entries = {"product_ids": [early.pk, late.pk, foreign.pk], "is_automatic": True}
    results = data_of(caller.send("PATCH", f"1/accounts/{acme.pk}/renewals", entries))

    assert [each["outcome"] for each in results] == ["changed", "refused", "refused"]
    assert [each["problem"]["code"] for each in results[1:]] == ["autorenew_too_late", "object_not_found"]
    rows = {row["product_id"]: row for row in data_of(caller.get(f"1/accounts/{acme.pk}/renewals"))}
    assert rows[early.pk]["is_automatic"]
    assert rows[early.pk]["next_attempt_on"] == (early.expires_on - timedelta(days=14)).isoformat()
    assert not rows[late.pk]["may_become_automatic"]


def test_documents_carry_a_link_that_opens_the_pdf_for_ten_minutes(caller, acme):
    invoice = an_open_invoice(acme)

    (row,) = data_of(caller.get(f"2/invoicing/account/{acme.pk}/invoices"))
    assert list(row)[:4] == ["id", "type", "number", "status"]
    assert (row["type"], row["status"]) == ("invoice", "open")
    assert plain_spaces(row["amount_incl_tax"]) == chf(10882, "CHF 108.82")

    link = urlsplit(row["pdf"]).path.removeprefix("/api/")
    anybody = Caller()
    pdf = anybody.get(link)
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    with clock.travel_to(clock.now() + timedelta(minutes=10, seconds=2)):
        assert code_of(anybody.get(link)) == "410 link_expired"
    assert code_of(anybody.get(link[:-3] + "abc")) == "404 object_not_found"

    one = data_of(caller.get(f"2/invoicing/account/{acme.pk}/invoices/{invoice.pk}"))
    assert [line["net"]["amount"] for line in one["lines"]] == [9107, 960]
    assert one["reference"] == invoice.reference


def test_documents_are_filtered_by_state_type_and_period(caller, acme):
    an_open_invoice(acme)
    a_paid_invoice(acme)
    path = f"2/invoicing/account/{acme.pk}/invoices?return=total"

    counts = {
        query: data_of(caller.get(f"{path}&{query}"))
        for query in ("filter[status]=paid", "filter[type]=credit_note", "filter[from]=2999-01-01", "search=brot")
    }
    assert counts == {
        "filter[status]=paid": 1, "filter[type]=credit_note": 0, "filter[from]=2999-01-01": 0, "search=brot": 2,
    }  # fmt: skip


def test_another_organisations_things_do_not_exist(caller, acme):
    other = an_organisation("Elsewhere AG")
    invoice = an_open_invoice(other)

    for path in (f"1/accounts/{other.pk}/cart", f"1/accounts/{other.pk}/orders", f"1/accounts/{other.pk}/prepaid",
                 f"2/invoicing/account/{acme.pk}/invoices/{invoice.pk}"):  # fmt: skip
        assert code_of(caller.get(path)) == "404 object_not_found"


def test_a_token_that_may_only_read_may_not_order(acme):
    reader = Caller(a_token_of(a_member_of(acme, billing=True), "billing:read"))

    assert caller_can_read(reader, acme)
    assert code_of(reader.post(f"1/accounts/{acme.pk}/cart/lines", DOMAIN)) == "403 access_denied"


def caller_can_read(reader, organisation) -> bool:
    return reader.get(f"1/accounts/{organisation.pk}/cart").status_code == 200


def test_lists_of_fifty_stay_within_four_queries(caller, acme, django_assert_max_num_queries):
    for _ in range(50):
        an_open_invoice(acme)
    caller.get(f"1/accounts/{acme.pk}/orders")  # notes the use of the token, once an hour

    for path in (f"2/invoicing/account/{acme.pk}/invoices", f"1/accounts/{acme.pk}/payments",
                 f"1/accounts/{acme.pk}/orders"):  # fmt: skip
        with django_assert_max_num_queries(4):
            caller.get(path)
