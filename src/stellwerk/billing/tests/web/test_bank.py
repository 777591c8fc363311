"""The operator imports bank files on a page (BNK-001…010): good ones, broken ones, far too large ones."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stellwerk.billing.forms import LARGEST_BANK_FILE_BYTES
from stellwerk.billing.models import BankImport, Invoice
from stellwerk.billing.tests.bank_files import Payment, camt053
from stellwerk.billing.tests.builders import an_open_invoice
from stellwerk.billing.tests.web.conftest import signed_in
from stellwerk.billing.tests.web.test_invoices import text_of
from stellwerk.organisations.tests.builders import a_person

pytestmark = pytest.mark.django_db
PAGE = "/operator/bank"


@pytest.fixture
def operator(db):
    account = a_person("Olga", "Betrieb")
    account.is_operator = True
    account.save()
    return signed_in(account)


def upload(client, content, name="statement.xml"):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content, "application/xml")})


def test_a_payment_settles_its_invoice_bnk_006(operator, acme):
    invoice = an_open_invoice(acme)

    shown = upload(operator, camt053(Payment(amount_minor=10882, reference=invoice.reference)))

    assert "Settles the document" in text_of(shown)
    assert invoice.number in text_of(shown)
    assert Invoice.objects.get().open_minor == 0


def test_the_same_file_again_books_nothing_bnk_004(operator, acme):
    content = camt053(Payment(amount_minor=10882, reference=an_open_invoice(acme).reference))
    upload(operator, content)

    again = upload(operator, content)

    assert "imported before" in text_of(again)
    assert BankImport.objects.count() == 1


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"<Document>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_a_file_that_is_none_is_refused_in_words(operator, content):
    answer = upload(operator, content)

    assert answer.status_code == 400
    assert answer.context["form"].errors
    assert not BankImport.objects.exists()


def test_an_empty_file_and_no_file_are_refused(operator):
    assert upload(operator, b"").status_code == 422
    assert operator.post(PAGE).status_code == 422


def test_a_file_of_twenty_megabytes_is_answered_well(operator):
    answer = upload(operator, b"<" + b" " * (20 * 1024 * 1024))

    assert answer.status_code == 413
    assert "larger than 16 MiB. Nothing was booked." in text_of(answer)
    assert LARGEST_BANK_FILE_BYTES < 20 * 1024 * 1024


def test_for_everybody_else_the_page_does_not_exist(client, bookkeeper):
    assert bookkeeper.get(PAGE).status_code == 404
    assert upload(bookkeeper, b"<a/>").status_code == 404
    assert client.get(PAGE)["Location"].startswith("/sign-in")


def test_the_page_stays_within_twelve_queries(operator, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        operator.get(PAGE)
