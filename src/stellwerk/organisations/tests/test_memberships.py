"""Roles, the billing switch, preferences, removing and leaving: ORG-024…033, ORG-052…062."""

import pytest

from stellwerk.foundation import activity, jobs
from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import AccessDenied, Invalid, NotFound, RuleBroken
from stellwerk.foundation.events import deliver_event
from stellwerk.foundation.models import Event, Message
from stellwerk.organisations import handlers, queries
from stellwerk.organisations.models import Membership
from stellwerk.organisations.services import memberships
from stellwerk.organisations.services.edit_organisation import edit_organisation
from stellwerk.organisations.services.entries import NewOrganisation
from stellwerk.organisations.tests.builders import (
    a_legal_representative_of,
    a_member_of,
    a_person,
    a_stranger_actor,
    acting,
    an_organisation,
    an_outsider,
)

pytestmark = pytest.mark.django_db


def change(actor, organisation, account, role):
    return memberships.change_role(actor=actor, organisation_id=organisation.pk, account_id=account.pk, role=role)


def role_of(account, organisation) -> str:
    return Membership.objects.get(account=account, organisation=organisation).role


def test_a_new_role_applies_at_once_and_its_owner_is_told_org_029_org_030():
    acme = an_organisation()
    mia = a_member_of(acme)

    change(a_legal_representative_of(acme), acme, mia, Role.ADMINISTRATOR)
    jobs.run_due_jobs()

    assert acting(mia, acme).is_manager
    mail = Message.objects.get(recipient=mia.email)
    assert "Collaborator" in mail.body
    assert "Administrator" in mail.body
    assert "Acme AG" in mail.body
    assert "Anna Keller" in mail.body


def test_telling_twice_is_telling_once_org_030():
    acme = an_organisation()
    mia = a_member_of(acme)
    change(a_legal_representative_of(acme), acme, mia, Role.ADMINISTRATOR)
    jobs.run_due_jobs()
    event = Event.objects.get(name="RoleChanged")
    deliver_event(event.pk, f"{handlers.__name__}.tell_the_member")

    assert Message.objects.filter(recipient=mia.email).count() == 1


def test_a_collaborator_changes_no_role_org_026():
    acme = an_organisation()
    mia, ben = a_member_of(acme), a_member_of(acme)

    with pytest.raises(AccessDenied) as refused:
        change(acting(mia, acme), acme, ben, Role.ADMINISTRATOR)

    assert refused.value.reason == "administrator_required"
    assert role_of(ben, acme) == Role.COLLABORATOR


def test_an_administrator_neither_makes_nor_touches_a_legal_representative_org_027_org_028():
    acme = an_organisation()
    admin = acting(a_member_of(acme, Role.ADMINISTRATOR), acme)
    second, mia = a_member_of(acme, Role.LEGAL_REPRESENTATIVE), a_member_of(acme)

    for attempt in (
        lambda: change(admin, acme, mia, Role.LEGAL_REPRESENTATIVE),
        lambda: change(admin, acme, second, Role.COLLABORATOR),
        lambda: memberships.remove_member(actor=admin, organisation_id=acme.pk, account_id=second.pk),
    ):
        with pytest.raises(AccessDenied) as refused:
            attempt()
        assert refused.value.reason == "legal_role_required"


def test_the_only_legal_representative_stays_org_031():
    acme = an_organisation()
    anna = a_legal_representative_of(acme)
    account = Membership.objects.get(organisation=acme).account
    a_member_of(acme, Role.ADMINISTRATOR)

    for attempt in (
        lambda: change(anna, acme, account, Role.ADMINISTRATOR),
        lambda: memberships.remove_member(actor=anna, organisation_id=acme.pk, account_id=account.pk),
        lambda: memberships.leave_organisation(actor=anna, organisation_id=acme.pk),
    ):
        with pytest.raises(RuleBroken) as refused:
            attempt()
        assert refused.value.code == "last_legal_representative"


