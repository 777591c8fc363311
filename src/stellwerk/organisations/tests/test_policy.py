"""Who may do what (§9): the table of the specification, one row each."""

import pytest

from stellwerk.foundation.actor import SYSTEM, Actor, Role
from stellwerk.organisations import policy

HERE, THERE = 1, 2
LEGAL, ADMIN, WORKER, EXTERNAL = Role
OUTSIDER = Actor(account_id=9, organisation_id=THERE, role=LEGAL)


def a(role: Role) -> Actor:
    return Actor(account_id=7, organisation_id=HERE, role=role)


def word(decision) -> str:
    return "yes" if decision else "hidden" if decision.hidden else decision.reason


LEGAL_ONLY, MANAGERS_ONLY = "legal_representative_required", "administrator_required"
RIGHT = "legal_role_required"


@pytest.mark.parametrize(
    ("predicate", "legal", "admin", "worker", "external"),
    [
        (policy.can_see_organisation, "yes", "yes", "yes", "yes"),
        (policy.can_edit_organisation, "yes", LEGAL_ONLY, LEGAL_ONLY, LEGAL_ONLY),
        (policy.can_see_members, "yes", "yes", "yes", "member_required"),
        (policy.can_manage_members, "yes", "yes", MANAGERS_ONLY, MANAGERS_ONLY),
        (policy.can_see_activity, "yes", "yes", MANAGERS_ONLY, MANAGERS_ONLY),
        (policy.can_leave, "yes", "yes", "yes", "yes"),
    ],
)
def test_rights_follow_the_role_and_outsiders_see_nothing(predicate, legal, admin, worker, external):
    assert [word(predicate(a(role), HERE)) for role in Role] == [legal, admin, worker, external]
    assert word(predicate(OUTSIDER, HERE)) == "hidden"
    assert word(predicate(Actor(), HERE)) == "hidden"


@pytest.mark.parametrize(
    ("actor_role", "given", "expected"),
    [
        (LEGAL, LEGAL, "yes"), (LEGAL, ADMIN, "yes"), (LEGAL, EXTERNAL, "yes"),
        (ADMIN, LEGAL, RIGHT), (ADMIN, ADMIN, "yes"), (ADMIN, WORKER, "yes"), (ADMIN, EXTERNAL, "yes"),
        (WORKER, EXTERNAL, MANAGERS_ONLY), (EXTERNAL, EXTERNAL, MANAGERS_ONLY),
    ],
)  # fmt: skip
def test_a_legal_representative_alone_makes_another_org_027(actor_role, given, expected):
    assert word(policy.can_give_role(a(actor_role), HERE, role=given)) == expected
    assert word(policy.can_touch_member(a(actor_role), HERE, current_role=given)) == expected


@pytest.mark.parametrize(("role", "expected"), [(LEGAL, "yes"), (ADMIN, "yes"), (WORKER, MANAGERS_ONLY)])
def test_preferences_of_others_are_for_managers_and_own_ones_for_everybody_org_052(role, expected):
    assert word(policy.can_set_preferences(a(role), HERE, account_id=8)) == expected
    assert policy.can_set_preferences(a(role), HERE, account_id=7)


def test_a_form_offers_only_roles_that_may_be_given_org_027():
    assert policy.roles_to_give(a(LEGAL), HERE) == tuple(Role)
    assert policy.roles_to_give(a(ADMIN), HERE) == (ADMIN, WORKER, EXTERNAL)
    assert policy.roles_to_give(a(WORKER), HERE) == ()


def test_refusals_name_who_can_help():
    assert policy.can_edit_organisation(a(ADMIN), HERE).granted_by == ("legal_representative",)
    assert policy.can_manage_members(a(WORKER), HERE).granted_by == ("legal_representative", "administrator")


def test_the_system_may_do_everything_but_leave():
    assert policy.can_manage_members(SYSTEM, HERE)
    assert policy.can_edit_organisation(SYSTEM, HERE)
    assert not policy.can_leave(SYSTEM, HERE)
