"""The paper of issued documents: rendered by a job, on demand, unaltered, and not at the mercy of the disk."""

import errno
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError, connection

from stellwerk.billing.errors import LinkExpired
from stellwerk.billing.models import Invoice, Posting, StoredDocument
from stellwerk.billing.queries.document_links import signed_link_token
from stellwerk.billing.services.credit_invoice import credit_invoice
from stellwerk.billing.services.issue_invoices import issue_invoice, issue_invoices
from stellwerk.billing.services.render_document import pdf_of_invoice, pdf_of_link, render_document
from stellwerk.billing.tests.builders import a_draft, a_paid_invoice, an_open_invoice
from stellwerk.foundation import clock
from stellwerk.foundation.errors import AccessDenied, NotFound
from stellwerk.foundation.jobs import run_due_jobs
from stellwerk.organisations.tests.builders import (
    a_bookkeeper_of,
    a_collaborator_of,
    a_legal_representative_of,
    an_organisation,
    an_outsider,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 11, tzinfo=UTC)


class FullDisk(FileSystemStorage):
    """A storage whose disk has no room left."""

    def _save(self, *_):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def full_disk(settings):
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": f"{__name__}.FullDisk"}}


def pdf(invoice, actor=None):
    actor = actor or a_legal_representative_of(invoice.organisation)
    return pdf_of_invoice(actor=actor, organisation_id=invoice.organisation_id, invoice_id=invoice.pk)


def test_the_job_keeps_the_document_with_its_digest():
    invoice = an_open_invoice(an_organisation())
    run_due_jobs()

    stored = StoredDocument.objects.get(invoice=invoice)
    content = pdf(invoice).content
    assert content.startswith(b"%PDF")
    assert len(content) == stored.size_bytes
    assert pdf(invoice).name == f"{invoice.number}.pdf"


def test_a_document_is_there_before_its_job_ran():
    invoice = an_open_invoice(an_organisation())

    assert pdf(invoice).content.startswith(b"%PDF")
    run_due_jobs()
    assert StoredDocument.objects.count() == 1


def test_a_lost_file_is_made_again_byte_by_byte():
    invoice = an_open_invoice(an_organisation())
    before = pdf(invoice).content
    default_storage.delete(StoredDocument.objects.get().file_name)

    assert pdf(invoice).content == before


def test_a_credit_note_has_its_document():
    invoice = a_paid_invoice(an_organisation())
    credit = credit_invoice(invoice_id=invoice.pk, source="test:1", note="Order B1 was cancelled.")

    assert pdf(credit).content.startswith(b"%PDF")


def test_inv_007_only_those_with_the_accounting_right_see_documents():
    acme = an_organisation()
    invoice = an_open_invoice(acme)

    assert pdf(invoice, a_bookkeeper_of(acme)).content
    with pytest.raises(AccessDenied):
        pdf(invoice, a_collaborator_of(acme))
    with pytest.raises(NotFound):
        pdf(invoice, an_outsider())


def test_a_document_of_another_organisation_does_not_exist():
    invoice, other = an_open_invoice(an_organisation()), an_organisation("Other GmbH")

    with pytest.raises(NotFound):
        pdf_of_invoice(actor=a_legal_representative_of(other), organisation_id=other.pk, invoice_id=invoice.pk)


def test_a_signed_link_opens_for_ten_minutes():
    invoice = an_open_invoice(an_organisation())
    actor = a_legal_representative_of(invoice.organisation)
    with clock.travel_to(NOON):
        token = signed_link_token(actor, invoice.organisation_id, invoice_id=invoice.pk)
    with clock.travel_to(NOON + timedelta(minutes=10)):
        assert pdf_of_link(token=token).content.startswith(b"%PDF")
    with clock.travel_to(NOON + timedelta(minutes=10, seconds=1)), pytest.raises(LinkExpired):
        pdf_of_link(token=token)


@pytest.mark.parametrize("token", ["", "x", "WzEsMTc3MjM2MjgwMF0:nonsense"])
def test_a_forged_link_opens_nothing(token):
    with pytest.raises(NotFound):
        pdf_of_link(token=token)


def test_a_full_disk_delays_the_paper_and_loses_no_invoice(full_disk, settings):
    invoice = an_open_invoice(an_organisation())
    with pytest.raises(OSError, match="No space left"):
        render_document(invoice_id=invoice.pk)

    assert pdf(invoice).content.startswith(b"%PDF")
    assert not StoredDocument.objects.exists()
    assert Posting.objects.filter(source=f"invoice:{invoice.pk}").exists()


def test_the_paper_follows_when_the_disk_has_room_again(settings):
    roomy = settings.STORAGES
    settings.STORAGES = {**roomy, "default": {"BACKEND": f"{__name__}.FullDisk"}}
    with clock.travel_to(NOON):
        invoice = an_open_invoice(an_organisation())
        run_due_jobs()
    assert not StoredDocument.objects.exists()

    settings.STORAGES = roomy
    with clock.travel_to(NOON + timedelta(minutes=10)):
        run_due_jobs()
    assert StoredDocument.objects.get().invoice == invoice


@pytest.mark.django_db(transaction=True)
def test_a_full_database_issues_nothing_and_uses_no_number():
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite can be told how large it may grow")
    acme = an_organisation()
    drafts = [a_draft(acme) for _ in range(200)]
    issue_invoice(draft=drafts[0])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 1}")
    try:
        with pytest.raises(DatabaseError, match="full"):
            issue_invoices(drafts=drafts)
        assert Invoice.objects.count() == Posting.objects.count() == 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")

    assert issue_invoice(draft=drafts[1]).sequence_number == 2
