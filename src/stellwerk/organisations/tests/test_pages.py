"""Pages of the room: who sees what, that forms change it, and what a page costs."""

import pytest

from stellwerk.foundation.actor import Role
from stellwerk.organisations import queries
from stellwerk.organisations.models import Invitation, Membership
from stellwerk.organisations.services.invitations import NewInvitation, invite
from stellwerk.organisations.services.teams import add_to_team, create_team
from stellwerk.organisations.tests.builders import (
    a_legal_representative_of,
    a_member_of,
    a_person,
    an_organisation,
)

pytestmark = pytest.mark.django_db
PAGES = (
    "members", "members/{me}", "members/{mia}", "members/{mia}/removal", "departure", "invitations", "invitations/new",
    "teams", "teams/new", "teams/{team}", "organisation", "activity",
)  # fmt: skip
FOR_MANAGERS = {"members/{mia}/removal", "invitations", "invitations/new", "teams/new", "activity"}


@pytest.fixture
def world(client):
    """Acme with a legal representative who is signed in, a few members and a team."""

    class World:
        acme = an_organisation()
        anna = a_legal_representative_of(acme)
        mia = a_member_of(acme)
        team = create_team(actor=anna, organisation_id=acme.pk, name="Shop", color="green")

        def sign_in(self, account=None):
            client.force_login(account or Membership.objects.get(organisation=self.acme, role="owner").account)
            return client

        def path(self, page: str) -> str:
            filled = page.format(me=self.anna.account_id, mia=self.mia.pk, team=self.team.pk)
            return f"/o/{self.acme.pk}/{filled}"

    made = World()
    add_to_team(actor=made.anna, organisation_id=made.acme.pk, team_id=made.team.pk, account_ids=[made.mia.pk])
    made.sign_in()
    return made


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_within_twelve_queries(world, client, page, django_assert_max_num_queries):
    for _ in range(30):
        a_member_of(world.acme)
    client.get(world.path(page))  # the session remembers the organisation

    with django_assert_max_num_queries(12):
        answer = client.get(world.path(page))

    assert answer.status_code == 200
    assert "<h1>" in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COLLABORATOR, Role.EXTERNAL])
def test_pages_follow_the_role(world, page, role):
    client = world.sign_in(a_member_of(world.acme, role))

    status = client.get(world.path(page)).status_code

    inner = page not in ("departure", "organisation")
    refused = (page in FOR_MANAGERS and role != Role.ADMINISTRATOR) or (role == Role.EXTERNAL and inner)
    assert status == (403 if refused else 200)


@pytest.mark.parametrize("page", PAGES)
def test_for_strangers_and_visitors_the_organisation_does_not_exist_org_009(world, client, page):
    stranger = a_person()
    an_organisation("Other AG", of=stranger)

    assert world.sign_in(stranger).get(world.path(page)).status_code == 404
    client.logout()
    assert client.get(world.path(page))["Location"].startswith("/sign-in?next=")


def test_the_list_is_narrowed_by_name_role_and_team(world, client):
    a_member_of(world.acme, Role.EXTERNAL)
    members = world.path("members")

    def names(**query: object) -> list[str]:
        return [row.first_name for row in client.get(members, query).context["rows"]]

    assert len(names()) == 3
    assert names(q="ann") == ["Anna"]
    assert names(q="keller anna") == ["Anna"]
    assert names(role="external") == ["Mia"]
    assert [row.account_id for row in client.get(members, {"team": world.team.pk}).context["rows"]] == [world.mia.pk]
    assert len(names(role="king", team="x", page="99999")) == 3
    assert names(q="\x00nobody") == []


def test_a_role_is_changed_on_the_page_org_029(world, client):
    answer = client.post(world.path("members/{mia}"), {"role": "normal", "has_billing_access": "on"})

    assert answer.status_code == 302
    assert queries.member_row(world.acme.pk, world.mia.pk).has_billing_access


def test_an_administrator_sees_why_a_legal_representative_cannot_be_changed_org_028(world):
    client = world.sign_in(a_member_of(world.acme, Role.ADMINISTRATOR))

    page = client.get(world.path("members/{me}")).content.decode()

    assert "Only a legal representative can change this: Anna Keller." in page
    assert client.post(world.path("members/{me}"), {"role": "normal"}).status_code == 403


def test_the_last_legal_representative_reads_what_to_do_first_org_031(world, client):
    answer = client.post(world.path("members/{me}"), {"role": "admin"})

    assert answer.status_code == 400
    assert "Appoint a second one first" in answer.content.decode()


