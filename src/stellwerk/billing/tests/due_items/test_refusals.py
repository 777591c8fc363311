"""Paying a selection: what is refused, to whom, and what eight hands at once do."""

import threading
from datetime import date

import pytest
from django.db import DatabaseError, connection

from stellwerk.billing.queries.due_items import DueChoice
from stellwerk.billing.queries.due_rows import DueScope, due_page
from stellwerk.billing.services.pay_selection import Selection, pay_selection
from stellwerk.billing.tests.builders import a_prepaid_balance, an_open_invoice
from stellwerk.foundation import clock
from stellwerk.foundation.errors import AccessDenied, Conflict, Invalid, NotFound, RuleBroken
from stellwerk.organisations.tests.builders import (
    a_bookkeeper_of,
    a_collaborator_of,
    a_legal_representative_of,
    an_organisation,
    an_outsider,
)
from stellwerk.products.models import Product
from stellwerk.products.tests.builders import a_product_of

pytestmark = pytest.mark.django_db
STARTED_ON = date(2025, 11, 30)
TODAY = date(2026, 10, 15)


@pytest.fixture(autouse=True)
def today():
    with clock.travel_to(TODAY):
        yield


def started(build, *arguments, on=STARTED_ON, **more):
    with clock.travel_to(on):
        return build(*arguments, **more)


def chosen(*products, **more):
    return tuple(DueChoice(product_id=product.pk, **more) for product in products)


def paid(organisation, items, *, means="prepaid", actor=None, key=None, **more):
    entries = Selection(items=items, means=means, **more)
    actor = actor or a_legal_representative_of(organisation)
    return pay_selection(actor=actor, organisation_id=organisation.pk, entries=entries, key=key)


def expiry(product):
    return Product.objects.get(pk=product.pk).expires_on


@pytest.mark.parametrize(
    ("items", "code"),
    [((), "nothing_selected"), ((DueChoice(product_id=1),), "object_not_found")],
)
def test_a_selection_of_nothing_or_of_something_foreign_is_refused(items, code):
    acme = an_organisation()
    with pytest.raises((RuleBroken, NotFound)) as refused:
        paid(acme, items)
    assert refused.value.code == code


def test_products_and_invoices_of_others_do_not_exist():
    acme, other = an_organisation(), an_organisation("Other GmbH")
    hosting, invoice = started(a_product_of, other), an_open_invoice(other)
    for items in (chosen(hosting), (DueChoice(invoice_id=invoice.pk),)):
        with pytest.raises(NotFound):
            paid(acme, items)


def test_a_duration_that_is_not_offered_and_an_unknown_means_are_refused():
    acme = an_organisation()
    hosting = started(a_product_of, acme)
    with pytest.raises(RuleBroken) as refused:
        paid(acme, chosen(hosting, period_months=7))
    assert refused.value.code == "period_not_offered"
    with pytest.raises(Invalid):
        paid(acme, chosen(hosting), means="paypal")


def test_the_matrix_of_who_may_pay():
    acme = an_organisation()
    a_prepaid_balance(acme, 50000)
    hosting = started(a_product_of, acme)

    with pytest.raises(AccessDenied):
        paid(acme, chosen(hosting), actor=a_collaborator_of(acme))
    with pytest.raises(AccessDenied):
        due_page(a_collaborator_of(acme), acme.pk, scope=DueScope())
    with pytest.raises(NotFound):
        paid(acme, chosen(hosting), actor=an_outsider())
    assert paid(acme, chosen(hosting), actor=a_bookkeeper_of(acme))


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_eight_payments_of_one_product_extend_it_once_each_period():
    acme = an_organisation()
    a_prepaid_balance(acme, 11582)
    hosting = started(a_product_of, acme)
    actor = a_legal_representative_of(acme)
    barrier, outcomes = threading.Barrier(8), []

    def pay():
        barrier.wait(timeout=10)
        try:
            with clock.travel_to(TODAY):
                paid(acme, chosen(hosting), actor=actor)
            outcomes.append("paid")
        except (RuleBroken, Conflict) as refused:
            outcomes.append(refused.code)
        except DatabaseError as failure:
            outcomes.append(repr(failure))
        finally:
            connection.close()

    threads = [threading.Thread(target=pay) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count("paid") == 1
    assert set(outcomes) <= {"paid", "insufficient_balance", "already_renewed"}
    assert expiry(hosting) == date(2027, 11, 30)