def test_with_a_second_legal_representative_the_first_may_go_org_032():
    acme = an_organisation()
    anna = a_legal_representative_of(acme)
    mia = a_member_of(acme)

    change(anna, acme, mia, Role.LEGAL_REPRESENTATIVE)
    memberships.leave_organisation(actor=anna, organisation_id=acme.pk)

    assert [row.role for row in queries.member_rows(acme.pk)] == [Role.LEGAL_REPRESENTATIVE]


def test_a_right_taken_away_a_moment_ago_is_gone_q2():
    """The actor still believes to be an administrator; the service reads the role again under the lock."""
    acme = an_organisation()
    mia, ben = a_member_of(acme, Role.ADMINISTRATOR), a_member_of(acme)
    stale = acting(mia, acme)
    change(a_legal_representative_of(acme), acme, mia, Role.COLLABORATOR)

    with pytest.raises(AccessDenied):
        change(stale, acme, ben, Role.ADMINISTRATOR)


def test_unknown_roles_and_strangers_are_refused():
    acme = an_organisation()
    anna = a_legal_representative_of(acme)

    with pytest.raises(Invalid):
        change(anna, acme, a_member_of(acme), "king")
    with pytest.raises(NotFound):
        change(anna, acme, a_person(), Role.ADMINISTRATOR)
    with pytest.raises(NotFound):
        change(an_outsider(), acme, a_member_of(acme), Role.ADMINISTRATOR)


def test_the_same_role_again_changes_and_tells_nothing():
    acme = an_organisation()
    mia = a_member_of(acme)

    change(a_legal_representative_of(acme), acme, mia, Role.COLLABORATOR)

    assert not Event.objects.filter(name="RoleChanged").exists()


def test_the_billing_switch_is_for_collaborators_org_025():
    acme = an_organisation()
    anna, mia, eva = a_legal_representative_of(acme), a_member_of(acme), a_member_of(acme, Role.EXTERNAL)

    def switch(account, *, is_on: bool) -> None:
        memberships.switch_billing_access(actor=anna, organisation_id=acme.pk, account_id=account.pk, is_on=is_on)

    switch(mia, is_on=True)
    assert acting(mia, acme).has_billing_access
    switch(mia, is_on=False)
    assert not acting(mia, acme).has_billing_access
    with pytest.raises(RuleBroken) as refused:
        switch(eva, is_on=True)
    assert refused.value.code == "external_without_billing"
    assert anna.has_billing_access


def test_becoming_external_ends_the_sight_of_invoices_q30():
    acme = an_organisation()
    mia = a_member_of(acme, billing=True)

    change(a_legal_representative_of(acme), acme, mia, Role.EXTERNAL)

    assert not acting(mia, acme).has_billing_access


def test_removal_ends_only_this_membership_org_060():
    acme, other = an_organisation(), an_organisation("Other AG")
    mia = a_member_of(acme)
    Membership.objects.create(organisation=other, account=mia, role=Role.COLLABORATOR, created_at=acme.created_at)

    memberships.remove_member(actor=a_legal_representative_of(acme), organisation_id=acme.pk, account_id=mia.pk)
    jobs.run_due_jobs()

    assert [row.name for row in queries.membership_rows(mia.pk)] == ["Other AG"]
    assert Message.objects.filter(recipient=mia.email, template="organisations/email/member_removed").count() == 1


def test_whoever_leaves_last_keeps_the_account_org_062():
    acme = an_organisation()
    mia = a_member_of(acme)

    memberships.leave_organisation(actor=acting(mia, acme), organisation_id=acme.pk)

    assert queries.membership_rows(mia.pk) == []
    assert a_stranger_actor(mia).account_id == mia.pk