def test_removing_asks_for_a_tick_and_the_own_login_org_059(world, client):
    me = Membership.objects.get(organisation=world.acme, role="owner").account
    path = world.path("members/{mia}/removal")

    assert client.post(path, {"login": me.email}).status_code == 422
    assert client.post(path, {"understands": "on", "login": world.mia.email}).status_code == 422
    assert queries.member_row(world.acme.pk, world.mia.pk)
    assert client.post(path, {"understands": "on", "login": me.email.upper()}).status_code == 302
    assert queries.member_row(world.acme.pk, world.mia.pk) is None


def test_leaving_asks_too_and_leads_to_the_list_org_061(world):
    client = world.sign_in(world.mia)

    answer = client.post(world.path("departure"), {"understands": "on", "login": world.mia.email})

    assert answer["Location"] == "/organisations"
    assert client.get(world.path("organisation")).status_code == 404


def test_a_switch_saves_at_once_with_and_without_script_org_056(world, client):
    path = world.path("members/{mia}/preferences/products")

    piece = client.post(path, headers={"HX-Request": "true"})
    assert "Saved at" in piece.content.decode()
    assert "<html" not in piece.content.decode()
    assert not queries.member_row(world.acme.pk, world.mia.pk).receives_product_messages
    assert client.post(path, {"products": "on"}).status_code == 302
    assert queries.member_row(world.acme.pk, world.mia.pk).receives_product_messages
    refused = client.post(world.path("members/{me}/preferences/billing"), headers={"HX-Request": "true"})
    assert refused.status_code == 400
    assert "only legal representative" in refused.content.decode()


def test_an_invitation_is_sent_resent_and_deleted_on_its_pages_org_034_org_038(world, client):
    form = {"email": "ben@example.ch", "role": "normal", "language": "fr", "teams": [world.team.pk]}
    client.post(world.path("invitations/new"), form)
    invitation = Invitation.objects.get()
    assert (invitation.language, invitation.teams) == ("fr", [world.team.pk])

    page = client.get(world.path("invitations")).content.decode()
    assert "ben@example.ch" in page
    client.post(world.path(f"invitations/{invitation.pk}/resending"))
    client.post(world.path(f"invitations/{invitation.pk}/withdrawal"))

    assert Invitation.objects.get().state == "cancelled"
    assert client.post(world.path(f"invitations/{invitation.pk}/resending")).status_code == 400
    assert "ben@example.ch" not in client.get(world.path("invitations")).content.decode()
    assert "ben@example.ch" in client.get(world.path("invitations") + "?state=all").content.decode()


def test_an_invitation_of_another_organisation_does_not_exist(world, client):
    other = an_organisation("Other AG")
    entries = NewInvitation(email="ben@example.ch", role="normal")
    foreign = invite(actor=a_legal_representative_of(other), organisation_id=other.pk, entries=entries)

    assert client.post(world.path(f"invitations/{foreign.pk}/withdrawal")).status_code == 404
    assert Invitation.objects.get().state == "pending"


def test_coordinates_are_edited_on_the_page_org_011_org_012(world, client):
    values = {
        "kind": "company", "name": "Acme Bern AG", "street": "Marktgasse", "building_number": "7",
        "postal_code": "3011", "town": "Bern", "country": "CH",
    }  # fmt: skip
    path = world.path("organisation")

    assert client.post(path, values).status_code == 400
    assert client.post(path, {**values, "postal_code": "1", "accepts_terms": "on"}).status_code == 422
    assert client.post(path, {**values, "accepts_terms": "on"}).status_code == 302
    assert queries.organisation_row(world.acme.pk).name == "Acme Bern AG"
    assert (
        "changed the organisation&#x27;s data: Name: Acme AG → Acme Bern AG"
        in client.get(world.path("activity")).content.decode()
    )


def test_others_read_the_coordinates_and_who_can_change_them_org_011(world):
    page = world.sign_in(world.mia).get(world.path("organisation")).content.decode()

    assert "Marktgasse" in page
    assert "Only a legal representative can change this: Anna Keller." in page
    assert "<input" not in page.split('id="coordinates"')[1]


