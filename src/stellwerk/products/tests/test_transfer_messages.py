"""Who is told of a transfer, and what (TRF-016, TRF-010, OWN-004)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from stellwerk.foundation import clock, jobs
from stellwerk.foundation.models import Message
from stellwerk.organisations.tests.builders import a_collaborator_of, a_legal_representative_of
from stellwerk.products import services as products
from stellwerk.products.services import transfers
from stellwerk.products.tests.builders import a_domain_of, accepted, started

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(bakery):
    return a_legal_representative_of(bakery)


@pytest.fixture
def domain(bakery, boss):
    a_collaborator_of(bakery)  # is told nothing
    domain = a_domain_of(bakery, "huber.ch")
    products.rename_product(actor=boss, organisation_id=bakery.pk, product_id=domain.pk, internal_name="Our secret")
    jobs.run_due_jobs()
    Message.objects.all().delete()
    return domain


def sent() -> dict[str, Message]:
    """What was written since the last look, by template; each message once."""
    jobs.run_due_jobs()
    found = {message.template.rpartition("/")[2]: message for message in Message.objects.order_by("pk")}
    assert Message.objects.count() == len(found)
    Message.objects.all().delete()
    return found


def test_a_start_by_mail_tells_both_sides_trf_016(boss, domain):
    transfer = started(boss, domain, way="email", email="miller@example.ch")

    mails = sent()

    assert set(mails) == {"transfer_started", "transfer_offer"}
    offer = mails["transfer_offer"]
    assert offer.recipient == "miller@example.ch"
    assert "/transfers/stw_mov_" in offer.body
    assert "huber.ch" in offer.body
    assert "Our secret" not in offer.body
    assert "miller@example.ch" in mails["transfer_started"].body
    transfers.resend_transfer(actor=boss, organisation_id=boss.organisation_id, transfer_id=transfer.pk)
    assert sent()["transfer_offer"].body == offer.body, "the same link again"


def test_a_link_is_told_to_the_giver_only_and_is_not_in_the_mail_trf_016(boss, domain):
    started(boss, domain)

    mails = sent()

    assert set(mails) == {"transfer_started"}
    assert "stw_mov" not in mails["transfer_started"].body


def test_the_completion_tells_both_sides_and_the_receiver_what_to_check_trf_016_trf_010_own_004(boss, domain, miller):
    transfer = started(boss, domain)
    sent()

    accepted(transfer, miller)

    mails = sent()
    assert set(mails) == {"transfer_completed", "transfer_received"}
    assert "Our secret" in mails["transfer_completed"].body
    received = mails["transfer_received"].body
    assert "Check the holder of each domain" in received
    assert "Automatic renewal is off" in received
    assert "huber.ch" in received
    assert "Our secret" not in received


def test_a_cancellation_tells_both_sides_trf_016(boss, domain):
    transfer = started(boss, domain, way="email", email="miller@example.ch")
    sent()

    transfers.cancel_transfer(actor=boss, organisation_id=boss.organisation_id, transfer_id=transfer.pk)

    mails = sent()
    assert set(mails) == {"transfer_ended", "transfer_withdrawn"}
    assert mails["transfer_withdrawn"].recipient == "miller@example.ch"


def test_the_giver_learns_that_nobody_answered_in_time(boss, domain):
    started(boss, domain)
    sent()

    with clock.travel_to(clock.now() + timedelta(days=15)):
        transfers.expire_transfers()
        mails = sent()

    assert "Nobody took over these products in time" in mails["transfer_ended"].body