def test_the_only_legal_representative_receives_the_billing_messages_org_055():
    acme = an_organisation()
    anna = a_legal_representative_of(acme)

    def prefer(account_id: int, *, billing: bool) -> None:
        memberships.set_contact_preferences(
            actor=anna,
            organisation_id=acme.pk,
            account_id=account_id,
            wishes=memberships.Wishes(billing=billing, products=False),
        )

    with pytest.raises(RuleBroken) as refused:
        prefer(anna.account_id, billing=False)
    assert refused.value.code == "sole_legal_must_receive"
    a_member_of(acme, Role.LEGAL_REPRESENTATIVE)
    prefer(anna.account_id, billing=False)

    wants = {row.account_id: row.wants_messages for row in queries.billing_recipients([acme.pk])[acme.pk]}
    assert not wants[anna.account_id]
    assert anna.account_id not in {row.account_id for row in queries.product_recipients(acme.pk)}


def coordinates(**more: str) -> NewOrganisation:
    values = {
        "name": "Acme AG", "kind": "company", "street": "Marktgasse", "building_number": "7", "postal_code": "3011",
        "town": "Bern", "country": "CH", **more,
    }  # fmt: skip
    return NewOrganisation(**values)


def edit(actor, organisation, *, terms: bool = True, **more: str):
    return edit_organisation(
        actor=actor, organisation_id=organisation.pk, entries=coordinates(**more), accepts_terms=terms
    )


def test_coordinates_are_for_legal_representatives_org_011():
    acme = an_organisation()

    with pytest.raises(AccessDenied) as refused:
        edit(acting(a_member_of(acme, Role.ADMINISTRATOR), acme), acme, name="Ours now AG")

    assert refused.value.reason == "legal_representative_required"


def test_saving_coordinates_needs_the_terms_org_012():
    acme = an_organisation()

    with pytest.raises(RuleBroken) as refused:
        edit(a_legal_representative_of(acme), acme, terms=False, town="Basel")

    assert refused.value.code == "terms_not_accepted"


def test_a_move_abroad_changes_the_currency_and_is_told_org_013_org_014():
    acme = an_organisation()
    second = a_member_of(acme, Role.LEGAL_REPRESENTATIVE)

    edit(a_legal_representative_of(acme), acme, country="DE", postal_code="10115", town="Berlin")
    jobs.run_due_jobs()

    acme.refresh_from_db()
    assert (acme.currency, acme.town) == ("EUR", "Berlin")
    mail = Message.objects.get(recipient=second.email)
    assert "Bern → Berlin" in mail.body
    assert "currency" not in Event.objects.get(name="OrganisationChanged").payload["fields"]


@pytest.mark.parametrize(
    ("country", "number", "code"),
    [
        ("DE", "DE136695976", None),
        ("DE", "DE136695975", "vat_number_invalid"),
        ("DE", "ATU13585627", "vat_country_mismatch"),
        ("US", "12345", "vat_number_invalid"),
    ],
)
def test_a_vat_number_must_fit_the_country_id_007(country, number, code):
    acme = an_organisation()
    postal = {"DE": "10115", "US": "10001"}[country]

    def save():
        return edit(a_legal_representative_of(acme), acme, country=country, postal_code=postal, vat_number=number)

    if code is None:
        assert save().vat_number == number
        return
    with pytest.raises(Invalid) as refused:
        save()
    assert [(error.name, error.rule) for error in refused.value.errors] == [("vat_number", code)]


def test_the_activity_tells_it_in_sentences_org_100_org_102():
    acme = an_organisation()
    anna, mia = a_legal_representative_of(acme), a_member_of(acme)

    change(anna, acme, mia, Role.ADMINISTRATOR)
    memberships.remove_member(actor=anna, organisation_id=acme.pk, account_id=mia.pk)

    sentences = [row.sentence for row in activity.organisation_rows(acme.pk)]
    assert sentences[:2] == [
        "Anna Keller removed Mia Meier from the organisation",
        "Anna Keller changed the role of Mia Meier from Collaborator to Administrator",
    ]
    assert activity.organisation_total(acme.pk, only=activity.Narrowing(search="Mia")) == 2
