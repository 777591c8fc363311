"""What tests of roles, rights and last days begin with: a day, an organisation, who leads it, and a collaborator.

The rooms' conftest.py take these fixtures over.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from stellwerk.foundation import clock
from stellwerk.organisations.services.last_days import set_membership_end
from stellwerk.organisations.services.teams import add_to_team, create_team
from stellwerk.organisations.tests.builders import a_legal_representative_of, a_member_of, an_organisation

TODAY = date(2026, 11, 21)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def standing_still():
    """Time stands at TODAY."""
    with clock.travel_to(TODAY):
        yield


@pytest.fixture
def acme(db):
    return an_organisation("Acme AG")


@pytest.fixture
def boss(acme):
    return a_legal_representative_of(acme)


@pytest.fixture
def mia(acme):
    return a_member_of(acme)


def a_team(boss, *people, name="Support") -> int:
    """A team of these people."""
    here = {"actor": boss, "organisation_id": boss.organisation_id}
    team = create_team(**here, name=name, color="blue").pk
    if people:
        add_to_team(**here, team_id=team, account_ids=[each.pk for each in people])
    return team


def ends(boss, account, on=TODAY) -> None:
    """`on` is the last day of the account in the organisation."""
    set_membership_end(actor=boss, organisation_id=boss.organisation_id, account_id=account.pk, ends_on=on)
