"""An organisation too large to look through: lists come in pages, choices are searched (ORG-070…074, UI-002)."""

import pytest
from django.test import Client

from stellwerk.foundation import clock
from stellwerk.foundation.actor import Role
from stellwerk.identity.models import Account
from stellwerk.organisations import queries
from stellwerk.organisations.models import Membership, Team, TeamMember
from stellwerk.organisations.tests.builders import an_organisation

pytestmark = pytest.mark.django_db
PEOPLE, TEAMS = queries.CHOICES + 10, 55
HTMX = {"HX-Request": "true"}


@pytest.fixture
def acme():
    made = an_organisation("Acme AG")
    accounts = Account.objects.bulk_create(
        Account(email=f"person{number}@example.ch", first_name="Mia", last_name=f"Zett {number:02}")
        for number in range(PEOPLE)
    )
    now = clock.now()
    Membership.objects.bulk_create(
        Membership(organisation=made, account=account, role=Role.COLLABORATOR, created_at=now) for account in accounts
    )
    Team.objects.bulk_create(
        Team(organisation=made, name=f"Team {number:02}", created_at=now, updated_at=now) for number in range(TEAMS)
    )
    return made


@pytest.fixture
def boss(acme) -> Client:
    browser = Client()
    browser.force_login(Membership.objects.get(organisation=acme, role=Role.LEGAL_REPRESENTATIVE).account)
    return browser


def team_of(organisation, number=0) -> Team:
    return Team.objects.get(organisation=organisation, name=f"Team {number:02}")


def person(number) -> int:
    return Account.objects.get(email=f"person{number}@example.ch").pk


def offered(answer) -> list[str]:
    return [choice.choice_label for choice in answer.context["people_form"]["people"].subwidgets]


def test_teams_come_in_pages_and_each_can_be_reached(boss, acme):
    pages = [boss.get(f"/o/{acme.pk}/teams?page={number}") for number in (1, 2)]

    names = [team.name for page in pages for team in page.context["teams"]]
    assert names == sorted(f"Team {number:02}" for number in range(TEAMS))
    assert "51 to 55 of 55" in pages[1].text


def test_the_first_people_are_offered_to_a_team_and_the_others_found_by_name_org_072(boss, acme):
    address = f"/o/{acme.pk}/teams/{team_of(acme).pk}"

    first, found = boss.get(address), boss.get(f"{address}?find=zett+59")

    assert len(offered(first)) == queries.CHOICES
    assert "Mia Zett 59" not in offered(first)
    assert "These are the first by name." in first.text
    assert offered(found) == ["Mia Zett 59"]
    assert "Nobody matches." in boss.get(f"{address}?find=nobody").text


def test_who_is_ticked_stays_ticked_while_others_are_looked_for(boss, acme):
    address = f"/o/{acme.pk}/teams/{team_of(acme).pk}"

    piece = boss.get(f"{address}?find=zett+59&people={person(3)}", headers=HTMX)

    assert "<html" not in piece.text
    assert offered(piece) == ["Mia Zett 03", "Mia Zett 59"]
    assert piece.text.count(" checked") == 1


def test_somebody_found_joins_although_not_offered_at_first(boss, acme):
    team = team_of(acme)

    boss.post(f"/o/{acme.pk}/teams/{team.pk}/members", {"people": [person(59), person(3)]})

    inside = TeamMember.objects.filter(team=team).values_list("membership__account_id", flat=True)
    assert set(inside) == {person(59), person(3)}


def test_who_is_in_the_team_is_not_offered_again(boss, acme):
    team = team_of(acme)
    TeamMember.objects.create(team=team, membership=Membership.objects.get(organisation=acme, account_id=person(0)))

    assert offered(boss.get(f"/o/{acme.pk}/teams/{team.pk}?find=zett+00")) == []


def test_a_team_of_everybody_comes_in_pages_and_its_end_is_foreseen_at_once(boss, acme):
    team = team_of(acme)
    TeamMember.objects.bulk_create(
        TeamMember(team=team, membership=place) for place in Membership.objects.filter(organisation=acme)
    )

    second = boss.get(f"/o/{acme.pk}/teams/{team.pk}?page=2")

    assert f"51 to {PEOPLE + 1} of {PEOPLE + 1}" in second.text
    assert len(second.context["people"].object_list) == PEOPLE + 1 - 50
    assert boss.get(f"/o/{acme.pk}/teams/{team.pk}/deletion").context["changes"] == []


def test_all_teams_of_a_person_are_offered_org_079(boss, acme):
    answer = boss.get(f"/o/{acme.pk}/members/{person(0)}/teams")

    assert [label for _value, label in answer.context["form"].fields["teams"].choices] == [
        f"Team {number:02}" for number in range(TEAMS)
    ]


def test_members_are_narrowed_by_any_team(boss, acme):
    last = team_of(acme, TEAMS - 1)

    assert (
        f'<option value="{last.pk}" selected>Team 54</option>' in boss.get(f"/o/{acme.pk}/members?team={last.pk}").text
    )
