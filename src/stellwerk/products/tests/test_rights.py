"""Rights from roles, direct grants and teams, on products, kinds and everything, until their last day (ORG-045…051)."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as some

from stellwerk.catalogue.kinds import kinds
from stellwerk.foundation import activity, clock, secrets
from stellwerk.foundation.actor import Actor, Role
from stellwerk.foundation.errors import AccessDenied, Invalid, NotFound
from stellwerk.organisations.models import Membership
from stellwerk.organisations.services.invitations import NewInvitation, accept_invitation, invite
from stellwerk.organisations.services.teams import add_to_team, delete_team, remove_from_team
from stellwerk.organisations.tests.builders import (
    a_legal_representative_of,
    a_member_of,
    a_person,
    a_stranger_actor,
    acting,
    an_organisation,
    an_outsider,
)
from stellwerk.organisations.tests.house import TODAY, a_team
from stellwerk.products import queries, services
from stellwerk.products.models import Product, ProductGrant
from stellwerk.products.queries.access import granted_to, rights_column
from stellwerk.products.rules import ALL_RIGHTS, WHOLE, Right, effective_rights
from stellwerk.products.tests.builders import a_domain_of, a_product_of, given

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_still")]
HOSTING, DOMAIN = "web-hosting", "domain-name"


@pytest.fixture
def site(acme):
    return a_product_of(acme, name="shop.ch")


def rights(person, organisation, product) -> frozenset[str]:
    """By every road: the list, the product itself, the question before a write, and the card."""
    actor = acting(person, organisation)
    listed = {row.id: row.rights for row in queries.product_rows(actor, organisation.pk)} if actor.role else {}
    everywhere = {row.id: row.rights for row in queries.listing_everywhere(actor, limit=500).rows}
    asked = queries.rights_of(actor, organisation.pk, product_id=product.pk)
    access = queries.access_of_people(organisation.pk, [person.pk])[person.pk]
    named = next(each for each in queries.named_products(organisation.pk) if each.id == product.pk)

    assert listed.get(product.pk, frozenset()) == asked == access.rights_on(named)
    assert everywhere.get(product.pk, frozenset()) == asked
    assert queries.sees_product(actor, organisation.pk, product_id=product.pk) == bool(asked)
    return asked


def test_a_team_gives_its_rights_to_whoever_is_in_it_org_070_org_078(acme, boss, mia, site):
    team = a_team(boss)
    given(boss, acme, on=site, team=team, rights=[Right.STATISTIC])
    here = {"actor": boss, "organisation_id": acme.pk, "team_id": team, "account_ids": [mia.pk]}
    assert rights(mia, acme, site) == set()

    add_to_team(**here)
    assert rights(mia, acme, site) == {Right.STATISTIC}

    remove_from_team(**here)
    assert rights(mia, acme, site) == set()


def test_rights_of_several_sources_add_up_org_049_org_071(acme, boss, mia, site):
    given(boss, acme, on=site, to=mia.pk, rights=[Right.STATISTIC])
    given(boss, acme, on=site, team=a_team(boss, mia, name="One"), rights=[Right.TECHNICAL])
    given(boss, acme, kind=HOSTING, team=a_team(boss, mia, name="Two"), rights=[Right.STATISTIC])

    assert rights(mia, acme, site) == {Right.STATISTIC, Right.TECHNICAL}


def test_a_kind_includes_what_is_ordered_later_org_046_org_075(acme, boss, mia, site):
    given(boss, acme, kind=HOSTING, to=mia.pk, rights=[Right.STATISTIC])
    later, domain = a_product_of(acme, name="later.ch"), a_domain_of(acme)

    assert rights(mia, acme, site) == rights(mia, acme, later) == {Right.STATISTIC}
    assert rights(mia, acme, domain) == set()


def test_everything_comes_with_all_rights_of_each_kind_org_045(acme, boss, mia, site):
    given(boss, acme, to=mia.pk, rights=[WHOLE])
    domain = a_domain_of(acme)

    assert rights(mia, acme, site) == set(kinds()[HOSTING].rights)
    assert rights(mia, acme, domain) == set(kinds()[domain.kind_code].rights)


def test_less_than_all_rights_on_everything_is_refused_org_047(acme, boss, mia):
    with pytest.raises(Invalid) as refused:
        given(boss, acme, to=mia.pk, rights=[Right.STATISTIC])
    assert refused.value.errors[0].name == "rights"


def test_rights_that_a_kind_adds_are_granted_and_named_org_047(acme, boss, mia, site, monkeypatch):
    texts = type(kinds()[HOSTING].name)(en="Empties the cache", de="x", fr="x", it="x", es="x")
    hosting = type(kinds()[HOSTING])
    monkeypatch.setattr(hosting, "rights", ("technical", "cache"))
    monkeypatch.setattr(hosting, "right_names", {"cache": texts})

    given(boss, acme, on=site, to=mia.pk, rights=["cache"])

    assert rights(mia, acme, site) == {"cache"}
    assert queries.right_name("cache", HOSTING) == "Empties the cache"
    assert activity.rows_about(acme.pk, product_id=site.pk)[0].sentence.endswith("access to shop.ch: Empties the cache")


def test_a_kind_may_let_direct_grants_override_those_of_teams_org_049(acme, boss, mia, site, monkeypatch):
    given(boss, acme, on=site, to=mia.pk, rights=[Right.STATISTIC])
    given(boss, acme, on=site, team=a_team(boss, mia), rights=[Right.TECHNICAL])
    monkeypatch.setattr(
        type(kinds()[HOSTING]), "combined_rights", lambda _kind, *, direct, from_teams: direct or from_teams
    )

    assert rights(mia, acme, site) == {Right.STATISTIC}


def test_managers_see_all_whatever_they_hold_org_024(acme, boss, site):
    admin = a_member_of(acme, Role.ADMINISTRATOR)
    given(boss, acme, on=site, team=a_team(boss, admin), rights=[Right.STATISTIC])

    assert rights(admin, acme, site) == ALL_RIGHTS


def test_somebody_from_outside_invited_into_a_team_holds_its_rights_and_no_more_org_073(acme, boss, site):
    external, other, team = a_person("Ada"), a_product_of(acme, name="other.ch"), a_team(boss)
    given(boss, acme, on=site, team=team, rights=[Right.STATISTIC])
    entries = NewInvitation(email=external.email, role=Role.EXTERNAL, team_ids=(team,))
    invitation = invite(actor=boss, organisation_id=acme.pk, entries=entries)
    assert rights(external, acme, site) == set()

    accept_invitation(actor=a_stranger_actor(external), raw_link=secrets.decrypt(invitation.sealed_link))

    assert rights(external, acme, site) == {Right.STATISTIC}
    assert rights(external, acme, other) == set()


def test_deleting_a_team_takes_only_what_it_carried_org_080(acme, boss, mia, site):
    given(boss, acme, on=site, to=mia.pk, rights=[Right.STATISTIC])
    team = a_team(boss, mia)
    given(boss, acme, on=site, team=team, rights=[Right.TECHNICAL])

    delete_team(actor=boss, organisation_id=acme.pk, team_id=team)

    assert rights(mia, acme, site) == {Right.STATISTIC}
    assert acting(mia, acme).role is Role.COLLABORATOR


def test_rights_do_not_travel_with_a_product_org_081(acme, boss, mia, site):
    given(boss, acme, on=site, to=mia.pk)
    given(boss, acme, on=site, team=a_team(boss, mia))
    fremde = an_organisation("Fremde AG")
    Membership.objects.create(organisation=fremde, account=mia, role=Role.COLLABORATOR, created_at=clock.now())

    Product.objects.filter(pk=site.pk).update(organisation=fremde)

    assert rights(mia, fremde, site) == set()


@pytest.mark.parametrize("through", ["person", "kind", "everything", "team"])
def test_after_its_last_day_a_grant_gives_nothing_though_no_job_has_run_org_051(acme, boss, mia, site, through):
    last_day = TODAY + timedelta(days=3)
    given(boss, acme, until=last_day, **{
        "person": {"on": site, "to": mia.pk},
        "kind": {"kind": HOSTING, "to": mia.pk},
        "everything": {"to": mia.pk, "rights": [WHOLE]},
        "team": {"on": site, "team": a_team(boss, mia)},
    }[through])  # fmt: skip

    with clock.travel_to(last_day):
        assert Right.TECHNICAL in rights(mia, acme, site)
    with clock.travel_to(last_day + timedelta(days=1)):
        assert rights(mia, acme, site) == set()
        assert queries.group_counts(acting(mia, acme), acme.pk)[0].count == 0
        with pytest.raises(NotFound):
            services.rename_product(
                actor=acting(mia, acme), organisation_id=acme.pk, product_id=site.pk, internal_name="Mine"
            )


def test_after_the_last_day_in_a_team_its_rights_are_gone_org_078(acme, boss, mia, site):
    team = a_team(boss)
    given(boss, acme, on=site, team=team)
    add_to_team(actor=boss, organisation_id=acme.pk, team_id=team, account_ids=[mia.pk], ends_on=TODAY)

    assert rights(mia, acme, site) == {Right.TECHNICAL}
    with clock.travel_to(TODAY + timedelta(days=1)):
        assert rights(mia, acme, site) == set()


def test_a_last_day_that_is_over_is_refused_and_today_is_not(acme, boss, mia, site):
    with pytest.raises(Invalid) as refused:
        given(boss, acme, on=site, to=mia.pk, until=TODAY - timedelta(days=1))
    assert refused.value.errors[0].name == "ends_on"

    given(boss, acme, on=site, to=mia.pk, until=TODAY)
    given(boss, acme, on=site, to=mia.pk, until=None)
    assert ProductGrant.objects.get().ends_on is None


def test_the_card_names_every_source_org_050(acme, boss, mia, site):
    given(boss, acme, on=site, to=mia.pk, rights=[Right.STATISTIC])
    given(boss, acme, kind=HOSTING, team=a_team(boss, mia))
    access = queries.person_access(boss, acme.pk, account_id=mia.pk)
    (named,) = queries.named_products(acme.pk)

    assert {queries.source_in_words(each) for each in access.sources_on(named)} == {
        "Directly", "Team Support · All of the kind Web hosting",
    }  # fmt: skip
    assert queries.person_access(acting(mia, acme), acme.pk, account_id=mia.pk).sources == access.sources
    with pytest.raises(AccessDenied):
        queries.person_access(acting(a_member_of(acme), acme), acme.pk, account_id=mia.pk)
    with pytest.raises(NotFound):
        queries.person_access(an_outsider(), acme.pk, account_id=mia.pk)


def test_before_a_removal_it_is_said_what_ends_and_what_stays_org_078(acme, boss, mia, site):
    team, other = a_team(boss, mia), a_product_of(acme, name="other.ch")
    given(boss, acme, on=site, to=mia.pk, rights=[Right.STATISTIC])
    for product in (site, other):
        given(boss, acme, on=product, team=team)

    by_team = queries.changes_without(acme.pk, queries.Removal(team_id=team))

    assert [(each.product, each.lost, each.kept) for each in by_team] == [
        ("other.ch", "May change it", ""),
        ("shop.ch", "May change it", "Sees the figures (Directly)"),
    ]


def test_nobody_gives_rights_to_teams_of_others_or_on_their_products(acme, boss, mia, site):
    fremde = an_organisation("Fremde AG")
    their_boss = a_legal_representative_of(fremde)
    their_team, theirs = a_team(their_boss), a_product_of(fremde)

    for wrong in ({"on": site, "team": their_team}, {"on": theirs, "to": mia.pk}, {"kind": HOSTING, "to": 10**9}):
        with pytest.raises(NotFound):
            given(boss, acme, **wrong)
    with pytest.raises(AccessDenied):
        given(acting(mia, acme), acme, on=site, to=mia.pk)
    with pytest.raises(NotFound):
        given(their_boss, acme, on=site, to=mia.pk)
    with pytest.raises(AccessDenied):
        given(replace(boss, scopes=frozenset({"products:read"})), acme, on=site, to=mia.pk)


def test_rights_of_one_person_take_three_statements_however_much_is_held(
    acme, boss, mia, site, django_assert_num_queries
):
    for number in range(5):
        given(boss, acme, on=a_product_of(acme), team=a_team(boss, mia, name=f"Team {number}"))

    with django_assert_num_queries(3):
        access = queries.person_access(boss, acme.pk, account_id=mia.pk)
        held = [each for each in queries.named_products(acme.pk) if access.rights_on(each)]
    with django_assert_num_queries(1):
        listed = queries.product_listing(acting_once(mia, acme), acme.pk)

    assert len(held) == listed.total == 5


def acting_once(person, organisation) -> Actor:
    return Actor(account_id=person.pk, organisation_id=organisation.pk, role=Role.COLLABORATOR)


@pytest.mark.parametrize("seed", range(3))
def test_every_road_agrees_with_the_plain_reading_of_the_rule_whatever_is_granted(acme, boss, mia, seed):
    """The union of what holds today; removing one source takes nothing that another gives; time only takes.

    ORG-049, ORG-051.
    """
    dice = random.Random(seed)
    products = [a_product_of(acme), a_domain_of(acme)]
    teams = [a_team(boss, *([mia] if number else []), name=f"Team {number}") for number in range(3)]
    for _ in range(8):
        target = dice.choice([{"on": products[0]}, {"on": products[1]}, {"kind": products[0].kind_code}, {}])
        holder = dice.choice([{"to": mia.pk}, *({"team": team} for team in teams)])
        until = dice.choice([None, TODAY, TODAY + timedelta(days=2)])
        right = WHOLE if not target else dice.choice([WHOLE, Right.TECHNICAL])
        given(boss, acme, **target, **holder, rights=[right], until=until)

    before = set()
    for days in (3, 1, 0):
        with clock.travel_to(TODAY + timedelta(days=days)):
            held = {(each.pk, right) for each in products for right in rights(mia, acme, each)}
            assert held == plainly(products, mia, teams[1:])
            assert before <= held
            before = held
    for grant in ProductGrant.objects.all():
        remaining = plainly(products, mia, teams[1:], without=grant.pk)
        services.withdraw_grant(actor=boss, organisation_id=acme.pk, grant_id=grant.pk)
        assert {(each.pk, right) for each in products for right in rights(mia, acme, each)} == remaining


def plainly(products, person, team_ids, *, without=0) -> set[tuple[int, str]]:
    held = set()
    for grant in ProductGrant.objects.exclude(pk=without):
        is_mine = grant.account_id == person.pk or grant.team_id in team_ids
        if not is_mine or (grant.ends_on and grant.ends_on < clock.today()):
            continue
        for product in products:
            is_it = grant.product_id == product.pk or grant.kind_code == product.kind_code
            if is_it or (grant.product_id is None and not grant.kind_code):
                given_rights = kinds()[product.kind_code].rights if grant.right == WHOLE else (grant.right,)
                held |= {(product.pk, right) for right in given_rights}
    return held


SOURCES = some.lists(some.tuples(some.sampled_from([*Right, WHOLE]), some.booleans()), max_size=8)
OFFERED = some.sets(some.sampled_from(list(Right)), min_size=1)


@whatever(SOURCES, SOURCES, OFFERED)
def test_effective_rights_are_the_union_of_their_sources_org_049(one, other, offered):
    both = effective_rights([*one, *other], offered=offered)

    assert both == effective_rights(one, offered=offered) | effective_rights(other, offered=offered)


def test_neither_products_nor_grants_are_read_whole_for_a_list(acme, boss, mia, site):
    given(boss, acme, on=site, team=a_team(boss, mia))
    products = Product.objects.filter(organisation=acme).filter(granted_to(mia.pk, acme.pk))

    plan = products.annotate(granted=rights_column(mia.pk, acme.pk)).values("pk", "granted").explain()

    assert "SCAN products_" not in plan  # SQLite's words for a whole table; PostgreSQL decides by its size
    assert "SCAN U0" not in plan
