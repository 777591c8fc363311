"""Orders from checkout to product: paid, unpaid, cancelled, expired, carried out in part."""

import threading
from datetime import date

import pytest
from django.db import DatabaseError, connection

from stellwerk.billing.models import CartLine, Invoice, Order, OrderLine
from stellwerk.billing.queries.ledger import balance_minor, prepaid_balances
from stellwerk.billing.rules.bookings import AccountKind
from stellwerk.billing.rules.order_states import LEGAL_STEPS, require_step
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.billing.services.end_order import cancel_order, plan_order_deadlines
from stellwerk.billing.services.fulfil_order import fulfil_order
from stellwerk.billing.services.import_bank_file import import_bank_file
from stellwerk.billing.services.pay_invoice import pay_invoice
from stellwerk.billing.services.place_order import Checkout, place_order
from stellwerk.billing.tests.bank_files import Payment as Transfer
from stellwerk.billing.tests.bank_files import camt053
from stellwerk.billing.tests.builders import a_cart, a_prepaid_balance, an_order
from stellwerk.catalogue.models import Offer, Price
from stellwerk.foundation import clock
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.errors import AccessDenied, Invalid, NotFound, RuleBroken
from stellwerk.foundation.idempotency import KeyReused
from stellwerk.foundation.jobs import run_due_jobs
from stellwerk.foundation.models import Event
from stellwerk.organisations.tests.builders import (
    a_bookkeeper_of,
    a_collaborator_of,
    a_legal_representative_of,
    an_organisation,
    an_outsider,
)
from stellwerk.products.models import Product
from stellwerk.products.tests.builders import a_domain_of

pytestmark = pytest.mark.django_db
HOSTING = ("web-hosting", {})
DOMAIN = ("domain-ch", {"target": "huber-brot.ch"})


def transferred(invoice, amount_minor=None, name="may.xml"):
    row = Transfer(amount_minor=amount_minor or invoice.open_minor, reference=invoice.reference)
    return import_bank_file(actor=SYSTEM, content=camt053(row), file_name=name)


def state(order):
    return Order.objects.get(pk=order.pk).state


def told(name):
    return Event.objects.filter(name=name).count()


def test_an_order_from_the_balance_is_paid_and_carried_out():
    acme = an_organisation()
    a_prepaid_balance(acme, 20000)
    with clock.travel_to(date(2026, 3, 10)):
        order = an_order(acme, HOSTING, DOMAIN, means="prepaid")
        assert order.state == "paid"
        run_due_jobs()

    assert state(order) == "fulfilled"
    invoice = Invoice.objects.get()
    assert (invoice.net_minor, invoice.vat_minor, invoice.gross_minor, invoice.open_minor) == (11674, 946, 12620, 0)
    assert prepaid_balances(acme.pk) == {"CHF": 7380}
    assert {each.expires_on for each in Product.objects.all()} == {date(2027, 3, 10)}
    assert [line.period_to for line in invoice.lines.all()] == [date(2027, 3, 10)] * 2
    assert not CartLine.objects.exists()


def test_an_order_by_transfer_is_invoiced_open_and_carried_out_when_the_money_came():
    """ORD-022: nothing is activated before."""
    acme = an_organisation()
    with clock.travel_to(date(2026, 3, 10)):
        order = an_order(acme, HOSTING, DOMAIN)
        run_due_jobs()
    invoice = Invoice.objects.get()
    assert state(order) == "payment_pending"
    assert (invoice.open_minor, invoice.due_on) == (12620, date(2026, 4, 9))
    assert not Product.objects.exists()

    with clock.travel_to(date(2026, 3, 16)):
        transferred(invoice)
        run_due_jobs()

    assert state(order) == "fulfilled"
    assert {each.expires_on for each in Product.objects.all()} == {date(2027, 3, 16)}
    assert [line.product_id for line in OrderLine.objects.order_by("position")] == list(
        Product.objects.order_by("pk").values_list("pk", flat=True)
    )


