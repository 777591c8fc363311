"""Around the last day of a grant: a mail before, the clearing after, and what the doctor finds (ORG-051)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from stellwerk.foundation import activity, clock, jobs, secrets
from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import NotFound
from stellwerk.foundation.models import Message
from stellwerk.organisations.models import Membership
from stellwerk.organisations.services.invitations import NewInvitation, accept_invitation, invite
from stellwerk.organisations.services.last_days import set_membership_end
from stellwerk.organisations.services.memberships import change_role
from stellwerk.organisations.tasks import clear_what_has_ended, tell_what_ends_soon
from stellwerk.organisations.tests.builders import (
    a_member_of,
    a_stranger_actor,
    an_organisation,
)
from stellwerk.organisations.tests.house import TODAY, a_team
from stellwerk.products import queries
from stellwerk.products.models import ProductGrant
from stellwerk.products.queries.findings import grant_findings
from stellwerk.products.rules import WHOLE, Right
from stellwerk.products.services.endings import clear_ended_grants
from stellwerk.products.tests.builders import a_product_of, given

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_still")]
HOSTING = "web-hosting"


@pytest.fixture
def site(acme):
    return a_product_of(acme, name="shop.ch")


def test_the_clockwork_clears_what_has_ended_and_says_so_once_org_051(acme, boss, mia, site):
    given(boss, acme, on=site, to=mia.pk, rights=[Right.STATISTIC, Right.TECHNICAL], until=TODAY)
    given(boss, acme, kind=HOSTING, team=a_team(boss), until=TODAY)
    given(boss, acme, on=a_product_of(acme), to=mia.pk)

    with clock.travel_to(TODAY + timedelta(days=1)):
        assert clear_ended_grants() == 3
        assert clear_ended_grants() == 0

    assert ProductGrant.objects.get().product_id != site.pk
    sentences = [row.sentence for row in activity.organisation_rows(acme.pk)][:2]
    assert sorted(sentences) == [
        "The access of Mia Meier to shop.ch ended as planned: figures, technical",
        "The access of Support (team) to all products of the kind Web hosting ended as planned: technical",
    ]


def test_the_doctor_finds_grants_that_nobody_could_use(acme, boss, mia, site):
    given(boss, acme, on=site, to=mia.pk)
    given(boss, acme, kind=HOSTING, team=a_team(boss, mia))
    assert list(grant_findings()) == []

    Membership.objects.filter(account=mia).delete()
    ProductGrant.objects.filter(kind_code=HOSTING).update(right="cache")
    ProductGrant.objects.create(
        organisation_id=acme.pk, account=Membership.objects.get(organisation=acme).account, granted_at=clock.now(),
        product=a_product_of(an_organisation("Fremde AG")), right=Right.TECHNICAL,
    )  # fmt: skip

    assert [finding.partition(": ")[2] for finding in grant_findings()] == [
        f"account {mia.pk} does not belong to the organisation",
        "its product or its team is of another organisation",
        "the kind web-hosting does not offer it",
    ]


def test_whoever_returns_after_the_last_day_holds_what_the_invitation_gives_and_nothing_old_org_051(acme, boss, mia):
    """The clockwork has not been there between the two; nor does it take anything away afterwards."""
    here = {"actor": boss, "organisation_id": acme.pk}
    old, new = a_product_of(acme, name="old.ch"), a_product_of(acme, name="new.ch")
    given(boss, acme, on=old, to=mia.pk)
    set_membership_end(**here, account_id=mia.pk, ends_on=TODAY)

    with clock.travel_to(TODAY + timedelta(days=1)):
        assert queries.grant_rows(boss, acme.pk) == queries.grants_reaching(boss, acme.pk, product_id=old.pk) == []
        assert queries.people_of(boss, [old.pk]) == {}
        with pytest.raises(NotFound):
            given(boss, acme, on=old, to=mia.pk)
        entries = NewInvitation(email=mia.email, role=Role.EXTERNAL, product_rights={new.pk: [Right.TECHNICAL]})
        invitation = invite(**here, entries=entries)
        accept_invitation(actor=a_stranger_actor(mia), raw_link=secrets.decrypt(invitation.sealed_link))
        clear_what_has_ended()
        jobs.run_due_jobs()

        assert [grant.product_id for grant in queries.grant_rows(boss, acme.pk)] == [new.pk]


def test_before_the_last_day_of_a_grant_holder_and_managers_are_told_what_ends(acme, boss, mia, site):
    last_day = TODAY + timedelta(days=14)
    given(boss, acme, on=site, to=mia.pk, until=last_day)
    given(boss, acme, kind=HOSTING, to=mia.pk, until=last_day)
    given(boss, acme, to=a_member_of(acme, Role.EXTERNAL).pk, rights=[WHOLE], until=last_day + timedelta(days=1))
    given(boss, acme, on=site, team=a_team(boss), until=last_day)

    tell_what_ends_soon()

    to_mia, to_boss = Message.objects.filter(template__endswith="ends_soon").order_by("-account_id")
    assert (to_mia.account_id, to_mia.subject) == (mia.pk, "Your access in Acme AG ends on 5 December 2026")
    assert "- Access to: shop.ch, All of the kind Web hosting\n" in to_mia.body
    assert (to_boss.account_id, to_boss.subject) == (
        boss.account_id, "Access of others in Acme AG ends on 5 December 2026"
    )  # fmt: skip
    assert "- Mia Meier: Access to: shop.ch, All of the kind Web hosting\n" in to_boss.body
    assert f"/o/{acme.pk}/members/{mia.pk}/access\n" in to_boss.body
    assert "- Support: Access to: shop.ch\n" in to_boss.body


def test_who_became_a_manager_loses_nothing_when_a_grant_ends_org_024(acme, boss, mia, site):
    given(boss, acme, on=site, to=mia.pk, until=TODAY)
    change_role(actor=boss, organisation_id=acme.pk, account_id=mia.pk, role=Role.ADMINISTRATOR)

    tell_what_ends_soon()

    assert not Message.objects.filter(template__endswith="ends_soon").exists()
