"""The address chosen at the checkout stays with the products of the order (ORD-010, BIL-062, BIL-063)."""

import threading
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import DatabaseError, connection

from stellwerk.billing.models import Invoice, Order, OrderAddress, OrderLine, ProductAddress
from stellwerk.billing.queries.addresses import POSTAL
from stellwerk.billing.services.addresses import choose_cart_address, forget_addresses, remove_address
from stellwerk.billing.services.end_order import cancel_order, plan_order_deadlines
from stellwerk.billing.services.fulfil_order import fulfil_order
from stellwerk.billing.services.pay_invoice import pay_invoice
from stellwerk.billing.services.place_order import Checkout, place_order
from stellwerk.billing.tests.address_book.builders import an_address
from stellwerk.billing.tests.builders import a_cart, a_prepaid_balance
from stellwerk.billing.tests.renewals.builders import the_house_lives_through
from stellwerk.catalogue.models import Offer, Price
from stellwerk.foundation import activity, clock
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.errors import DomainError, RuleBroken
from stellwerk.foundation.jobs import run_due_jobs
from stellwerk.foundation.models import Event
from stellwerk.organisations.tests.builders import a_legal_representative_of, an_organisation
from stellwerk.products import services as products
from stellwerk.products.models import Product
from stellwerk.products.tests.builders import a_domain_of

pytestmark = pytest.mark.django_db
HOSTING = ("web-hosting", {})
DOMAIN = ("domain-ch", {"target": "huber-brot.ch"})


@pytest.fixture
def acme():
    return an_organisation("Acme AG")


@pytest.fixture
def owner(acme):
    return a_legal_representative_of(acme)


@pytest.fixture
def branch(acme, owner):
    return an_address(acme, "Filiale Genf", actor=owner, language="fr")


def ordered(owner, organisation, address_id, *lines, means="bank_transfer", **more):
    a_cart(organisation, *lines or (HOSTING,), actor=owner)
    choose_cart_address(actor=owner, organisation_id=organisation.pk, address_id=address_id)
    last_word = Checkout(means=means, accepts_terms=True, **more)
    return place_order(actor=owner, organisation_id=organisation.pk, entries=last_word)


def chosen():
    """The products with an address of their own, by its name."""
    return dict(ProductAddress.objects.values_list("product_id", "address__name"))


def paid_later(owner, organisation, order):
    a_prepaid_balance(organisation, 50_000)
    pay_invoice(actor=owner, organisation_id=organisation.pk, invoice_id=Invoice.objects.get(order=order).pk)
    run_due_jobs()


def test_ord_010_the_products_of_an_order_are_renewed_at_its_address(acme, owner, branch):
    a_prepaid_balance(acme, 50_000)
    with clock.travel_to(date(2026, 3, 10)):
        ordered(owner, acme, branch, HOSTING, DOMAIN, means="prepaid", renews_automatically=True)
        run_due_jobs()
    bought = set(Product.objects.values_list("pk", flat=True))

    assert chosen() == dict.fromkeys(bought, "Filiale Genf")
    assert not OrderAddress.objects.exists()
    the_house_lives_through(date(2027, 2, 24), date(2027, 2, 24))
    renewals = Invoice.objects.filter(order=None)
    assert {(each.buyer["name"], each.language) for each in renewals} == {("Filiale Genf", "fr")}


def test_bil_062_it_is_told_like_a_choice_by_hand(acme, owner, branch):
    a_prepaid_balance(acme, 50_000)
    ordered(owner, acme, branch, DOMAIN, means="prepaid")
    run_due_jobs()

    told = activity.rows_about(acme.pk, product_id=Product.objects.get().pk)

    assert told[0].sentence.endswith("lets the renewals of huber-brot.ch be invoiced to Filiale Genf")


def test_ord_010_an_order_at_the_postal_address_chooses_nothing_for_its_products(acme, owner, branch):
    a_prepaid_balance(acme, 50_000)
    ordered(owner, acme, POSTAL, means="prepaid")
    run_due_jobs()

    assert Product.objects.count() == 1
    assert not ProductAddress.objects.exists()
    assert not Event.objects.filter(name="ProductAddressChosen").exists()


def test_ord_022_a_transfer_that_comes_later_finds_the_address_of_its_order(acme, owner, branch):
    order = ordered(owner, acme, branch)
    assert chosen() == {}

    paid_later(owner, acme, order)

    assert list(chosen().values()) == ["Filiale Genf"]


