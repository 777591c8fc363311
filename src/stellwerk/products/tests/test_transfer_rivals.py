"""Whoever else wants the same products at the same moment. On PostgreSQL, where writers really run side by side."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from stellwerk.billing.models import Invoice, Renewal
from stellwerk.billing.queries.due_items import DueChoice
from stellwerk.billing.services.pay_selection import Selection, pay_selection
from stellwerk.billing.services.renew import play_organisations
from stellwerk.billing.tests.builders import a_prepaid_balance
from stellwerk.catalogue.kinds import kinds
from stellwerk.catalogue.kinds.base import ALREADY_OWNED
from stellwerk.foundation import clock
from stellwerk.foundation.errors import DomainError
from stellwerk.organisations.tests.builders import a_legal_representative_of, an_organisation
from stellwerk.products.models import Product, ProductTransfer
from stellwerk.products.rules import TransferState
from stellwerk.products.services import NewProduct, activate_product, transfers
from stellwerk.products.tests.builders import a_domain_of, a_product_of, accepted, started

pytestmark = [pytest.mark.postgresql_only, pytest.mark.django_db(transaction=True)]
ATTEMPTS = pytest.mark.parametrize("attempt", range(3))


def all_at_once(*calls) -> list[str]:
    """Start every call at the same barrier; "done" or the refusal's code of each, in the order of the calls."""
    barrier = threading.Barrier(len(calls))
    outcomes = [""] * len(calls)

    def run(at: int) -> None:
        try:
            barrier.wait(timeout=10)
            calls[at]()
            outcomes[at] = "done"
        except DomainError as refusal:
            outcomes[at] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return outcomes


@pytest.fixture
def giver():
    return a_legal_representative_of(an_organisation("Geber AG"))


@pytest.fixture
def taker():
    return a_legal_representative_of(an_organisation("Nehmer AG"))


def acceptance(transfer, taker):
    return lambda: accepted(transfer, taker)


def owner_of(product) -> int:
    return Product.objects.get(pk=product.pk).organisation_id


@ATTEMPTS
def test_of_two_acceptances_one_wins_trf_006(attempt, giver, taker):
    domain = a_domain_of_actor(giver)
    other = a_legal_representative_of(an_organisation("Dritte AG"))
    transfer = started(giver, domain)

    outcomes = all_at_once(acceptance(transfer, taker), acceptance(transfer, other))

    assert sorted(outcomes) == ["done", "transfer_over"]
    winner = (taker, other)[outcomes.index("done")]
    assert owner_of(domain) == winner.organisation_id == ProductTransfer.objects.get(pk=transfer.pk).receiver_id


@ATTEMPTS
def test_acceptance_and_cancellation_are_never_both_trf_006(attempt, giver, taker):
    domain = a_domain_of_actor(giver)
    transfer = started(giver, domain)

    outcomes = all_at_once(
        acceptance(transfer, taker),
        lambda: transfers.cancel_transfer(actor=giver, organisation_id=giver.organisation_id, transfer_id=transfer.pk),
    )

    assert outcomes in (["done", "transfer_closed"], ["transfer_over", "done"])
    is_moved = outcomes[0] == "done"
    assert owner_of(domain) == (taker if is_moved else giver).organisation_id
    expected = TransferState.COMPLETED if is_moved else TransferState.CANCELLED
    assert ProductTransfer.objects.get(pk=transfer.pk).state == expected


@ATTEMPTS
def test_the_daily_run_charges_the_giver_before_the_move_or_nobody_trf_009_trf_010(attempt, giver, taker):
    a_prepaid_balance(_Owner(giver), 100_000)
    domain = a_domain_of_actor(giver, renews_automatically=True)
    with clock.travel_to(domain.expires_on - timedelta(days=8)):
        transfer = started(giver, domain)

        outcomes = all_at_once(
            acceptance(transfer, taker),
            lambda: play_organisations(organisation_ids=[giver.organisation_id, taker.organisation_id]),
        )

    assert outcomes == ["done", "done"]
    moved = Product.objects.get(pk=domain.pk)
    assert moved.organisation_id == taker.organisation_id
    renewed = Renewal.objects.filter(product_id=domain.pk).count()
    assert moved.expires_on.year - domain.expires_on.year == renewed
    assert not Invoice.objects.filter(organisation_id=taker.organisation_id).exists()
    assert not Renewal.objects.filter(organisation_id=taker.organisation_id).exists()


@ATTEMPTS
def test_what_is_being_paid_does_not_move_and_what_has_moved_is_not_paid_trf_011(attempt, giver, taker):
    domain = a_domain_of_actor(giver)
    transfer = started(giver, domain)
    entries = Selection(items=(DueChoice(product_id=domain.pk),), means="bank_transfer")

    outcomes = all_at_once(
        acceptance(transfer, taker),
        lambda: pay_selection(actor=giver, organisation_id=giver.organisation_id, entries=entries),
    )

    assert outcomes in (["done", "object_not_found"], ["transfer_unpaid", "done"])
    is_moved = outcomes[0] == "done"
    assert owner_of(domain) == (taker if is_moved else giver).organisation_id
    assert Renewal.objects.filter(product_id=domain.pk).exists() is not is_moved


@ATTEMPTS
def test_of_a_kind_that_one_owns_once_the_order_or_the_move_brings_it(attempt, giver, taker, monkeypatch):
    monkeypatch.setattr(type(kinds()["web-hosting"]), "unique_per_organisation", ALREADY_OWNED)
    site = a_product_of_actor(giver)
    transfer = started(giver, site)
    ordered = NewProduct(
        organisation_id=taker.organisation_id, offer_code="web-hosting", period_months=12, quantity=1,
        source=f"rival:{attempt}",
    )  # fmt: skip

    outcomes = all_at_once(acceptance(transfer, taker), lambda: activate_product(actor=taker, entries=ordered))

    assert sorted(outcomes) == ["already_owned", "done"]
    assert Product.objects.filter(organisation_id=taker.organisation_id).count() == 1


@ATTEMPTS
def test_two_who_give_to_each_other_do_not_wait_for_each_other(attempt, giver, taker):
    mine, yours = a_domain_of_actor(giver), a_domain_of_actor(taker)

    outcomes = all_at_once(acceptance(started(giver, mine), taker), acceptance(started(taker, yours), giver))

    assert outcomes == ["done", "done"]
    assert (owner_of(mine), owner_of(yours)) == (taker.organisation_id, giver.organisation_id)


class _Owner:
    """What the builders of products ask of an organisation."""

    def __init__(self, actor) -> None:
        self.pk = actor.organisation_id


def a_domain_of_actor(actor, **more) -> Product:
    return a_domain_of(_Owner(actor), **more)


def a_product_of_actor(actor, **more) -> Product:
    return a_product_of(_Owner(actor), **more)