def test_ex_09_the_balance_pays_a_part_and_the_transfer_the_rest():
    acme = an_organisation()
    a_prepaid_balance(acme, 5000)
    order = an_order(acme, HOSTING, DOMAIN, uses_balance=True)
    invoice = Invoice.objects.get()

    assert (order.state, invoice.open_minor) == ("payment_pending", 12620 - 5000)
    assert prepaid_balances(acme.pk) == {"CHF": 0}

    transferred(invoice)
    assert state(order) == "paid"
    assert [(each.means, each.to_invoice_minor) for each in invoice.payments.order_by("pk")] == [
        ("prepaid", 5000),
        ("bank_transfer", 7620),
    ]


def test_ex_09_what_the_balance_paid_comes_back_when_the_order_ends_unpaid():
    acme = an_organisation()
    a_prepaid_balance(acme, 5000)
    order = an_order(acme, HOSTING, DOMAIN, uses_balance=True)

    cancel_order(actor=a_legal_representative_of(acme), organisation_id=acme.pk, order_id=order.pk)

    assert prepaid_balances(acme.pk) == {"CHF": 5000}
    assert state(order) == "cancelled"
    assert balance_minor(AccountKind.REVENUE, currency="CHF") == 0
    assert Invoice.objects.filter(kind="credit_note").count() == 1


def test_too_small_a_balance_orders_nothing():
    """PRE-010: no partial debit."""
    acme = an_organisation()
    a_prepaid_balance(acme, 12619)

    with pytest.raises(RuleBroken) as refused:
        an_order(acme, HOSTING, DOMAIN, means="prepaid")

    assert refused.value.code == "insufficient_balance"
    assert prepaid_balances(acme.pk) == {"CHF": 12619}
    assert not Order.objects.exists()
    assert CartLine.objects.count() == 2


def test_ord_013_what_costs_nothing_is_paid_at_once_and_needs_no_invoice():
    acme = an_organisation()
    offer = Offer.objects.get(code="web-hosting")
    Price.objects.create(offer=offer, currency="CHF", period_months=12, unit_minor=0, valid_from=clock.today())

    order = an_order(acme, HOSTING)
    run_due_jobs()

    assert (order.means, state(order)) == ("free", "fulfilled")
    assert not Invoice.objects.exists()


def test_ord_025_the_same_checkout_twice_is_one_order():
    acme = an_organisation()
    boss = a_legal_representative_of(acme)
    first = an_order(acme, HOSTING, actor=boss, key="k")
    entries = Checkout(means="bank_transfer", accepts_terms=True)

    assert place_order(actor=boss, organisation_id=acme.pk, entries=entries, key="k").pk == first.pk
    assert Order.objects.count() == Invoice.objects.count() == 1
    with pytest.raises(KeyReused):
        place_order(actor=boss, organisation_id=acme.pk, entries=Checkout(means="prepaid", accepts_terms=True), key="k")


def test_an_empty_cart_orders_nothing():
    acme = an_organisation()
    entries = Checkout(means="bank_transfer", accepts_terms=True)
    with pytest.raises(RuleBroken) as refused:
        place_order(actor=a_legal_representative_of(acme), organisation_id=acme.pk, entries=entries)

    assert refused.value.code == "cart_empty"


@pytest.mark.parametrize(
    ("entries", "field"),
    [
        ({"means": "paypal"}, "means"),
        ({"accepts_terms": False}, "accepts_terms"),
        ({"billing_reference": "x" * 129}, "billing_reference"),
    ],
)
def test_a_checkout_that_is_incomplete_is_refused_by_its_field(entries, field):
    """ORD-014, BIL-064."""
    acme = an_organisation()
    values = {"means": "bank_transfer", "accepts_terms": True, **entries}
    with pytest.raises(Invalid) as refused:
        place_order(actor=a_legal_representative_of(acme), organisation_id=acme.pk, entries=Checkout(**values))

    assert [error.name for error in refused.value.errors] == [field]


