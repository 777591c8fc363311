"""What cannot go to another organisation, at the start and at the acceptance (TRF-002, TRF-011)."""

from __future__ import annotations

import pytest

from stellwerk.billing.queries.due_items import DueChoice
from stellwerk.billing.services.pay_selection import Selection, pay_selection
from stellwerk.foundation import clock
from stellwerk.organisations.tests.builders import a_legal_representative_of
from stellwerk.products import services
from stellwerk.products.errors import NotTransferable, TransferOver
from stellwerk.products.rules import State, TransferState
from stellwerk.products.services import transfers
from stellwerk.products.tests.builders import a_domain_of, a_product_of, a_suite_of, accepted, started

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(bakery):
    return a_legal_representative_of(bakery)


def fresh(row):
    row.refresh_from_db()
    return row


def refusal_of(organisation, product, **more) -> str:
    (verdict,) = transfers.transfer_verdicts(organisation.pk, [product.pk], **more)
    return verdict.refused_because.code if verdict.refused_because else ""


def test_a_suite_stays_trf_002_ofr_017(bakery, boss):
    suite = a_suite_of(bakery)

    with pytest.raises(NotTransferable) as refused:
        started(boss, suite)

    assert refusal_of(bakery, suite) == "suite_not_transferable"
    assert (refused.value.code, refused.value.status) == ("suite_not_transferable", 409)
    assert "A Suite stays with its organisation" in refused.value.sentence()


def test_what_is_overdue_or_announced_or_on_an_open_invoice_stays_trf_011(bakery, boss):
    overdue, announced = a_product_of(bakery, period_months=1), a_domain_of(bakery)
    pay_selection(
        actor=boss,
        organisation_id=bakery.pk,
        entries=Selection(items=(DueChoice(product_id=announced.pk),), means="bank_transfer"),
    )

    assert refusal_of(bakery, announced) == "transfer_unpaid"
    assert refusal_of(bakery, overdue) == ""
    with clock.travel_to(overdue.expires_on):
        assert refusal_of(bakery, overdue) == "transfer_unpaid"
        services.suspend_product(product_id=overdue.pk)
        with pytest.raises(NotTransferable, match="transfer_unpaid"):
            started(boss, overdue)


def test_what_was_paid_meanwhile_by_a_transfer_of_money_stands_in_the_way_of_acceptance_too_trf_011(
    bakery, boss, miller
):
    domain = a_domain_of(bakery)
    transfer = started(boss, domain)
    pay_selection(
        actor=boss,
        organisation_id=bakery.pk,
        entries=Selection(items=(DueChoice(product_id=domain.pk),), means="bank_transfer"),
    )

    with pytest.raises(NotTransferable, match="transfer_unpaid"):
        accepted(transfer, miller)

    assert fresh(domain).organisation_id == bakery.pk
    assert fresh(transfer).state == TransferState.STARTED


def test_what_has_not_begun_or_has_ended_stays(bakery, boss, miller, mill):
    gone, kept = a_domain_of(bakery), a_domain_of(bakery)
    transfer = started(boss, gone, kept)
    services.cancel_product(product_id=gone.pk)

    assert refusal_of(bakery, gone) == "transfer_not_running"
    accepted(transfer, miller)

    assert fresh(gone).organisation_id == bakery.pk
    assert fresh(kept).organisation_id == mill.pk
    assert [each.product_id for each in transfer.items.all()] == [kept.pk]


def test_a_transfer_whose_products_have_all_ended_is_over(bakery, boss, miller):
    domain = a_domain_of(bakery)
    transfer = started(boss, domain)
    services.cancel_product(product_id=domain.pk)

    with pytest.raises(TransferOver):
        accepted(transfer, miller)


def test_a_suspended_product_that_is_paid_moves_as_it_is(bakery, boss, miller, mill):
    domain = a_domain_of(bakery)
    services.suspend_product(product_id=domain.pk, reason="operator")

    accepted(started(boss, domain), miller)

    assert (fresh(domain).organisation_id, domain.state) == (mill.pk, State.SUSPENDED)


def test_a_product_is_in_one_open_transfer_at_most(bakery, boss):
    domain = a_domain_of(bakery)
    first = started(boss, domain)

    with pytest.raises(NotTransferable, match="transfer_already_started"):
        started(boss, domain)
    transfers.cancel_transfer(actor=boss, organisation_id=bakery.pk, transfer_id=first.pk)

    assert started(boss, domain).pk != first.pk
