"""Before a last day: who hears of it, when, and in how many mails (ORG-051, ORG-052)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from stellwerk.foundation import clock
from stellwerk.foundation.actor import Role
from stellwerk.foundation.models import Message
from stellwerk.identity.models import Account
from stellwerk.organisations.models import Membership
from stellwerk.organisations.queries.planned_ends import end_notices
from stellwerk.organisations.services import last_days
from stellwerk.organisations.services.teams import add_to_team, create_team
from stellwerk.organisations.tasks import tell_what_ends_soon
from stellwerk.organisations.tests.builders import a_legal_representative_of, a_member_of, an_organisation
from stellwerk.organisations.tests.house import TODAY, ends

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_still")]
LAST_DAY = TODAY + timedelta(days=20)


@pytest.fixture
def mia(acme):
    return a_member_of(acme, billing=True)


def told() -> dict[int, Message]:
    """The newest mail about last days of each reader."""
    return {each.account_id: each for each in Message.objects.filter(template__endswith="ends_soon").order_by("pk")}


def test_a_fortnight_and_three_days_before_holder_and_managers_are_told_once_each(acme, boss, mia):
    ends(boss, mia, on=LAST_DAY)
    counts = []

    for days in (5, 6, 7, 16, 17, 18, 20):
        with clock.travel_to(TODAY + timedelta(days=days)):
            tell_what_ends_soon()
            counts.append(Message.objects.filter(template__endswith="ends_soon").count())

    assert counts == [0, 2, 2, 2, 4, 4, 4]
    with clock.travel_to(LAST_DAY + timedelta(days=1)):
        assert list(end_notices()) == []


def test_one_mail_names_all_that_ends_on_a_day_and_where_a_later_one_is_set(acme, boss, mia):
    here = {"actor": boss, "organisation_id": acme.pk}
    team = create_team(**here, name="Support", color="blue")
    add_to_team(**here, team_id=team.pk, account_ids=[mia.pk], ends_on=TODAY)
    last_days.set_billing_end(**here, account_id=mia.pk, ends_on=TODAY)
    ends(boss, mia, on=TODAY)
    Account.objects.filter(pk=mia.pk).update(language="de")

    tell_what_ends_soon()

    assert Message.objects.filter(template__endswith="ends_soon").count() == 2
    to_mia, to_boss = told()[mia.pk], told()[boss.account_id]
    assert to_mia.subject == "Ihr Zugang in Acme AG endet am 21. November 2026"
    assert "- Mitgliedschaft\n- Zugang zu Rechnungen\n- Platz im Team Support\n" in to_mia.body
    assert boss.name in to_mia.body
    assert to_boss.subject == "Access of others in Acme AG ends on 21 November 2026"
    for line, path in (("Membership", f"members/{mia.pk}"), ("Place in the team Support", f"teams/{team.pk}")):
        assert f"- Mia Meier: {line}\n  " in to_boss.body
        assert f"/o/{acme.pk}/{path}\n" in to_boss.body


def test_a_manager_hears_of_the_own_and_of_others_in_one_mail(acme, boss, mia):
    admin = a_member_of(acme, Role.ADMINISTRATOR)
    here = {"actor": boss, "organisation_id": acme.pk}
    team = create_team(**here, name="Support", color="blue")
    add_to_team(**here, team_id=team.pk, account_ids=[admin.pk], ends_on=TODAY)
    ends(boss, mia, on=TODAY)

    tell_what_ends_soon()

    body = told()[admin.pk].body
    assert body.index("- Place in the team Support") < body.index("- Mia Meier: Membership")
    assert "- Mia Meier: Place" not in body


def test_who_wishes_no_messages_of_a_sort_is_not_told_org_052(acme, boss, mia):
    last_days.set_billing_end(actor=boss, organisation_id=acme.pk, account_id=mia.pk, ends_on=TODAY)
    ends(boss, mia, on=TODAY)
    Membership.objects.filter(account=mia).update(receives_product_messages=False)
    Membership.objects.filter(account_id=boss.account_id).update(receives_billing_messages=False)

    tell_what_ends_soon()

    assert "Membership" not in told()[mia.pk].body
    assert "Access to invoices" in told()[mia.pk].body
    assert "Access to invoices" not in told()[boss.account_id].body
    assert "Mia Meier: Membership" in told()[boss.account_id].body


def test_neither_whoever_is_gone_nor_whoever_closed_the_account_is_told(acme, boss, mia):
    here = {"actor": boss, "organisation_id": acme.pk}
    team = create_team(**here, name="Support", color="blue")
    add_to_team(**here, team_id=team.pk, account_ids=[mia.pk], ends_on=LAST_DAY)
    ends(boss, mia, on=TODAY)

    with clock.travel_to(LAST_DAY):
        assert list(end_notices()) == []
    Account.objects.filter(pk=mia.pk).update(is_active=False)
    assert [notice.reader.account_id for notice in end_notices()] == [boss.account_id]


def test_the_notices_of_many_people_and_organisations_take_few_statements(django_assert_num_queries):
    for number in range(3):
        acme = an_organisation(f"Acme {number}")
        for _ in range(3):
            ends(a_legal_representative_of(acme), a_member_of(acme), on=TODAY)

    with django_assert_num_queries(4):  # memberships, places, grants, and the people of all organisations
        notices = list(end_notices())

    assert len(notices) == 12
