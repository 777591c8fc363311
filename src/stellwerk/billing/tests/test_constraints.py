"""Bad rows of carts, orders, documents, payments and bank entries are refused by the database, on both engines."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.deletion import ProtectedError

from stellwerk.billing.models import (
    BankEntry,
    BankImport,
    Cart,
    CartLine,
    Invoice,
    InvoiceLine,
    InvoiceVat,
    Order,
    OrderLine,
    Payment,
    Renewal,
    StoredDocument,
    TopUp,
    Withdrawal,
)
from stellwerk.foundation import clock
from stellwerk.organisations.tests.builders import an_organisation

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 1)


def refused(create, **values):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        create(**values)
    return str(refusal.value)


def an_invoice_row(organisation, number=1, **changes):
    values = {
        "organisation": organisation, "kind": "invoice", "year": 2026, "sequence_number": number,
        "number": f"2026-{number:06d}", "issued_on": TODAY, "language": "en",
        "currency": "CHF", "net_minor": 10000, "vat_minor": 810, "gross_minor": 10810, "open_minor": 10810,
        "seller": {}, "buyer": {}, "texts": {}, "source": f"test:{number}",
        "created_at": clock.now(),
    }  # fmt: skip
    return Invoice.objects.create(**{**values, **changes})


def an_order_row(organisation, **changes):
    values = {
        "organisation": organisation, "number": "B1", "state": "awaiting_payment", "means": "prepaid",
        "currency": "CHF", "net_minor": 100, "vat_minor": 8, "gross_minor": 108, "terms_version": "1",
        "placed_at": clock.now(), "expires_on": TODAY,
    }  # fmt: skip
    return Order.objects.create(**{**values, **changes})


def a_line_row(invoice, **changes):
    values = {
        "invoice": invoice, "position": 1, "product_name": "Domain", "quantity": 1, "unit_price_minor": 10000,
        "net_minor": 10000, "category": "S", "rate_bp": 810,
    }  # fmt: skip
    return InvoiceLine.objects.create(**{**values, **changes})


def test_a_cart_line_has_a_quantity():
    cart = Cart.objects.create(organisation=an_organisation(), currency="CHF", updated_at=clock.now())
    line = {
        "cart": cart, "offer_code": "x", "quantity": 0, "period_months": 12, "seen_net_minor": 0,
        "added_at": clock.now(),
    }  # fmt: skip
    assert "cart_line_has_a_quantity" in refused(CartLine.objects.create, **line)


def test_an_orders_gross_is_net_and_vat():
    acme = an_organisation()
    assert "order_gross_is_net_and_vat" in refused(an_order_row, organisation=acme, gross_minor=107)


def test_order_lines_stand_once_at_a_position_and_are_never_negative():
    order = an_order_row(an_organisation())
    line = {
        "order": order, "position": 1, "offer_code": "x", "kind_code": "x", "product_name": "X", "quantity": 1,
        "period_months": 12, "net_minor": 100,
    }  # fmt: skip
    OrderLine.objects.create(**line)

    doubled = refused(OrderLine.objects.create, **line)
    assert "one_order_line_per_position" in doubled or "position" in doubled
    assert "order_line_net_not_negative" in refused(
        OrderLine.objects.create, **{**line, "position": 2, "net_minor": -1}
    )


def test_inv_008_a_number_is_given_once():
    """one_document_per_number"""
    acme = an_organisation()
    an_invoice_row(acme)

    assert refused(an_invoice_row, organisation=acme, number=1, source="other", kind="invoice")


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"gross_minor": 10811}, "invoice_gross_is_net_and_vat"),
        ({"open_minor": 10811}, "invoice_open_within_gross"),
        ({"open_minor": -1}, "invoice_open_within_gross"),
        ({"settled_minor": 10811}, "invoice_open_within_gross"),
        ({"kind": "credit_note", "open_minor": 0}, "credit_notes_correct_an_invoice"),
    ],
)
def test_a_document_whose_sums_do_not_close_is_refused(changes, constraint):
    assert constraint in refused(an_invoice_row, organisation=an_organisation(), **changes)


def test_an_invoice_line_is_price_times_quantity_and_stands_once():
    invoice = an_invoice_row(an_organisation())
    a_line_row(invoice)

    assert "invoice_line_net_is_price_times_quantity" in refused(
        a_line_row, invoice=invoice, position=2, net_minor=9999
    )
    doubled = refused(a_line_row, invoice=invoice)
    assert "one_invoice_line_per_position" in doubled or "position" in doubled


def test_a_rate_has_one_vat_group_on_a_document():
    invoice = an_invoice_row(an_organisation())
    group = {
        "invoice": invoice,
        "category": "S",
        "rate_bp": 810,
        "net_minor": 1,
        "vat_minor": 0,
        "ledger_key": "vat:CH",
    }
    InvoiceVat.objects.create(**group)

    doubled = refused(InvoiceVat.objects.create, **group)
    assert "one_vat_group_per_rate" in doubled or "rate_bp" in doubled


def test_inv_009_an_issued_document_cannot_be_edited():
    invoice = an_invoice_row(an_organisation())
    line = a_line_row(invoice)
    group = InvoiceVat.objects.create(
        invoice=invoice, category="S", rate_bp=810, net_minor=10000, vat_minor=810, ledger_key="vat:CH"
    )
    paper = StoredDocument.objects.create(
        invoice=invoice, file_name="a.pdf", sha256="0" * 64, size_bytes=1, rendered_at=clock.now()
    )
    for row, column, value in [
        (invoice, "net_minor", 9999),
        (invoice, "issued_on", date(2020, 1, 1)),
        (invoice, "buyer", '{"name": "Other"}'),
        (invoice, "number", "2026-999999"),
        (line, "product_name", "Other"),
        (group, "vat_minor", 0),
        (paper, "sha256", "1" * 64),
    ]:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", [value, row.pk])
    for row in (paper, group, line, invoice):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])


def test_what_is_open_on_an_invoice_may_change():
    invoice = an_invoice_row(an_organisation())
    Invoice.objects.filter(pk=invoice.pk).update(open_minor=0)

    assert Invoice.objects.get(pk=invoice.pk).open_minor == 0


def test_inv_011_an_organisation_with_documents_cannot_be_deleted():
    acme = an_organisation()
    an_invoice_row(acme)

    with pytest.raises(ProtectedError), transaction.atomic():
        acme.delete()


def test_a_payment_goes_somewhere_and_names_its_invoice():
    acme = an_organisation()
    payment = {
        "organisation": acme, "means": "prepaid", "currency": "CHF", "amount_minor": 100, "to_prepaid_minor": 100,
        "paid_on": TODAY, "created_at": clock.now(),
    }  # fmt: skip
    Payment.objects.create(**payment)

    lost = {**payment, "amount_minor": 101}
    assert "payment_goes_somewhere" in refused(Payment.objects.create, **lost)
    anonymous = {**payment, "to_prepaid_minor": 0, "to_invoice_minor": 100}
    assert "payment_to_an_invoice_names_it" in refused(Payment.objects.create, **anonymous)


@pytest.mark.parametrize(("amount_minor", "is_taken"), [(9, False), (10, True), (999_900, True), (999_901, False)])
def test_ex_18_the_database_knows_the_limits_of_a_top_up(amount_minor, is_taken):
    top_up = {
        "organisation": an_organisation(), "number": "T1", "amount_minor": amount_minor, "currency": "CHF",
        "iban": "CH93", "reference": "R1", "requested_at": clock.now(),
    }  # fmt: skip
    if is_taken:
        assert TopUp.objects.create(**top_up).pk
    else:
        assert "top_up_within_limits" in refused(TopUp.objects.create, **top_up)


def test_a_bank_entry_moves_something():
    imported = BankImport.objects.create(file_name="a", sha256="0", entry_count=1, imported_at=clock.now())
    entry = {
        "bank_import": imported, "account_iban": "CH93", "movement_key": "1", "entry_key": "1", "amount_minor": 0,
        "currency": "CHF", "booked_on": TODAY, "outcome": "suspense",
    }  # fmt: skip
    assert "bank_entry_amount_positive" in refused(BankEntry.objects.create, **entry)


def test_a_product_is_renewed_once_for_each_period():
    """one_renewal_per_product_and_period"""
    renewal = {
        "organisation": an_organisation(), "product_id": 7, "period_from": TODAY, "period_to": date(2027, 3, 1),
        "period_months": 12, "state": "announced", "created_at": clock.now(),
    }  # fmt: skip
    first = Renewal.objects.create(**renewal)

    assert refused(Renewal.objects.create, **{**renewal, "state": "done"})
    Renewal.objects.filter(pk=first.pk).update(state="withdrawn")
    assert Renewal.objects.create(**renewal).pk

    empty = {**renewal, "period_from": date(2027, 3, 1)}
    assert "renewal_period_has_days" in refused(Renewal.objects.create, **empty)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"amount_minor": 99}, "withdrawal_from_one_on"),
        ({"currency": "USD"}, "withdrawal_currency_is_sold"),
        ({"state": "sent"}, "withdrawal_state_has_its_times"),
        ({"state": "done", "ended_at": clock.now()}, "withdrawal_state_has_its_times"),
        ({"state": "cancelled"}, "withdrawal_state_has_its_times"),
        ({"state": "sent", "sent_at": clock.now()}, "withdrawal_sent_names_its_file"),
        ({"state": "returned", "ended_at": clock.now()}, "withdrawal_returned_says_why"),
    ],
)
def test_pre_012_a_withdrawal_is_whole_in_each_of_its_states(changes, constraint):
    assert constraint in refused(Withdrawal.objects.create, **{**a_withdrawal_row(), **changes})


@pytest.mark.parametrize("changes", [{"amount_minor": 900_000}, {"sealed_iban": "other"}, {"holder": "Other"}])
def test_pre_011_nobody_changes_where_a_withdrawal_goes(changes):
    row = Withdrawal.objects.create(**a_withdrawal_row())

    assert refused(Withdrawal.objects.filter(pk=row.pk).update, **changes)
    assert refused(Withdrawal.objects.filter(pk=row.pk).delete)


def a_withdrawal_row():
    return {
        "organisation": an_organisation(), "number": "2026-W1", "amount_minor": 5000, "currency": "CHF",
        "holder": "Acme AG", "sealed_iban": "-", "account_text": "CH93 … 2957", "needs_check": False,
        "state": "requested", "requested_at": clock.now(),
    }  # fmt: skip
