"""Whatever is started, taken over, declined and cancelled, in whatever order (TRF-009, GEN-001)."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from stellwerk.foundation.actor import Actor
from stellwerk.foundation.errors import DomainError
from stellwerk.organisations.tests.builders import a_legal_representative_of, an_organisation
from stellwerk.products.models import Product, ProductTransfer, TransferredProduct
from stellwerk.products.rules import TransferState
from stellwerk.products.services import transfers
from stellwerk.products.tests.builders import a_domain_of, link_of, started

PEOPLE, PRODUCTS = 3, 3
_who = st.integers(0, PEOPLE - 1)
_what = st.sets(st.integers(0, PRODUCTS - 1), min_size=1)


class Moves(RuleBasedStateMachine):
    """Three organisations and three domains; what the model says is what the rows say."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()  # each life in a transaction of its own, undone at its end
        self.block.__enter__()
        self.people: list[Actor] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        organisations = [an_organisation(f"Organisation {number}") for number in range(PEOPLE)]
        self.people = [a_legal_representative_of(each) for each in organisations]
        self.products = [a_domain_of(organisations[0]) for _ in range(PRODUCTS)]
        self.paid = {each.pk: (each.started_on, each.expires_on, each.state) for each in self.products}
        self.owners = {each.pk: organisations[0].pk for each in self.products}
        self.open: dict[int, tuple[str, set[int], int]] = {}

    @rule(who=_who, what=_what)
    def start(self, who: int, what: set[int]) -> None:
        actor, chosen = self.people[who], [self.products[each] for each in what]
        promised = set().union(*(products for _link, products, _giver in self.open.values()))
        may = all(self.owners[each.pk] == actor.organisation_id and each.pk not in promised for each in chosen)
        try:
            made = started(actor, *chosen)
        except DomainError:
            assert not may
            return
        assert may
        self.open[made.pk] = (link_of(made), {each.pk for each in chosen}, actor.organisation_id)

    @rule(who=_who, at=st.integers(0, 5), is_yes=st.booleans())
    def answer(self, who: int, at: int, is_yes: bool) -> None:  # noqa: FBT001  a drawn value
        if not self.open:
            return
        number = sorted(self.open)[at % len(self.open)]
        link, products, giver = self.open[number]
        actor = self.people[who]
        if is_yes and actor.organisation_id != giver:
            transfers.accept_transfer(actor=actor, raw_link=link, organisation_id=actor.organisation_id)
            self.owners |= dict.fromkeys(products, actor.organisation_id)
        elif is_yes:
            return
        else:
            transfers.decline_transfer(actor=actor, raw_link=link)
        del self.open[number]

    @rule(at=st.integers(0, 5))
    def cancel(self, at: int) -> None:
        if self.open:
            number = sorted(self.open)[at % len(self.open)]
            giver = next(each for each in self.people if each.organisation_id == self.open[number][2])
            transfers.cancel_transfer(actor=giver, organisation_id=giver.organisation_id, transfer_id=number)
            del self.open[number]

    @invariant()
    def every_product_has_its_one_owner_and_its_paid_time(self) -> None:
        if not self.people:
            return
        rows = Product.objects.filter(pk__in=self.paid)
        assert {each.pk: each.organisation_id for each in rows} == self.owners
        assert {each.pk: (each.started_on, each.expires_on, each.state) for each in rows} == self.paid
        is_open = ProductTransfer.objects.filter(state=TransferState.STARTED)
        assert set(is_open.values_list("pk", flat=True)) == self.open.keys()
        promised = TransferredProduct.objects.filter(is_open=True).values_list("product_id", flat=True)
        assert sorted(promised) == sorted(pk for _link, products, _giver in self.open.values() for pk in products)


@pytest.mark.django_db
def test_each_product_belongs_to_exactly_one_organisation_and_paid_time_never_changes_trf_009() -> None:
    few = settings(max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Moves, settings=few)