def test_ord_015_a_consumer_in_the_union_must_ask_for_the_immediate_start():
    anna = an_organisation("Anna", kind="individual", country="FR", postal_code="69001", town="Lyon")
    with pytest.raises(Invalid) as refused:
        an_order(anna, HOSTING)
    assert [error.name for error in refused.value.errors] == ["wants_immediate_start"]

    entries = Checkout(means="bank_transfer", accepts_terms=True, wants_immediate_start=True)
    order = place_order(actor=a_legal_representative_of(anna), organisation_id=anna.pk, entries=entries)
    assert (order.currency, order.vat_minor, order.gross_minor) == ("EUR", 2143, 12857)


def test_ord_014_the_accepted_terms_are_stored(settings):
    assert an_order(an_organisation(), HOSTING).terms_version == settings.TERMS_VERSION


def test_ord_006_a_total_that_is_not_the_one_shown_is_refused():
    acme = an_organisation()
    with pytest.raises(RuleBroken) as refused:
        an_order(acme, HOSTING, DOMAIN, expected_gross_minor=12621)
    assert refused.value.code == "cart_changed"


def test_ord_007_a_line_that_became_impossible_is_named():
    acme = an_organisation()
    a_cart(acme, HOSTING, DOMAIN)
    a_domain_of(an_organisation("Faster GmbH"), name="huber-brot.ch")

    entries = Checkout(means="bank_transfer", accepts_terms=True)
    with pytest.raises(RuleBroken) as refused:
        place_order(actor=a_legal_representative_of(acme), organisation_id=acme.pk, entries=entries)

    assert refused.value.code == "domain_name_taken"
    assert (refused.value.context["line"], refused.value.context["name"]) == (2, "huber-brot.ch")


def test_ord_023_a_domain_taken_meanwhile_is_refunded_and_the_rest_goes_on():
    acme = an_organisation()
    a_prepaid_balance(acme, 20000)
    order = an_order(acme, HOSTING, DOMAIN, means="prepaid")
    a_domain_of(an_organisation("Faster GmbH"), name="huber-brot.ch")
    run_due_jobs()

    assert state(order) == "partly_fulfilled"
    assert [line.state for line in order.lines.order_by("position")] == ["fulfilled", "failed"]
    assert order.lines.get(position=2).failure
    credit = Invoice.objects.get(kind="credit_note")
    assert credit.gross_minor == 1038
    assert prepaid_balances(acme.pk) == {"CHF": 20000 - 12620 + 1038}


def test_ord_023_an_order_of_which_nothing_can_be_done_is_refunded_whole():
    acme = an_organisation()
    a_prepaid_balance(acme, 20000)
    order = an_order(acme, DOMAIN, means="prepaid")
    a_domain_of(an_organisation("Faster GmbH"), name="huber-brot.ch")
    run_due_jobs()

    assert state(order) == "refunded"
    assert prepaid_balances(acme.pk) == {"CHF": 20000}


def test_carrying_out_twice_does_nothing_twice():
    acme = an_organisation()
    a_prepaid_balance(acme, 20000)
    order = an_order(acme, HOSTING, means="prepaid")
    run_due_jobs()
    fulfil_order(order_id=order.pk)

    assert Product.objects.count() == 1
    assert told("OrderFulfilled") == 1


def test_ord_021_an_unpaid_order_is_cancelled_without_reason_and_once():
    acme = an_organisation()
    order = an_order(acme, HOSTING)
    boss = a_legal_representative_of(acme)
    cancel_order(actor=boss, organisation_id=acme.pk, order_id=order.pk)
    cancel_order(actor=boss, organisation_id=acme.pk, order_id=order.pk)

    assert state(order) == "cancelled"
    assert Invoice.objects.get(kind="invoice").open_minor == 0
    assert told("OrderCancelled") == 1


def test_a_paid_order_cannot_be_cancelled():
    acme = an_organisation()
    a_prepaid_balance(acme, 20000)
    order = an_order(acme, HOSTING, means="prepaid")

    with pytest.raises(RuleBroken) as refused:
        cancel_order(actor=a_legal_representative_of(acme), organisation_id=acme.pk, order_id=order.pk)
    assert refused.value.code == "order_state"


