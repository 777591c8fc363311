"""The roles, number by number (ORG-019…ORG-029)."""

from __future__ import annotations

import pytest
from django.test import Client

from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import AccessDenied
from stellwerk.organisations import policy, queries
from stellwerk.organisations.models import Membership
from stellwerk.organisations.queries import people
from stellwerk.organisations.services.memberships import change_role, remove_member
from stellwerk.organisations.tests.builders import (
    a_member_of,
    a_person,
    acting,
)
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db


def test_a_member_has_exactly_one_of_four_roles_org_019(acme):
    mia = a_member_of(acme)

    with refused_by("one_membership_per_person"):
        Membership.objects.create(organisation=acme, account=mia, role=Role.EXTERNAL, created_at=acme.created_at)
    assert {*Role} == {"owner", "admin", "normal", "external"}


def test_several_legal_representatives_may_do_what_administrators_may_and_more_org_020(acme, boss):
    second = acting(a_member_of(acme, Role.LEGAL_REPRESENTATIVE), acme)
    admin = acting(a_member_of(acme, Role.ADMINISTRATOR), acme)

    for legal in (boss, second):
        assert policy.can_manage_members(legal, acme.pk)
        assert policy.can_edit_organisation(legal, acme.pk)
    assert policy.can_manage_members(admin, acme.pk)
    assert not policy.can_edit_organisation(admin, acme.pk)


def test_an_administrator_manages_people_and_the_accounting_org_021(acme):
    admin = acting(a_member_of(acme, Role.ADMINISTRATOR), acme)

    assert policy.can_manage_members(admin, acme.pk)
    assert admin.has_billing_access


def test_a_collaborator_changes_no_data_and_sees_invoices_only_if_granted_org_022_org_025(acme):
    without, with_it = (acting(a_member_of(acme, billing=billing), acme) for billing in (False, True))

    assert not policy.can_edit_organisation(with_it, acme.pk)
    assert not policy.can_manage_members(with_it, acme.pk)
    assert (without.has_billing_access, with_it.has_billing_access) == (False, True)


def test_an_external_sees_neither_people_nor_invoices_org_023(acme):
    external = acting(a_member_of(acme, Role.EXTERNAL), acme)

    assert not policy.can_see_members(external, acme.pk)
    assert not external.has_billing_access


@pytest.mark.parametrize(("role", "sees"), [(Role.ADMINISTRATOR, True), (Role.COLLABORATOR, False)])
def test_only_managers_see_the_form_that_edits_roles_org_026(acme, role, sees):
    mia, browser = a_member_of(acme), Client()
    browser.force_login(a_member_of(acme, role))

    page = browser.get(f"/o/{acme.pk}/members/{mia.pk}").content.decode()

    assert ("Save the role" in page) is sees


def test_an_administrator_makes_no_legal_representative_org_027(acme):
    admin, mia = acting(a_member_of(acme, Role.ADMINISTRATOR), acme), a_member_of(acme)

    with pytest.raises(AccessDenied) as refused:
        change_role(actor=admin, organisation_id=acme.pk, account_id=mia.pk, role=Role.LEGAL_REPRESENTATIVE)
    assert refused.value.context["reason"] == "legal_role_required"


def test_an_administrator_neither_demotes_nor_removes_a_legal_representative_org_028(acme):
    admin = acting(a_member_of(acme, Role.ADMINISTRATOR), acme)
    second = a_member_of(acme, Role.LEGAL_REPRESENTATIVE)

    with pytest.raises(AccessDenied):
        change_role(actor=admin, organisation_id=acme.pk, account_id=second.pk, role=Role.COLLABORATOR)
    with pytest.raises(AccessDenied):
        remove_member(actor=admin, organisation_id=acme.pk, account_id=second.pk)
    assert queries.roles_of(acme.pk, [second.pk]) == {second.pk: Role.LEGAL_REPRESENTATIVE}


@pytest.mark.parametrize("most", [500, 1])
def test_roles_are_those_of_the_people_asked_for_however_many(acme, boss, monkeypatch, most):
    monkeypatch.setattr(people, "_MOST_ASKED_BY_NUMBER", most)
    mia, tom, _uma = (a_member_of(acme, Role.COLLABORATOR) for _ in range(3))
    stranger = a_person()

    roles = queries.roles_of(acme.pk, [mia.pk, tom.pk, stranger.pk])

    assert roles == {mia.pk: Role.COLLABORATOR, tom.pk: Role.COLLABORATOR}


def test_a_new_role_holds_in_sessions_that_run_already_org_029(acme, boss):
    mia, browser = a_member_of(acme, Role.ADMINISTRATOR), Client()
    browser.force_login(mia)
    assert browser.get(f"/o/{acme.pk}/invitations").status_code == 200

    change_role(actor=boss, organisation_id=acme.pk, account_id=mia.pk, role=Role.COLLABORATOR)

    assert browser.get(f"/o/{acme.pk}/invitations").status_code == 403
