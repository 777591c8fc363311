"""A paid line becomes a product: once per source, or not at all with the reason (ORD-022…024, ORG-005)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from stellwerk.catalogue.kinds import Provisioned
from stellwerk.catalogue.kinds.web_hosting import WebHosting
from stellwerk.foundation import activity, clock, notify
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.errors import RuleBroken
from stellwerk.foundation.months import last_day
from stellwerk.organisations.tests.builders import an_organisation
from stellwerk.products import queries, services
from stellwerk.products.errors import IllegalStep, ProvisioningRefused
from stellwerk.products.models import Product
from stellwerk.products.tests.builders import a_domain_of, a_product_of, a_suite_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("today", "months", "expires_on"),
    [
        (date(2026, 3, 10), 12, date(2027, 3, 10)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),  # EX-21
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
    ],
)
def test_the_period_begins_on_the_day_of_activation_ord_024(today, months, expires_on):
    with clock.travel_to(today):
        product = a_product_of(an_organisation(), period_months=months)

    assert (product.started_on, product.expires_on, product.anchor_day) == (today, expires_on, today.day)
    assert product.state == "active"


def test_the_same_source_twice_is_one_product():
    acme = an_organisation()

    first = a_product_of(acme, source="order-line:7")
    second = a_product_of(acme, source="order-line:7")

    assert first.pk == second.pk
    assert queries.product_of("order-line:7").id == first.pk
    assert [row.sentence for row in activity.organisation_rows(acme.pk) if "activated" in row.sentence] == [
        f"Web hosting was activated, paid until {notify.date_in_words(last_day(first.expires_on), language='en')}"
    ]


def test_a_second_suite_is_refused_as_long_as_the_first_lives_org_005():
    acme = an_organisation()
    suite = a_suite_of(acme)

    with pytest.raises(RuleBroken) as asked:
        queries.require_orderable(acme.pk, "suite-pro")
    with pytest.raises(ProvisioningRefused) as refused:
        a_product_of(acme, "suite-pro")
    assert (asked.value.code, refused.value.code) == ("suite_already_exists", "suite_already_exists")

    services.terminate_product(product_id=suite.pk)
    queries.require_orderable(acme.pk, "suite-pro")
    assert a_product_of(acme, "suite-pro").state == "active"


def test_a_domain_name_has_one_holder_in_the_whole_instance():
    domain = a_domain_of(an_organisation("First AG"), "huber-brot.ch")
    other = an_organisation("Second AG")

    with pytest.raises(ProvisioningRefused) as refused:
        a_domain_of(other, "huber-brot.ch")
    assert refused.value.code == "domain_name_taken"
    assert "huber" not in refused.value.sentence()

    services.cancel_product(product_id=domain.pk)
    assert a_domain_of(other, "huber-brot.ch").state == "active"


def test_two_hostings_may_carry_the_same_name():
    acme = an_organisation()

    assert a_product_of(acme, name="huber.ch").pk != a_product_of(acme, name="huber.ch").pk


def test_a_refused_line_leaves_nothing_and_the_others_go_on_ord_023():
    acme = an_organisation()
    a_domain_of(acme, "taken.ch")

    with transaction.atomic():
        with pytest.raises(ProvisioningRefused):
            a_domain_of(acme, "taken.ch", source="order-line:2")
        a_domain_of(acme, "free.ch", source="order-line:3")

    assert queries.product_of("order-line:2") is None
    assert queries.product_of("order-line:3").state == "active"


def test_an_offer_that_is_gone_is_refused_with_its_name():
    with pytest.raises(ProvisioningRefused, match="offer_unknown"):
        a_product_of(an_organisation(), "spaceship")


def test_a_kind_may_refuse_for_its_own_reason(monkeypatch):
    def no_room(self, facts):
        raise ProvisioningRefused("no_room", text="The server is full.")

    monkeypatch.setattr(WebHosting, "provision", no_room)

    with pytest.raises(ProvisioningRefused, match="no_room"):
        a_product_of(an_organisation())
    assert not Product.objects.exists()


@pytest.fixture
def a_slow_engine(monkeypatch):
    monkeypatch.setattr(WebHosting, "provision", lambda _self, _facts: Provisioned.PENDING)


@pytest.mark.usefixtures("a_slow_engine")
def test_a_product_set_up_outside_begins_on_the_day_it_is_ready():
    with clock.travel_to(date(2026, 3, 10)):
        hosting = a_product_of(an_organisation())
    assert hosting.state == "provisioning"

    with clock.travel_to(date(2026, 3, 31)):
        services.finish_provisioning(actor=SYSTEM, product_id=hosting.pk)
        services.finish_provisioning(actor=SYSTEM, product_id=hosting.pk)

    hosting.refresh_from_db()
    assert (hosting.state, hosting.started_on, hosting.anchor_day) == ("active", date(2026, 3, 31), 31)
    assert hosting.expires_on == date(2027, 3, 31)


@pytest.mark.usefixtures("a_slow_engine")
def test_a_product_never_set_up_ends_and_says_why():
    acme = an_organisation()
    hosting = a_product_of(acme)

    for _ in range(2):
        services.refuse_provisioning(actor=SYSTEM, product_id=hosting.pk, reason="no room")

    hosting.refresh_from_db()
    assert hosting.state == "cancelled"
    assert activity.organisation_rows(acme.pk)[0].sentence == "Web hosting could not be set up: no room"
    with pytest.raises(IllegalStep):
        services.finish_provisioning(actor=SYSTEM, product_id=hosting.pk)


def test_a_running_product_is_not_refused_afterwards():
    with pytest.raises(IllegalStep):
        services.refuse_provisioning(actor=SYSTEM, product_id=a_product_of(an_organisation()).pk, reason="late")
