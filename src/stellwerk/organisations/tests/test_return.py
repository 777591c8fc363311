"""Whose last day is over is a stranger at once, before the clockwork was there; and may return (ORG-041, ORG-051)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from stellwerk.foundation import clock, secrets
from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import DomainError, Invalid, NotFound
from stellwerk.foundation.models import Event
from stellwerk.organisations import queries
from stellwerk.organisations.queries.invitation_lists import Prospect, invited_people
from stellwerk.organisations.rules.invitation_lists import listed_people
from stellwerk.organisations.services import last_days, memberships, teams
from stellwerk.organisations.services.deletion import unmet_conditions
from stellwerk.organisations.services.invitations import NewInvitation, accept_invitation, invite
from stellwerk.organisations.tasks import clear_what_has_ended
from stellwerk.organisations.tests.builders import (
    a_member_of,
    a_stranger_actor,
)
from stellwerk.organisations.tests.house import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(acme, boss):
    return {"actor": boss, "organisation_id": acme.pk}


@pytest.fixture
def team(here):
    return teams.create_team(**here, name="Support", color="blue").pk


@pytest.fixture
def mia(acme, here, team):
    """She was in a team and saw invoices; yesterday was her last day."""
    account = a_member_of(acme, billing=True)
    with clock.travel_to(TODAY - timedelta(days=1)):
        teams.add_to_team(**here, team_id=team, account_ids=[account.pk])
        last_days.set_membership_end(**here, account_id=account.pk, ends_on=TODAY - timedelta(days=1))
    with clock.travel_to(TODAY):
        yield account


def invited(here, account, **more):
    entries = NewInvitation(email=account.email, **{"role": Role.COLLABORATOR, **more})
    return secrets.decrypt(invite(**here, entries=entries).sealed_link)


def test_after_the_last_day_no_list_shows_the_person(acme, mia, team):
    assert queries.member_row(acme.pk, mia.pk) is None
    assert queries.member_total(acme.pk) == len(queries.member_rows(acme.pk)) == 1
    assert not queries.has_member(acme.pk, mia.pk)
    assert queries.names_of(acme.pk, [mia.pk]) == {}
    assert queries.team_people(acme.pk, team) == []
    assert queries.team_row(acme.pk, team).members == ()
    everybody = queries.EverybodyFilter(members=queries.MemberFilter(), has_invited=True)
    assert queries.everybody_total(acme.pk, only=everybody) == len(queries.everybody_rows(acme.pk, only=everybody)) == 1


def test_after_the_last_day_nobody_is_in_the_way_of_deleting_the_organisation_org_064(acme, boss, mia):
    assert unmet_conditions(acme.pk, besides=boss.account_id) == ()


def test_after_the_last_day_nothing_can_be_done_to_the_person_but_inviting(acme, here, mia, team):
    person = {**here, "account_id": mia.pk}

    for refused, write in (
        (NotFound, lambda: memberships.change_role(**person, role=Role.ADMINISTRATOR)),
        (NotFound, lambda: memberships.switch_billing_access(**person, is_on=True)),
        (NotFound, lambda: memberships.remove_member(**person)),
        (NotFound, lambda: last_days.set_membership_end(**person, ends_on=None)),
        (NotFound, lambda: last_days.set_team_end(**person, team_id=team, ends_on=None)),
        (NotFound, lambda: teams.add_to_team(**here, team_id=team, account_ids=[mia.pk])),
        (Invalid, lambda: teams.name_leader(**person, team_id=team)),
    ):
        with pytest.raises(refused):
            write()


def test_who_was_here_until_yesterday_returns_as_a_stranger_org_041(acme, here, mia, team):
    link = invited(here, mia, role=Role.EXTERNAL, team_ids=(team,))

    accept_invitation(actor=a_stranger_actor(mia), raw_link=link)
    clear_what_has_ended()

    row = queries.member_row(acme.pk, mia.pk)
    assert (row.role, row.has_billing_access, row.ends_on) == (Role.EXTERNAL, False, None)
    assert [person.account_id for person in queries.team_people(acme.pk, team)] == [mia.pk]
    names = Event.objects.filter(name__in=["MembershipEnded", "MemberJoined"]).order_by("pk")
    assert list(names.values_list("name", flat=True)) == ["MembershipEnded", "MemberJoined"]


def test_a_list_of_people_takes_them_as_new_org_043(acme, boss, mia):
    (judged,) = invited_people(boss, acme.pk, people=listed_people(mia.email))

    assert judged.prospect is Prospect.NEW


def test_until_the_last_day_is_over_the_person_is_a_member_org_041(acme, here):
    ben = a_member_of(acme)
    with clock.travel_to(TODAY):
        last_days.set_membership_end(**here, account_id=ben.pk, ends_on=TODAY)

        with pytest.raises(DomainError, match="already_member"):
            invited(here, ben)
