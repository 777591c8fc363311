"""Memberships, the right to invoices and places in teams that end by themselves (ORG-051), and leaders (ORG-074)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from stellwerk.api.tests.builders import Caller, a_token_of, code_of, refused_fields
from stellwerk.foundation import activity, clock
from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import AccessDenied, Invalid, NotFound, RuleBroken
from stellwerk.organisations import queries
from stellwerk.organisations.models import Membership, TeamMember
from stellwerk.organisations.services import last_days
from stellwerk.organisations.services.memberships import change_role, switch_billing_access
from stellwerk.organisations.services.teams import add_to_team, create_team, edit_team, name_leader, set_teams
from stellwerk.organisations.tasks import clear_what_has_ended
from stellwerk.organisations.tests.builders import (
    a_collaborator_of,
    a_member_of,
    a_stranger_actor,
    acting,
    an_outsider,
)
from stellwerk.organisations.tests.house import TODAY, TOMORROW, ends
from tests.refusals import refused_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_still")]


@pytest.mark.parametrize("role", [Role.COLLABORATOR, Role.EXTERNAL])
def test_after_the_last_day_somebody_belongs_nowhere_though_no_job_has_run_org_051(acme, boss, role):
    mia = a_member_of(acme, role)
    ends(boss, mia)
    me = a_stranger_actor(mia)

    assert acting(mia, acme).role is role
    with clock.travel_to(TOMORROW):
        assert acting(mia, acme).role is None
        assert queries.asked_first_standing(mia.pk).row() is None
        assert queries.membership_rows(mia.pk) == queries.standings(me) == []
        assert queries.listed_organisations(mia.pk) == []
        assert not queries.share_an_organisation(boss.account_id, mia.pk)
        assert queries.roles_of(acme.pk, [mia.pk]) == {}
        assert mia.pk not in [row.account_id for row in queries.product_recipients(acme.pk)]


def test_after_its_last_day_the_right_to_invoices_is_gone_org_025_org_051(acme, boss):
    mia = a_member_of(acme, billing=True)
    last_days.set_billing_end(actor=boss, organisation_id=acme.pk, account_id=mia.pk, ends_on=TODAY)

    assert acting(mia, acme).has_billing_access
    with clock.travel_to(TOMORROW):
        assert not acting(mia, acme).has_billing_access
        assert not queries.member_row(acme.pk, mia.pk).has_billing_access
        assert mia.pk not in [row.account_id for row in queries.billing_recipients([acme.pk])[acme.pk]]
        payers = queries.MemberFilter(has_billing_access=True)
        assert [row.account_id for row in queries.member_rows(acme.pk, only=payers)] == [boss.account_id]

        switch_billing_access(actor=boss, organisation_id=acme.pk, account_id=mia.pk, is_on=True)
        assert acting(mia, acme).has_billing_access


def test_the_clockwork_clears_what_is_over_and_says_so_org_051(acme, boss):
    mia, payer, in_team = a_member_of(acme), a_member_of(acme, billing=True), a_member_of(acme)
    team = create_team(actor=boss, organisation_id=acme.pk, name="Support", color="blue")
    add_to_team(actor=boss, organisation_id=acme.pk, team_id=team.pk, account_ids=[in_team.pk], ends_on=TODAY)
    last_days.set_billing_end(actor=boss, organisation_id=acme.pk, account_id=payer.pk, ends_on=TODAY)
    ends(boss, mia)
    clear_what_has_ended()
    assert TeamMember.objects.exists()

    with clock.travel_to(TOMORROW):
        clear_what_has_ended()
        clear_what_has_ended()

    assert not Membership.objects.filter(account=mia).exists()
    assert not Membership.objects.get(account=payer).has_billing_access
    assert not TeamMember.objects.exists()
    assert [row.sentence for row in activity.organisation_rows(acme.pk)][:3] == [
        "The time of Mia Meier in the organisation ended as planned",
        "The access of Mia Meier to invoices ended as planned",
        "The time of Mia Meier in the team Support ended as planned",
    ]


def test_managers_have_no_last_day_org_031(acme, boss):
    admin, mia = a_member_of(acme, Role.ADMINISTRATOR), a_member_of(acme, billing=True)

    for manager in (admin, Membership.objects.get(account_id=boss.account_id).account):
        with pytest.raises(RuleBroken, match="managers_have_no_end"):
            ends(boss, manager)
    ends(boss, mia)
    change_role(actor=boss, organisation_id=acme.pk, account_id=mia.pk, role=Role.ADMINISTRATOR)
    assert Membership.objects.get(account=mia).ends_on is None
    with refused_by("managers_stay_until_somebody_decides"):
        Membership.objects.filter(account=admin).update(ends_on=TODAY)


def test_only_a_given_right_to_invoices_can_end(acme, boss):
    mia = a_member_of(acme)

    with pytest.raises(RuleBroken, match="billing_access_not_given"):
        last_days.set_billing_end(actor=boss, organisation_id=acme.pk, account_id=mia.pk, ends_on=TODAY)
    with refused_by("billing_ends_where_it_was_given"):
        Membership.objects.filter(account=mia).update(billing_ends_on=TODAY)


def test_last_days_are_set_by_managers_and_are_not_over(acme, boss):
    mia = a_member_of(acme)

    with pytest.raises(Invalid):
        ends(boss, mia, on=TODAY - timedelta(days=1))
    with pytest.raises(AccessDenied):
        ends(a_collaborator_of(acme), mia)
    with pytest.raises(NotFound):
        last_days.set_membership_end(actor=an_outsider(), organisation_id=acme.pk, account_id=mia.pk, ends_on=TODAY)
    ends(boss, mia)
    ends(boss, mia, on=None)
    assert Membership.objects.get(account=mia).ends_on is None


def test_leading_a_team_gives_no_further_right_and_ends_with_the_membership_org_074(acme, boss):
    mia = a_member_of(acme)
    team = create_team(actor=boss, organisation_id=acme.pk, name="Support", color="blue")
    here = {"actor": boss, "organisation_id": acme.pk, "team_id": team.pk}

    name_leader(**here, account_id=mia.pk)

    assert queries.team_row(acme.pk, team.pk).leader.name == "Mia Meier"
    with pytest.raises(AccessDenied):
        edit_team(**{**here, "actor": acting(mia, acme)}, name="Mine", color="red")
    with pytest.raises(Invalid):
        name_leader(**here, account_id=an_outsider().account_id)
    Membership.objects.filter(account=mia).delete()
    assert queries.team_row(acme.pk, team.pk).leader is None


def test_one_person_is_in_exactly_the_chosen_teams_org_071(acme, boss):
    mia, here = a_member_of(acme), {"actor": boss, "organisation_id": acme.pk}
    teams = [create_team(**here, name=name, color="blue").pk for name in ("One", "Two", "Three")]

    set_teams(**here, account_id=mia.pk, team_ids=teams[:2])
    set_teams(**here, account_id=mia.pk, team_ids=teams[1:])

    assert {team.id for team in queries.member_row(acme.pk, mia.pk).teams} == set(teams[1:])


def test_a_last_day_in_a_team_can_be_changed_org_078(acme, boss):
    mia, here = a_member_of(acme), {"actor": boss, "organisation_id": acme.pk}
    team = create_team(**here, name="Support", color="blue")
    add_to_team(**here, team_id=team.pk, account_ids=[mia.pk], ends_on=TODAY)

    last_days.set_team_end(**here, team_id=team.pk, account_id=mia.pk, ends_on=TOMORROW)

    assert [person.ends_on for person in queries.team_people(acme.pk, team.pk)] == [TOMORROW]
    with clock.travel_to(TOMORROW + timedelta(days=1)):
        assert queries.team_people(acme.pk, team.pk) == []
        add_to_team(**here, team_id=team.pk, account_ids=[mia.pk])
        assert [person.ends_on for person in queries.team_people(acme.pk, team.pk)] == [None]


def test_last_days_and_leaders_are_set_on_the_wire_org_051_org_074(acme, boss):
    mia, caller = a_member_of(acme, billing=True), Caller(a_token_of(Membership.objects.get(role="owner").account))
    user, team = f"2/accounts/{acme.pk}/users/{mia.pk}", f"1/accounts/{acme.pk}/teams"

    changed = caller.send("PATCH", user, {"ends_on": "2026-12-31", "billing_ends_on": "2026-11-30"})
    made = caller.post(team, {"name": "Support"}).json()["data"]
    caller.post(f"{team}/{made['id']}/users", {"user_ids": [mia.pk], "ends_on": "2026-12-24"})
    led = caller.send("PATCH", f"{team}/{made['id']}", {"leader_id": mia.pk}).json()["data"]

    assert changed.status_code == 200
    row = queries.member_row(acme.pk, mia.pk)
    assert (row.ends_on, row.billing_ends_on) == (date(2026, 12, 31), date(2026, 11, 30))
    assert (made["leader_id"], led["leader_id"]) == (None, mia.pk)
    people = caller.get(f"{team}/{made['id']}/users").json()["data"]
    assert [person["ends_on"] for person in people] == ["2026-12-24"]
    assert code_of(caller.send("PATCH", user, {"ends_on": "2001-01-01"})) == "422 validation_failed"


def test_a_change_of_a_member_is_done_whole_or_not_at_all_on_the_wire(acme, boss):
    """Role and access were changed although the last day was refused, which had the name of the other last day."""
    mia, caller = a_member_of(acme), Caller(a_token_of(Membership.objects.get(role="owner").account))

    refused = caller.send(
        "PATCH", f"2/accounts/{acme.pk}/users/{mia.pk}", {"has_billing_access": True, "billing_ends_on": "2001-01-01"}
    )

    assert refused_fields(refused) == [("billing_ends_on", "after")]
    assert queries.member_row(acme.pk, mia.pk).has_billing_access is False


def test_the_page_of_a_team_sets_the_last_day_of_a_place_org_078_org_079(client, acme, boss):
    mia, here = a_member_of(acme), {"actor": boss, "organisation_id": acme.pk}
    team = create_team(**here, name="Support", color="blue")
    add_to_team(**here, team_id=team.pk, account_ids=[mia.pk])
    client.force_login(Membership.objects.get(role="owner").account)
    page, form = f"/o/{acme.pk}/teams/{team.pk}", f"/o/{acme.pk}/teams/{team.pk}/members/{mia.pk}/last-day"

    assert form in client.get(page).content.decode()
    assert client.get(form).status_code == 200
    assert client.post(form, {"ends_on": "2001-01-01"}).status_code == 422
    assert client.post(form, {"ends_on": TOMORROW.isoformat()})["Location"] == page

    assert [person.ends_on for person in queries.team_people(acme.pk, team.pk)] == [TOMORROW]
    assert client.get(f"/o/{acme.pk}/teams/{team.pk}/members/{boss.account_id}/last-day").status_code == 404


def test_the_last_day_of_a_place_in_a_team_is_set_on_the_wire_all_or_none_org_078(acme, boss):
    mia, ben = a_member_of(acme), a_member_of(acme)
    team = create_team(actor=boss, organisation_id=acme.pk, name="Support", color="blue")
    caller = Caller(a_token_of(Membership.objects.get(role="owner").account))
    users = f"1/accounts/{acme.pk}/teams/{team.pk}/users"
    caller.post(users, {"user_ids": [mia.pk]})

    refused = caller.send("PATCH", users, {"user_ids": [mia.pk, ben.pk], "ends_on": "2026-12-31"})
    assert code_of(refused) == "404 object_not_found"
    assert [person.ends_on for person in queries.team_people(acme.pk, team.pk)] == [None]
    caller.send("PATCH", users, {"user_ids": [mia.pk], "ends_on": "2026-12-31"})
    assert [person.ends_on for person in queries.team_people(acme.pk, team.pk)] == [date(2026, 12, 31)]


def test_the_page_of_a_team_leads_to_inviting_an_external_into_it_org_073(client, acme, boss):
    team = create_team(actor=boss, organisation_id=acme.pk, name="Support", color="blue")
    client.force_login(Membership.objects.get(role="owner").account)
    link = f"/o/{acme.pk}/invitations/new?role=external&amp;team={team.pk}"

    assert link in client.get(f"/o/{acme.pk}/teams/{team.pk}").content.decode()
    form = client.get(link.replace("&amp;", "&")).context["form"]

    assert (form["role"].value(), form["teams"].value()) == ("external", [str(team.pk)])