def test_ord_020_reminders_on_days_3_10_and_25_then_the_order_expires():
    acme = an_organisation()
    with clock.travel_to(date(2026, 3, 1)):
        order = an_order(acme, HOSTING)
    seen = []
    for day in range(1, 33):
        with clock.travel_to(date.fromordinal(date(2026, 3, 1).toordinal() + day)):
            plan_order_deadlines()
            run_due_jobs()
            seen.append((day, told("OrderReminderDue"), state(order)))

    assert [(day, count) for day, count, _ in seen if count != (seen[day - 2][1] if day > 1 else 0)] == [
        (3, 1), (10, 2), (25, 3),
    ]  # fmt: skip
    assert [day for day, _, now in seen if now == "expired"] == [31, 32]
    assert told("OrderExpired") == 1
    assert Invoice.objects.get(kind="credit_note").settled_minor == Invoice.objects.get(kind="invoice").gross_minor


def test_a_pause_of_the_worker_makes_one_reminder_of_two():
    acme = an_organisation()
    with clock.travel_to(date(2026, 3, 1)):
        an_order(acme, HOSTING)
    with clock.travel_to(date(2026, 3, 13)):
        plan_order_deadlines()
        run_due_jobs()

    assert told("OrderReminderDue") == 1


def test_money_for_an_expired_order_is_the_customers():
    acme = an_organisation()
    with clock.travel_to(date(2026, 3, 1)):
        order = an_order(acme, HOSTING)
    invoice = Invoice.objects.get()
    with clock.travel_to(date(2026, 4, 2)):
        plan_order_deadlines()
        run_due_jobs()
        transferred(invoice, invoice.gross_minor)

    assert state(order) == "expired"
    assert prepaid_balances(acme.pk) == {"CHF": invoice.gross_minor}


def test_paying_the_invoice_of_an_order_from_the_balance_pays_the_order():
    acme = an_organisation()
    order = an_order(acme, HOSTING)
    a_prepaid_balance(acme, 20000)
    boss = a_legal_representative_of(acme)
    pay_invoice(actor=boss, organisation_id=acme.pk, invoice_id=Invoice.objects.get().pk)

    assert state(order) == "paid"


def test_the_matrix_of_who_may_order():
    acme = an_organisation()
    assert an_order(acme, HOSTING, actor=a_bookkeeper_of(acme)).pk

    entries = Checkout(means="bank_transfer", accepts_terms=True)
    with pytest.raises(AccessDenied) as refused:
        place_order(actor=a_collaborator_of(acme), organisation_id=acme.pk, entries=entries)
    assert refused.value.reason == "no_billing_right"
    with pytest.raises(NotFound):
        place_order(actor=an_outsider(), organisation_id=acme.pk, entries=entries)


def test_an_order_of_another_organisation_does_not_exist():
    acme, other = an_organisation(), an_organisation("Other GmbH")
    order = an_order(acme, HOSTING)
    with pytest.raises(NotFound):
        cancel_order(actor=a_legal_representative_of(other), organisation_id=other.pk, order_id=order.pk)


@pytest.mark.parametrize("state_before", LEGAL_STEPS)
def test_ord_017_only_the_drawn_steps_are_legal(state_before):
    for wanted in LEGAL_STEPS:
        if wanted in LEGAL_STEPS[state_before]:
            require_step(state_before, wanted)
        else:
            with pytest.raises(BillingRefused, match="order_state"):
                require_step(state_before, wanted)


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_eight_clicks_with_one_key_are_one_order():
    acme = an_organisation()
    boss = a_legal_representative_of(acme)
    a_cart(acme, HOSTING, actor=boss)
    barrier, answers = threading.Barrier(8), []

    def click():
        barrier.wait(timeout=10)
        try:
            entries = Checkout(means="bank_transfer", accepts_terms=True)
            answers.append(place_order(actor=boss, organisation_id=acme.pk, entries=entries, key="k").pk)
        except (DatabaseError, RuleBroken) as failure:
            answers.append(repr(failure))
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [Order.objects.get().pk] * 8
