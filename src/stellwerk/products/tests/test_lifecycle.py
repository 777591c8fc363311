"""No sequence of calls leads a product where it must not be (REN-050…053)."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from stellwerk.catalogue.errors import OfferUnknown
from stellwerk.catalogue.kinds.web_hosting import WebHosting
from stellwerk.foundation import activity
from stellwerk.foundation.errors import Invalid, NotFound
from stellwerk.organisations.tests.builders import an_organisation
from stellwerk.products import services
from stellwerk.products.errors import AlreadyExtended, IllegalStep, ProvisioningRefused
from stellwerk.products.models import Product
from stellwerk.products.rules import FINAL, LIVE, STEPS, State
from stellwerk.products.tests.builders import a_domain_of, a_product_of, a_suite_of

STEP_SERVICES = {
    State.SUSPENDED: services.suspend_product,
    State.ACTIVE: services.resume_product,
    State.TERMINATED: services.terminate_product,
    State.CANCELLED: services.cancel_product,
}


def in_state(state: State) -> Product:
    product = a_product_of(an_organisation())
    if state is State.PROVISIONING:
        Product.objects.filter(pk=product.pk).update(state=state)
    elif state is not State.ACTIVE:
        STEP_SERVICES[state](product_id=product.pk)
    product.refresh_from_db()
    return product


@pytest.mark.django_db
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("target", list(STEP_SERVICES))
def test_each_step_is_taken_repeated_harmlessly_or_refused(state, target):
    product = in_state(state)
    ready_by_itself = state is State.PROVISIONING and target is State.ACTIVE  # finish_provisioning does that

    if state is target:
        assert STEP_SERVICES[target](product_id=product.pk) is False
    elif target in STEPS[state] and not ready_by_itself:
        assert STEP_SERVICES[target](product_id=product.pk) is True
        product.refresh_from_db()
        assert product.state == target
        assert STEP_SERVICES[target](product_id=product.pk) is False
    else:
        with pytest.raises(IllegalStep):
            STEP_SERVICES[target](product_id=product.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("step", STEP_SERVICES.values())
def test_what_does_not_exist_takes_no_step(step):
    with pytest.raises(NotFound):
        step(product_id=0)


@pytest.mark.django_db
def test_the_kind_and_the_activity_log_hear_of_each_step_once(monkeypatch):
    heard = []
    for hook in ("suspend", "resume", "terminate"):
        monkeypatch.setattr(WebHosting, hook, lambda _self, facts, hook=hook: heard.append((hook, facts.product_id)))
    product = a_product_of(an_organisation(), name="huber.ch")

    for step in ("suspend_product", "suspend_product", "resume_product", "resume_product", "terminate_product"):
        getattr(services, step)(product_id=product.pk)

    assert heard == [("suspend", product.pk), ("resume", product.pk), ("terminate", product.pk)]
    assert [row.sentence for row in activity.organisation_rows(product.organisation_id)[:3]] == [
        "Stellwerk terminated huber.ch because it was not paid",
        "Stellwerk reactivated huber.ch",
        "Stellwerk suspended huber.ch",
    ]


@pytest.mark.django_db
def test_a_product_whose_kind_is_gone_can_still_be_ended():
    product = a_product_of(an_organisation())
    Product.objects.filter(pk=product.pk).update(kind_code="spaceship")

    assert services.suspend_product(product_id=product.pk)
    assert services.terminate_product(product_id=product.pk)


class ProductLife(RuleBasedStateMachine):
    """Any order of any service on the products of two organisations."""

    picks = st.integers(0, 5)

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()  # each life in a transaction of its own, undone at its end
        self.block.__enter__()
        self.known: dict[int, tuple[State, date]] = {}
        self.calls = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def two_organisations(self):
        self.organisations = [an_organisation("First AG"), an_organisation("Second AG")]

    def attempt(self, call, *refusals):
        with suppress(*refusals):
            call()

    def one_of(self, pick):
        ids = sorted(Product.objects.values_list("pk", flat=True))
        return Product.objects.get(pk=ids[pick % len(ids)]) if ids else None

    @rule(pick=st.integers(0, 1), make=st.sampled_from([a_domain_of, a_suite_of, a_product_of]))
    def activate(self, pick, make):
        named = {"name": "huber.ch"} if make is a_domain_of else {}
        self.attempt(lambda: make(self.organisations[pick], **named), ProvisioningRefused)

    @rule(pick=picks, step=st.sampled_from(list(STEP_SERVICES.values())))
    def step(self, pick, step):
        if product := self.one_of(pick):
            self.attempt(lambda: step(product_id=product.pk), IllegalStep)

    @rule(pick=picks, days=st.integers(-30, 400), source=st.integers(0, 6))
    def extend(self, pick, days, source):
        if product := self.one_of(pick):
            self.attempt(
                lambda: services.extend_product(
                    product_id=product.pk, until=product.expires_on + timedelta(days), period_months=12,
                    source=f"renewal:{source}",
                ),
                IllegalStep, AlreadyExtended,
            )  # fmt: skip

    @rule(pick=picks, quantity=st.integers(-1, 6))
    def change(self, pick, quantity):
        self.calls += 1
        if product := self.one_of(pick):
            self.attempt(
                lambda: services.change_product(
                    product_id=product.pk, quantity=quantity, source=f"change:{self.calls}"
                ),
                IllegalStep, Invalid, OfferUnknown,
            )  # fmt: skip

    @rule(pick=picks, mode=st.booleans())
    def renew(self, pick, mode):
        if product := self.one_of(pick):
            services.set_renewal_modes(
                organisation_id=product.organisation_id, product_ids=[product.pk], renews_automatically=mode
            )

    @invariant()
    def nothing_illegal_has_happened(self):
        products = list(Product.objects.all())
        for product in products:
            state, expires_on = self.known.get(product.pk, (State(product.state), product.expires_on))
            assert product.state == state or product.state in STEPS[state]
            assert product.expires_on >= expires_on  # paid time is never taken away
            assert (product.ended_on is not None) == (product.state in FINAL)
            assert (product.suspended_on is not None) == (product.state == State.SUSPENDED)
            self.known[product.pk] = (State(product.state), product.expires_on)
        live = [product for product in products if product.state in LIVE]
        suites = [product.organisation_id for product in live if product.is_unique_per_organisation]
        names = [product.name for product in live if product.has_unique_name]
        assert len(suites) == len(set(suites))
        assert len(names) == len(set(names))


@pytest.mark.django_db
@pytest.mark.slow  # many lives of many steps
def test_no_sequence_of_calls_leads_to_an_illegal_state():
    chosen = settings(max_examples=12, stateful_step_count=15, deadline=None)

    run_state_machine_as_test(ProductLife, settings=chosen)
