"""Products with an address of their own: one payment, an invoice for each (BIL-008, 009, 062, REN-016)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from stellwerk.billing.models import Invoice, Payment, ProductAddress, Renewal
from stellwerk.billing.queries.addresses import POSTAL, address_book
from stellwerk.billing.queries.due_items import DueChoice, selection_quote
from stellwerk.billing.queries.ledger import prepaid_balances
from stellwerk.billing.services.addresses import choose_product_address, forget_addresses, remove_address
from stellwerk.billing.services.pay_selection import Selection, pay_selection
from stellwerk.billing.tests.address_book.builders import an_address
from stellwerk.billing.tests.builders import a_prepaid_balance
from stellwerk.billing.tests.renewals.builders import a_product_expiring, the_house_lives_through
from stellwerk.foundation import clock
from stellwerk.foundation.errors import AccessDenied, Invalid, NotFound, RuleBroken
from stellwerk.foundation.jobs import run_due_jobs
from stellwerk.foundation.models import Event, Message
from stellwerk.organisations.tests.builders import (
    a_bookkeeper_of,
    a_collaborator_of,
    a_legal_representative_of,
    an_organisation,
)
from stellwerk.products import services as product_services
from stellwerk.products.tests.builders import a_domain_of, a_product_of

pytestmark = pytest.mark.django_db
EXPIRY = date(2026, 7, 15)
FIRST_ATTEMPT = date(2026, 7, 1)


def invoiced_to(organisation, address_id, *products):
    choose_product_address(
        actor=a_legal_representative_of(organisation), organisation_id=organisation.pk,
        product_ids=[each.pk for each in products], address_id=address_id,
    )  # fmt: skip


def paid(organisation, *products, means="prepaid", key=None, **more):
    items = tuple(DueChoice(product_id=each.pk) for each in products)
    return pay_selection(
        actor=a_legal_representative_of(organisation), organisation_id=organisation.pk,
        entries=Selection(items=items, means=means, **more), key=key,
    )  # fmt: skip


@pytest.fixture
def acme():
    return an_organisation("Acme AG")


@pytest.fixture
def shop(acme):
    """A product that the branch pays, and one that the organisation pays itself."""
    branch = an_address(acme, "Filiale Genf", language="fr", email="geneve@example.ch")
    theirs, ours = a_product_of(acme), a_domain_of(acme, "acme.ch")
    invoiced_to(acme, branch, theirs)
    return branch, theirs, ours


def test_bil_009_one_payment_makes_an_invoice_for_each_address(acme, shop):
    _branch, theirs, ours = shop
    a_prepaid_balance(acme, 50_000)
    quote = selection_quote(
        a_legal_representative_of(acme), acme.pk, items=[DueChoice(product_id=each.pk) for each in (ours, theirs)]
    )

    invoices = paid(acme, ours, theirs, expected_gross_minor=quote.gross_minor)

    assert [(each.buyer["name"], each.language, each.gross_minor) for each in invoices] == [
        ("Acme AG", "en", 1038), ("Filiale Genf", "fr", 11582),
    ]  # fmt: skip
    assert quote.gross_minor == 1038 + 11582
    assert prepaid_balances(acme.pk) == {"CHF": 50_000 - 1038 - 11582}
    assert {each.invoice_id for each in Payment.objects.filter(invoice__in=invoices)} == {each.pk for each in invoices}
    assert set(Renewal.objects.values_list("product_id", "invoice__buyer__name")) == {
        (ours.pk, "Acme AG"), (theirs.pk, "Filiale Genf"),
    }  # fmt: skip


def test_bil_008_items_of_one_address_are_one_invoice(acme, shop):
    branch, theirs, ours = shop
    a_prepaid_balance(acme, 50_000)

    (invoice,) = paid(acme, ours, theirs, address_id=branch)

    assert (invoice.buyer["name"], invoice.lines.count()) == ("Filiale Genf", 2)


def test_bil_060_the_address_chosen_when_renewing_goes_before_the_products_own(acme, shop):
    _branch, theirs, _ours = shop
    a_prepaid_balance(acme, 50_000)

    (invoice,) = paid(acme, theirs, address_id=POSTAL)

    assert invoice.buyer["name"] == "Acme AG"
    assert address_book(a_legal_representative_of(acme), acme.pk).by_product  # the choice for later stays


def test_pay_016_the_balance_pays_one_invoice_after_the_other_and_transfers_bring_the_rest(acme, shop):
    _branch, theirs, ours = shop
    a_prepaid_balance(acme, 2000)

    invoices = paid(acme, ours, theirs, means="bank_transfer", uses_balance=True)

    assert [each.open_minor for each in invoices] == [0, 11582 - (2000 - 1038)]
    assert len({each.reference for each in invoices}) == 2
    assert set(Renewal.objects.values_list("product_id", "state")) == {(ours.pk, "done"), (theirs.pk, "announced")}


def test_ord_025_the_same_key_answers_the_same_invoices(acme, shop):
    _branch, theirs, ours = shop
    a_prepaid_balance(acme, 50_000)

    first, second = (paid(acme, ours, theirs, key="payment_1") for _ in range(2))

    assert [each.pk for each in first] == [each.pk for each in second]
    assert Invoice.objects.count() == 2


def test_pre_018_a_balance_too_small_for_all_pays_nothing(acme, shop):
    _branch, theirs, ours = shop
    a_prepaid_balance(acme, 2000)

    with pytest.raises(RuleBroken, match="insufficient_balance"):
        paid(acme, ours, theirs)

    assert Invoice.objects.count() == 0


def test_gen_002_only_own_addresses_and_own_products_are_chosen(acme, shop):
    branch, theirs, _ours = shop
    other = an_organisation("Other AG")
    foreign_address, foreign_product = an_address(other), a_product_of(other)
    boss = a_bookkeeper_of(acme)
    here = {"organisation_id": acme.pk}

    with pytest.raises(AccessDenied):
        choose_product_address(actor=a_collaborator_of(acme), **here, product_ids=[theirs.pk], address_id=branch)
    with pytest.raises(Invalid):
        choose_product_address(actor=boss, **here, product_ids=[theirs.pk], address_id=foreign_address)
    with pytest.raises(NotFound):
        choose_product_address(actor=boss, **here, product_ids=[theirs.pk, foreign_product.pk], address_id=branch)
    with pytest.raises(Invalid):
        paid(acme, theirs, address_id=foreign_address)


def test_bil_062_a_choice_is_told_once_and_ends_with_the_postal_address(acme, shop):
    branch, theirs, _ours = shop

    invoiced_to(acme, branch, theirs)
    invoiced_to(acme, POSTAL, theirs)

    told = Event.objects.filter(name="ProductAddressChosen").order_by("pk").values_list("payload__address", flat=True)
    assert list(told) == ["Filiale Genf", "Acme AG"]
    assert not ProductAddress.objects.exists()


def test_bil_063_a_product_takes_the_replacement(acme, shop):
    branch, theirs, _ours = shop
    owner, other = a_legal_representative_of(acme), an_address(acme, "Filiale Lugano")

    with pytest.raises(RuleBroken, match="billing_address_in_use"):
        remove_address(actor=owner, organisation_id=acme.pk, address_id=branch)
    remove_address(actor=owner, organisation_id=acme.pk, address_id=branch, replaced_by=other)

    assert dict(address_book(owner, acme.pk).by_product) == {theirs.pk: other}
    remove_address(actor=owner, organisation_id=acme.pk, address_id=other, replaced_by=POSTAL)
    assert not ProductAddress.objects.exists()


def test_one_product_has_one_address(acme, shop):
    branch, theirs, _ours = shop

    with pytest.raises(IntegrityError, match=r"one_billing_address_per_product|product_id"), transaction.atomic():
        ProductAddress.objects.create(organisation=acme, product_id=theirs.pk, address_id=branch)


def automatic(organisation, **more):
    return a_product_expiring(organisation, EXPIRY, automatic=True, **more)


def test_ren_016_automatic_renewals_are_invoiced_by_address(acme):
    branch = an_address(acme, "Filiale Genf", language="fr", email="geneve@example.ch")
    theirs, ours, also_ours = automatic(acme), automatic(acme), automatic(acme)
    invoiced_to(acme, branch, theirs)
    a_prepaid_balance(acme, 50_000)

    the_house_lives_through(FIRST_ATTEMPT, FIRST_ATTEMPT)

    names = dict(Renewal.objects.values_list("product_id", "invoice__buyer__name"))
    assert names == {theirs.pk: "Filiale Genf", ours.pk: "Acme AG", also_ours.pk: "Acme AG"}
    assert sorted(Invoice.objects.values_list("language", "gross_minor")) == [("en", 23164), ("fr", 11582)]
    assert Message.objects.filter(recipient="geneve@example.ch").count() == 1
    notice = Message.objects.filter(template="billing/email/automatic_renewal_due").first()
    assert "347.46" in notice.body


def test_pre_010_a_balance_for_one_address_renews_that_one_and_tells_of_the_other(acme):
    branch = an_address(acme, "Filiale Genf")
    ours, theirs = automatic(acme), automatic(acme)
    invoiced_to(acme, branch, theirs)
    a_prepaid_balance(acme, 12_000)

    the_house_lives_through(FIRST_ATTEMPT, FIRST_ATTEMPT)

    assert list(Renewal.objects.values_list("product_id", flat=True)) == [ours.pk]
    assert prepaid_balances(acme.pk) == {"CHF": 12_000 - 11_582}
    failed = Message.objects.filter(template="billing/email/automatic_renewal_failed").first()
    assert "115.82" in failed.body


def test_trf_008_a_product_that_moved_or_ended_leaves_its_address(acme, shop):
    _branch, theirs, _ours = shop
    with clock.travel_to(clock.today()):
        product_services.cancel_product(product_id=theirs.pk)
        run_due_jobs()

    assert not ProductAddress.objects.exists()


def test_tax_002_each_invoice_of_a_payment_bears_the_vat_of_its_address(acme, shop):
    _branch, theirs, ours = shop
    abroad = an_address(acme, "Acme GmbH", country="DE", vat_number="DE136695976")
    invoiced_to(acme, abroad, ours)
    a_prepaid_balance(acme, 50_000)

    invoices = paid(acme, theirs, ours)

    assert [(each.vat_groups.get().category, each.vat_minor) for each in invoices] == [("S", 868), ("AE", 0)]


def test_a_deleted_organisation_leaves_no_choice_behind(acme, shop):
    forget_addresses(organisation_id=acme.pk)

    assert not ProductAddress.objects.exists()