@pytest.mark.parametrize(("replacement", "kept"), [("Filiale Lugano", ["Filiale Lugano"]), (None, [])])
def test_bil_063_an_order_under_way_asks_for_a_replacement_and_takes_it(acme, owner, branch, replacement, kept):
    order = ordered(owner, acme, branch)
    other = an_address(acme, replacement, actor=owner) if replacement else POSTAL
    here = {"actor": owner, "organisation_id": acme.pk, "address_id": branch}

    with pytest.raises(RuleBroken, match="billing_address_in_use"):
        remove_address(**here)
    remove_address(**here, replaced_by=other)
    paid_later(owner, acme, order)

    assert Order.objects.get().state == "fulfilled"
    assert list(chosen().values()) == kept


def test_ord_022_fulfilment_twice_chooses_once_and_leaves_a_later_choice_alone(acme, owner, branch):
    a_prepaid_balance(acme, 50_000)
    order = ordered(owner, acme, branch, means="prepaid")
    run_due_jobs()
    ProductAddress.objects.all().delete()

    fulfil_order(order_id=order.pk)

    assert chosen() == {}
    assert Event.objects.filter(name="ProductAddressChosen").count() == 1


def test_ord_023_only_the_lines_that_were_carried_out_take_the_address(acme, owner, branch):
    order = ordered(owner, acme, branch, HOSTING, DOMAIN)
    a_domain_of(an_organisation("Faster AG"), "huber-brot.ch")

    paid_later(owner, acme, order)

    done = OrderLine.objects.get(order=order, state="fulfilled")
    assert Order.objects.get(pk=order.pk).state == "partly_fulfilled"
    assert chosen() == {done.product_id: "Filiale Genf"}


def test_ord_013_what_costs_nothing_at_first_takes_the_address_along(acme, owner, branch):
    offer = Offer.objects.get(code="web-hosting")
    Price.objects.create(offer=offer, currency="CHF", period_months=12, unit_minor=0, valid_from=clock.today())

    order = ordered(owner, acme, branch)
    run_due_jobs()

    assert (order.means, list(chosen().values())) == ("free", ["Filiale Genf"])


def test_ord_021_an_order_that_comes_to_nothing_holds_no_address(acme, owner, branch):
    cancelled = ordered(owner, acme, branch)
    cancel_order(actor=owner, organisation_id=acme.pk, order_id=cancelled.pk)
    ordered(owner, acme, branch)
    with clock.travel_to(clock.today() + timedelta(days=31)):
        plan_order_deadlines()
        run_due_jobs()

    assert sorted(Order.objects.values_list("state", flat=True)) == ["cancelled", "expired"]
    remove_address(actor=owner, organisation_id=acme.pk, address_id=branch)


def test_ord_023_a_product_that_could_not_be_set_up_leaves_its_address(acme, owner, branch):
    a_prepaid_balance(acme, 50_000)
    ordered(owner, acme, branch, means="prepaid")
    run_due_jobs()
    product = Product.objects.get()
    Product.objects.filter(pk=product.pk).update(state="provisioning")

    products.refuse_provisioning(actor=SYSTEM, product_id=product.pk, reason="No machine is free.")
    run_due_jobs()

    assert chosen() == {}


def test_a_deleted_organisation_leaves_no_order_at_an_address_behind(acme, owner, branch):
    ordered(owner, acme, branch)

    forget_addresses(organisation_id=acme.pk)

    assert not OrderAddress.objects.exists()


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_an_address_may_go_while_its_order_is_carried_out(acme, owner, branch):
    a_prepaid_balance(acme, 50_000)
    order = ordered(owner, acme, branch, HOSTING, DOMAIN, means="prepaid")
    other = an_address(acme, "Filiale Lugano", actor=owner)
    barrier, failures = threading.Barrier(2), []

    def run(step):
        try:
            barrier.wait(timeout=10)
            step()
        except (DatabaseError, DomainError) as failure:
            failures.append(repr(failure))
        finally:
            connection.close()

    removed = {"actor": owner, "organisation_id": acme.pk, "address_id": branch, "replaced_by": other}
    steps = [partial(fulfil_order, order_id=order.pk), partial(remove_address, **removed)]
    threads = [threading.Thread(target=run, args=[step]) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert list(chosen().values()) == ["Filiale Lugano"] * 2
