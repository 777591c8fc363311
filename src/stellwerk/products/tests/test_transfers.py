"""Products move from one organisation to another (ORG-098, ORG-081, TRF-001…016, OWN-004)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from stellwerk.billing.models import Invoice, LedgerAccount
from stellwerk.billing.queries.due_rows import DueScope, Until, due_page
from stellwerk.billing.services.fill_cart import NewCartLine, add_to_cart
from stellwerk.billing.services.place_order import Checkout, place_order
from stellwerk.foundation import activity, clock, secrets
from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import AccessDenied, Invalid, NotFound, RuleBroken
from stellwerk.organisations.models import Membership
from stellwerk.organisations.services import teams
from stellwerk.organisations.tests.builders import (
    a_collaborator_of,
    a_legal_representative_of,
    a_member_of,
    a_person,
    a_stranger_actor,
    acting,
    an_organisation,
)
from stellwerk.products import queries, services
from stellwerk.products.errors import TransferOver
from stellwerk.products.models import Product, ProductGrant, ProductTag, ProductTransfer
from stellwerk.products.rules import TransferState
from stellwerk.products.services import transfers
from stellwerk.products.tests.builders import (
    a_domain_of,
    a_product_of,
    accepted,
    given,
    granted,
    link_of,
    started,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena():
    return a_person("Lena", "Huber")


@pytest.fixture
def bakery(lena):
    return an_organisation("Bäckerei Huber AG", of=lena)


@pytest.fixture
def boss(bakery):
    return a_legal_representative_of(bakery)


def fresh(row):
    row.refresh_from_db()
    return row


def log_of(organisation) -> list[str]:
    return [row.sentence for row in activity.organisation_rows(organisation.pk)]


def test_a_link_moves_several_products_and_their_paid_time_trf_001_trf_003_trf_004_trf_009(boss, mill, miller, bakery):
    domain, site = a_domain_of(bakery, "huber.ch"), a_product_of(bakery, name="shop.huber.ch")
    before = {each.pk: (each.started_on, each.expires_on, each.state, each.quantity) for each in (domain, site)}

    transfer = started(boss, domain, site)
    assert fresh(domain).organisation_id == bakery.pk, "nothing moves before it is accepted"
    accepted(transfer, miller)

    for each in (fresh(domain), fresh(site)):
        assert each.organisation_id == mill.pk
        assert (each.started_on, each.expires_on, each.state, each.quantity) == before[each.pk]
    assert fresh(transfer).state == TransferState.COMPLETED
    assert transfer.receiver_id == mill.pk


def test_it_goes_at_once_to_another_own_organisation_org_098_trf_004(lena, boss, bakery):
    second = an_organisation("Huber Immobilien AG", of=lena)
    domain = a_domain_of(bakery)

    transfer = started(boss, domain, way="direct", receiver_id=second.pk)

    assert fresh(domain).organisation_id == second.pk
    assert transfer.state == TransferState.COMPLETED
    assert transfer.digest is None


def test_directly_only_to_where_one_manages_trf_005(lena, boss, bakery, mill):
    domain = a_domain_of(bakery)

    with pytest.raises(NotFound):
        started(boss, domain, way="direct", receiver_id=mill.pk)
    Membership.objects.create(
        organisation=mill, account=lena, role=Role.COLLABORATOR, has_billing_access=True, created_at=clock.now()
    )
    with pytest.raises(AccessDenied):
        started(boss, domain, way="direct", receiver_id=mill.pk)
    with pytest.raises(RuleBroken, match="transfer_to_itself"):
        started(boss, domain, way="direct", receiver_id=bakery.pk)
    assert fresh(domain).organisation_id == bakery.pk


def test_only_a_legal_representative_or_an_administrator_starts_org_098_trf_003(bakery, boss):
    domain = a_domain_of(bakery)
    mina = a_collaborator_of(bakery)
    granted(boss, domain, to=mina.account_id)
    administrator = acting(a_member_of(bakery, Role.ADMINISTRATOR), bakery)

    with pytest.raises(AccessDenied) as refused:
        started(mina, domain)
    assert refused.value.context["granted_by"] == ["legal_representative", "administrator"]
    assert started(administrator, domain).state == TransferState.STARTED


def test_the_terms_and_the_warnings_are_ticked_trf_003(bakery, boss):
    domain = a_domain_of(bakery)

    with pytest.raises(Invalid) as refused:
        started(boss, domain, way="email", email="nonsense", accepts_terms=False, confirms_warnings=False)

    assert {each.name for each in refused.value.errors} == {"email", "accepts_terms", "confirms_warnings"}
    assert not ProductTransfer.objects.exists()


def test_the_link_works_once_and_all_dead_links_answer_alike_trf_006(bakery, boss, miller, mill):
    used, cancelled, expired, declined = (started(boss, a_domain_of(bakery)) for _ in range(4))
    links = [link_of(each) for each in (used, cancelled, expired, declined)]
    accepted(used, miller)
    transfers.cancel_transfer(actor=boss, organisation_id=bakery.pk, transfer_id=cancelled.pk)
    transfers.decline_transfer(actor=miller, raw_link=links[3])
    links.append(secrets.new_secret("stw_mov"))

    answers = []
    with clock.travel_to(clock.now() + timedelta(days=14, seconds=1)):
        for link in links:
            with pytest.raises(TransferOver) as over:
                transfers.accept_transfer(actor=miller, raw_link=link, organisation_id=mill.pk)
            answers.append((over.value.code, over.value.sentence(), over.value.status))

    assert len(set(answers)) == 1
    assert answers[0][::2] == ("transfer_over", 410)


def test_a_link_is_valid_for_fourteen_days_trf_006(bakery, boss, miller, mill):
    domain = a_domain_of(bakery)
    transfer = started(boss, domain)

    with clock.travel_to(transfer.created_at + timedelta(days=14) - timedelta(seconds=1)):
        accepted(transfer, miller)

    assert fresh(domain).organisation_id == mill.pk


def test_what_nobody_answers_expires_and_is_free_again_trf_006(bakery, boss, miller):
    domain = a_domain_of(bakery)
    first = started(boss, domain)

    with clock.travel_to(clock.now() + timedelta(days=15)):
        second = started(boss, domain)
        assert fresh(first).state == TransferState.EXPIRED
        assert transfers.expire_transfers() == 0
    with clock.travel_to(clock.now() + timedelta(days=40)):
        assert transfers.expire_transfers() == 1

    assert fresh(second).state == TransferState.EXPIRED
    assert second.sealed_link == ""


def test_people_and_teams_lose_their_access_and_tags_stay_behind_org_081_trf_007(bakery, boss, miller):
    domain = a_domain_of(bakery)
    mina = a_collaborator_of(bakery)
    granted(boss, domain, to=mina.account_id)
    team = teams.create_team(actor=boss, organisation_id=bakery.pk, name="Web", color="blue")
    tom = a_collaborator_of(bakery)
    teams.add_to_team(actor=boss, organisation_id=bakery.pk, team_id=team.pk, account_ids=[tom.account_id])
    given(boss, bakery, on=domain, team=team.pk)
    tag = services.create_tag(actor=boss, organisation_id=bakery.pk, name="Shop", color="teal")
    services.set_product_tags(actor=boss, organisation_id=bakery.pk, product_id=domain.pk, tag_ids=[tag])
    services.rename_product(actor=boss, organisation_id=bakery.pk, product_id=domain.pk, internal_name="Our secret")

    accepted(started(boss, domain), miller)

    assert not ProductGrant.objects.filter(product=domain).exists()
    assert not ProductTag.objects.filter(product=domain).exists()
    for former in (mina, tom, boss):
        assert not queries.sees_product(former, bakery.pk, product_id=domain.pk)
        assert not queries.sees_product(former, miller.organisation_id, product_id=domain.pk)
    assert queries.sees_product(miller, miller.organisation_id, product_id=domain.pk)
    assert fresh(domain).internal_name == "", "the giver's own word for it tells the receiver nothing"
    assert queries.tag_rows(boss, bakery.pk)[0].name == "Shop"


def test_the_automatic_renewal_is_off_afterwards_trf_010(bakery, boss, miller):
    domain = a_domain_of(bakery, renews_automatically=True)

    accepted(started(boss, domain), miller)

    assert not fresh(domain).renews_automatically


def test_invoices_and_ledger_stay_where_they_are_trf_008(bakery, boss, miller, mill):
    add_to_cart(
        actor=boss,
        organisation_id=bakery.pk,
        entries=NewCartLine(offer_code="domain-ch", period_months=12, target="later.ch"),
    )
    place_order(actor=boss, organisation_id=bakery.pk, entries=Checkout(means="bank_transfer", accepts_terms=True))
    domain = a_domain_of(bakery)
    before = list(Invoice.objects.order_by("pk").values())

    accepted(started(boss, domain), miller)

    assert list(Invoice.objects.order_by("pk").values()) == before
    assert not Invoice.objects.filter(organisation=mill).exists()
    assert set(LedgerAccount.objects.exclude(organisation_id=None).values_list("organisation_id", flat=True)) == {
        bakery.pk
    }


def test_the_receiver_manages_the_organisation_that_takes_trf_005(bakery, boss, mill):
    domain = a_domain_of(bakery)
    transfer = started(boss, domain)
    clerk = acting(a_member_of(mill, billing=True), mill)
    stranger = a_stranger_actor(a_person("Otto", "Aussen"))

    with pytest.raises(AccessDenied):
        accepted(transfer, clerk)
    with pytest.raises(NotFound):
        transfers.accept_transfer(actor=stranger, raw_link=link_of(transfer), organisation_id=mill.pk)
    with pytest.raises(RuleBroken, match="transfer_to_itself"):
        accepted(transfer, boss)
    assert fresh(domain).organisation_id == bakery.pk


def test_a_limited_token_does_not_lead_elsewhere_and_scopes_count(bakery, boss, miller):
    domain = a_domain_of(bakery)
    transfer = started(boss, domain)

    with pytest.raises(NotFound):
        accepted(transfer, replace(miller, only_organisation_id=bakery.pk))
    with pytest.raises(AccessDenied):
        accepted(transfer, replace(miller, scopes=frozenset({"products:read"})))
    with pytest.raises(AccessDenied):
        transfers.cancel_transfer(
            actor=replace(boss, scopes=frozenset({"products:read"})),
            organisation_id=bakery.pk,
            transfer_id=transfer.pk,
        )


def test_each_side_reads_it_in_its_own_log_and_the_product_stays_readable_there(bakery, boss, miller, mill):
    domain = a_domain_of(bakery, "huber.ch")

    accepted(started(boss, domain, way="email", email="miller@example.ch"), miller)

    given_sentence = "huber.ch was moved to the organisation Mühle GmbH; Anna Keller took it over"
    assert given_sentence in log_of(bakery)
    assert "Lena Huber started the move of huber.ch to another organisation: by e-mail to miller@example.ch" in log_of(
        bakery
    )
    assert "Anna Keller took over huber.ch from the organisation Bäckerei Huber AG" in log_of(mill)
    about = [row.sentence for row in activity.rows_about(bakery.pk, product_id=domain.pk)]
    assert given_sentence in about
    assert any("was activated" in each for each in about)
    assert [row.action for row in activity.rows_about(mill.pk, product_id=domain.pk)] == ["product_taken_over"]


def test_cancelling_and_declining_leave_everything_as_it_was_trf_006(bakery, boss, miller):
    domain = a_domain_of(bakery, renews_automatically=True)
    first = started(boss, domain)
    transfers.cancel_transfer(actor=boss, organisation_id=bakery.pk, transfer_id=first.pk)
    second = started(boss, domain)
    transfers.decline_transfer(actor=miller, raw_link=link_of(second))

    assert fresh(domain).organisation_id == bakery.pk
    assert domain.renews_automatically
    assert [fresh(each).state for each in (first, second)] == [TransferState.CANCELLED, TransferState.DECLINED]
    with pytest.raises(RuleBroken, match="transfer_closed"):
        transfers.cancel_transfer(actor=boss, organisation_id=bakery.pk, transfer_id=first.pk)


def test_only_a_mailed_transfer_is_sent_again(bakery, boss):
    transfer = started(boss, a_domain_of(bakery))

    with pytest.raises(RuleBroken, match="transfer_without_email"):
        transfers.resend_transfer(actor=boss, organisation_id=bakery.pk, transfer_id=transfer.pk)


def test_a_price_list_of_another_currency_counts_for_the_next_renewal_trf_012(bakery, boss):
    hof = an_organisation("Hof GmbH", country="DE")
    owner = a_legal_representative_of(hof)
    domain = a_domain_of(bakery)
    accepted(started(boss, domain), owner)

    (row,) = due_page(owner, hof.pk, scope=DueScope(until=Until.ALL)).rows

    assert (row.product_id, row.currency, row.amount_minor) == (domain.pk, "EUR", 960)


def test_the_holder_data_and_the_name_are_untouched_trf_014_own_004(bakery, boss, miller):
    domain = a_domain_of(bakery, "huber.ch")
    facts = Product.objects.filter(pk=domain.pk).values("name", "offer_code", "kind_code", "source", "anchor_day")
    before = list(facts)

    accepted(started(boss, domain), miller)

    assert list(facts.all()) == before
