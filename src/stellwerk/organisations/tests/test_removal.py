"""Removing one or several people, and what they lose (ORG-057…060)."""

import pytest

from stellwerk.foundation import clock, jobs
from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import AccessDenied, Invalid, NotFound
from stellwerk.foundation.models import Event, Message
from stellwerk.organisations import queries
from stellwerk.organisations.errors import LastLegalRepresentative
from stellwerk.organisations.models import Invitation, Membership
from stellwerk.organisations.services import departures, memberships
from stellwerk.organisations.services.invitations import NewInvitation, invite
from stellwerk.organisations.services.teams import add_to_team, create_team, name_leader
from stellwerk.organisations.tests.builders import (
    PASSWORD,
    a_legal_representative_of,
    a_member_of,
    a_person,
    acting,
    an_organisation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(db):
    return an_organisation()


@pytest.fixture
def owner(acme):
    return Membership.objects.get(organisation=acme).account


class Shed:
    """A room that keeps a bicycle for everybody."""

    def __init__(self) -> None:
        self.settled: list[tuple[int, str]] = []
        self.forgotten: list[tuple[int, ...]] = []

    def losses(self, departure):
        choices = (("hand_over", "Hand it over"), ("delete", "Delete it"))
        return [departures.Loss(each, "bicycle", "One bicycle", choices) for each in departure.account_ids]

    def settle(self, *, loss, choice, **_where):
        self.settled.append((loss.account_id, choice))

    def forget(self, *, organisation_id, account_ids):
        self.forgotten.append((organisation_id, *account_ids))


@pytest.fixture
def shed():
    room = Shed()
    departures.register(room)
    yield room
    departures.unregister(room)


def members(acme) -> set[int]:
    return set(Membership.objects.filter(organisation=acme).values_list("account_id", flat=True))


def removed(acme, *people, by, **more):
    return memberships.remove_members(
        actor=by, organisation_id=acme.pk, account_ids=[each.pk for each in people], **more
    )


def test_several_are_removed_at_once_with_a_mail_and_an_entry_for_each_org_057(acme):
    ben, mia = a_member_of(acme), a_member_of(acme)

    removed(acme, ben, mia, by=a_legal_representative_of(acme))
    jobs.run_due_jobs()

    assert not {ben.pk, mia.pk} & members(acme)
    assert Event.objects.filter(name="MemberRemoved").count() == 2
    assert Message.objects.filter(template="organisations/email/member_removed").count() == 2


def test_all_go_or_none_org_057(acme):
    ben, stranger = a_member_of(acme), a_person()

    with pytest.raises(NotFound):
        removed(acme, ben, stranger, by=a_legal_representative_of(acme))

    assert ben.pk in members(acme)


def test_an_administrator_removes_no_legal_representative_among_others_org_028(acme, owner):
    ben, admin = a_member_of(acme), a_member_of(acme, Role.ADMINISTRATOR)

    with pytest.raises(AccessDenied) as refused:
        removed(acme, ben, owner, by=acting(admin, acme))

    assert refused.value.reason == "legal_role_required"
    assert {ben.pk, owner.pk} < members(acme)


def test_all_legal_representatives_at_once_are_refused_org_031(acme, owner):
    second = a_member_of(acme, Role.LEGAL_REPRESENTATIVE)

    with pytest.raises(LastLegalRepresentative):
        removed(acme, owner, second, by=acting(owner, acme))

    assert {owner.pk, second.pk} == members(acme)


def test_what_is_kept_for_people_is_settled_as_chosen_org_058(acme, shed):
    ben, mia = a_member_of(acme), a_member_of(acme)
    choices = {f"choice-{ben.pk}-bicycle": "delete", f"choice-{mia.pk}-bicycle": "hand_over"}

    removed(acme, ben, mia, by=a_legal_representative_of(acme), choices=choices)

    assert shed.settled == [(ben.pk, "delete"), (mia.pk, "hand_over")]
    assert shed.forgotten == [(acme.pk, ben.pk), (acme.pk, mia.pk)]


@pytest.mark.parametrize("choices", [{}, {"choice-{}-bicycle": "sell"}])
def test_a_missing_decision_removes_nobody_org_058(acme, shed, choices):
    ben = a_member_of(acme)
    made = {name.format(ben.pk): code for name, code in choices.items()}

    with pytest.raises(Invalid) as refused:
        removed(acme, ben, by=a_legal_representative_of(acme), choices=made)

    assert [error.name for error in refused.value.errors] == [f"choice-{ben.pk}-bicycle"]
    assert ben.pk in members(acme)


def test_without_a_page_the_defaults_are_taken_org_058(acme, shed):
    ben = a_member_of(acme)

    memberships.remove_member(actor=a_legal_representative_of(acme), organisation_id=acme.pk, account_id=ben.pk)

    assert shed.settled == [(ben.pk, "hand_over")]


def test_the_page_shows_what_is_lost_and_asks_org_058_org_059(client, acme, owner, shed):
    ben, mia = a_member_of(acme), a_member_of(acme)
    client.force_login(owner)
    page = f"/o/{acme.pk}/members/removal"

    shown = client.get(f"{page}?person={ben.pk}&person={mia.pk}").content.decode()
    assert "Remove 2 people from the organisation?" in shown
    assert shown.count("One bicycle") >= 2

    entries = {
        "person": [ben.pk, mia.pk],
        f"choice-{ben.pk}-bicycle": "delete",
        f"choice-{mia.pk}-bicycle": "hand_over",
        "login": owner.email,
    }
    assert client.post(page, entries).status_code == 422, "without the tick"
    kept = client.post(page, {**entries, "understands": "on", "login": "else@example.ch"})
    assert kept.status_code == 422, "with another login"
    assert '<option value="delete" selected>' in kept.content.decode(), "the choice is not lost"
    done = client.post(page, {**entries, "understands": "on"})

    assert done["Location"] == f"/o/{acme.pk}/members"
    assert members(acme) == {owner.pk}
    assert ben.is_active, "the account stays (ORG-060)"


def test_the_page_names_every_place_that_ends_and_what_stays_org_058(client, acme, owner):
    ben, boss = a_member_of(acme, billing=True), a_legal_representative_of(acme)
    for name in ("Office", "Shop"):
        team = create_team(actor=boss, organisation_id=acme.pk, name=name, color="blue")
        add_to_team(actor=boss, organisation_id=acme.pk, team_id=team.pk, account_ids=[ben.pk])
    name_leader(actor=boss, organisation_id=acme.pk, team_id=team.pk, account_id=ben.pk)
    invite(actor=boss, organisation_id=acme.pk, entries=NewInvitation(email="mia@acme.example", role=Role.COLLABORATOR))
    Invitation.objects.update(invited_by_id=ben.pk)
    client.force_login(owner)

    shown = client.get(f"/o/{acme.pk}/members/{ben.pk}/removal").content.decode()

    for sentence in (
        "The right to see and pay invoices, and the messages about them",
        "The places in the teams Office, Shop",
        "The lead of the team Shop",
        "One open invitation they sent stays valid.",
        "Programs with API tokens and application passwords lose their access with it.",
    ):
        assert sentence in shown


def test_whoever_returns_leads_no_team_by_that_org_074(acme):
    ben, boss = a_member_of(acme), a_legal_representative_of(acme)
    team = create_team(actor=boss, organisation_id=acme.pk, name="Shop", color="blue")
    name_leader(actor=boss, organisation_id=acme.pk, team_id=team.pk, account_id=ben.pk)

    removed(acme, ben, by=boss)
    Membership.objects.create(organisation=acme, account=ben, role=Role.COLLABORATOR, created_at=clock.now())

    assert queries.team_row(acme.pk, team.pk).leader is None


def test_the_operator_may_ask_for_the_password_instead_org_059(client, acme, owner, settings):
    settings.REMOVAL_CONFIRMATION = "password"
    ben = a_member_of(acme)
    client.force_login(owner)
    page = f"/o/{acme.pk}/members/{ben.pk}/removal"

    wrong = client.post(page, {"understands": "on", "current_password": "wrong", "login": owner.email})
    right = client.post(page, {"understands": "on", "current_password": PASSWORD})

    assert wrong.status_code in (400, 403, 422)
    assert right["Location"] == f"/o/{acme.pk}/members"
    assert ben.pk not in members(acme)


def test_a_removed_person_is_out_in_running_sessions_at_once_org_057(client, acme, owner):
    ben = a_member_of(acme)
    client.force_login(ben)
    assert client.get(f"/o/{acme.pk}/").status_code == 200

    removed(acme, ben, by=acting(owner, acme))

    assert client.get(f"/o/{acme.pk}/").status_code == 404
    assert client.get("/organisations").status_code == 200, "the account works on (ORG-060)"


def test_the_list_offers_a_box_for_those_one_may_remove_org_028_org_057(client, acme, owner):
    admin, ben = a_member_of(acme, Role.ADMINISTRATOR), a_member_of(acme)
    client.force_login(admin)

    html = client.get(f"/o/{acme.pk}/members").content.decode()

    assert f'name="person" value="{ben.pk}"' in html
    assert f'name="person" value="{owner.pk}"' not in html
    assert f'name="person" value="{admin.pk}"' not in html


def test_nobody_ticked_leads_back_with_a_sentence(client, acme, owner):
    client.force_login(owner)

    answer = client.get(f"/o/{acme.pk}/members/removal?person=x", follow=True)

    assert "Tick the people to remove first." in answer.content.decode()


def test_whoever_remains_alone_receives_the_billing_messages_again_org_055(acme, owner):
    second = a_member_of(acme, Role.LEGAL_REPRESENTATIVE)
    boss = acting(owner, acme)
    wishes = memberships.Wishes(billing=False, products=True)
    memberships.set_contact_preferences(actor=boss, organisation_id=acme.pk, account_id=owner.pk, wishes=wishes)

    removed(acme, second, by=boss)

    assert queries.member_row(acme.pk, owner.pk).receives_billing_messages