def test_a_team_is_made_filled_and_deleted_on_its_pages_org_070_org_072_org_080(world, client):
    made = client.post(world.path("teams/new"), {"name": "Bakery", "color": "red"})
    team = next(row for row in queries.team_rows(world.acme.pk) if row.name == "Bakery")
    assert made["Location"] == world.path(f"teams/{team.id}")

    assert client.post(world.path("teams/new"), {"name": "bakery", "color": "red"}).status_code == 400
    client.post(world.path(f"teams/{team.id}/members"), {"people": [world.mia.pk, world.anna.account_id]})
    assert len(queries.team_row(world.acme.pk, team.id).members) == 2
    client.post(world.path(f"teams/{team.id}/members/{world.mia.pk}/removal"))
    assert len(queries.team_row(world.acme.pk, team.id).members) == 1
    assert client.post(world.path(f"teams/{team.id}/members"), {"people": [a_person().pk]}).status_code == 404
    client.post(world.path(f"teams/{team.id}/deletion"))
    assert queries.team_row(world.acme.pk, team.id) is None
    assert queries.member_total(world.acme.pk) == 2


def test_my_organisations_lists_all_with_role_and_switches_org_006_org_007(world, client):
    mine = an_organisation("Zweite AG", of=Membership.objects.get(organisation=world.acme, role="owner").account)

    page = client.get("/organisations").content.decode()
    assert "Acme AG" in page
    assert "Legal representative" in page
    assert client.post("/organisations/switch", {"organisation": mine.pk})["Location"] == f"/o/{mine.pk}/"
    other = an_organisation("Other AG")
    assert client.post("/organisations/switch", {"organisation": other.pk}).status_code == 404
    assert client.post("/organisations/switch", {"organisation": "x"}).status_code == 404


def test_an_agent_of_three_customers_sees_all_and_works_in_each_by_its_rights_org_010(client):
    agent = a_person("Luc", "Monnier")
    customers = [an_organisation(name) for name in ("Bäckerei Huber", "Studio Nord", "Verein West")]
    roles = [Role.ADMINISTRATOR, Role.ADMINISTRATOR, Role.COLLABORATOR]
    for customer, role in zip(customers, roles, strict=True):
        Membership.objects.create(organisation=customer, account=agent, role=role, created_at=customer.created_at)
    client.force_login(agent)

    offered = client.get(f"/o/{customers[0].pk}/members").content.decode()
    inviting = [client.get(f"/o/{customer.pk}/invitations/new").status_code for customer in customers]

    assert all(customer.name in offered for customer in customers)
    assert inviting == [200, 200, 403]


def test_the_start_leads_to_the_organisation_worked_in_last(world, client):
    second = an_organisation("Zweite AG", of=Membership.objects.get(organisation=world.acme, role="owner").account)

    client.get(f"/o/{second.pk}/organisation")

    assert client.get("/")["Location"] == f"/o/{second.pk}/"


def test_another_organisation_is_founded_on_its_page_org_002_org_003(world, client):
    values = {
        "kind": "association", "name": "Verein Quartierfest", "street": "Gasse", "postal_code": "3012",
        "town": "Bern", "country": "CH",
    }  # fmt: skip

    answer = client.post("/organisations/new", values)

    founded = queries.membership_rows(world.anna.account_id)[-1]
    assert (founded.name, founded.role) == ("Verein Quartierfest", Role.LEGAL_REPRESENTATIVE)
    assert answer["Location"] == f"/o/{founded.organisation_id}/"


def test_a_person_without_organisation_is_offered_to_found_one_org_062(client):
    client.force_login(a_person())

    assert client.get("/")["Location"] == "/organisations"
    assert "/organisations/new" in client.get("/organisations").content.decode()


def test_whoever_belongs_nowhere_sees_the_invitations_that_wait_org_062(client):
    acme, ben = an_organisation(), a_person(email="ben@example.ch")
    entries = NewInvitation(email="ben@example.ch", role="normal")
    made = invite(actor=a_legal_representative_of(acme), organisation_id=acme.pk, entries=entries)
    link = f"/invitations/{queries.invitation_row(acme.pk, made.pk).link}"
    client.force_login(ben)

    assert f'href="{link}"' in client.get("/organisations").content.decode()
    client.post(f"{link}/acceptance")
    assert "/invitations/" not in client.get("/organisations").content.decode()


def test_pages_speak_the_language_of_the_account_ui_029(client):
    anna = a_person(language="fr")
    client.force_login(anna)

    answer = client.get("/organisations", headers={"Accept-Language": "de"})

    assert '<html lang="fr"' in answer.content.decode()
    assert answer["Content-Language"] == "fr"
