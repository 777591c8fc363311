"""What every list on the wire costs: at most four statements, however many rows and however it is asked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stellwerk.api import commands
from stellwerk.api.tests.builders import Caller, a_token_of
from stellwerk.billing.tests.builders import a_paid_invoice, a_prepaid_balance
from stellwerk.foundation import rate_limits
from stellwerk.identity.models import Account
from stellwerk.organisations.services.teams import add_to_team
from stellwerk.organisations.tests.builders import an_organisation
from tests.permissions import world
from tests.permissions.routes import Route
from tests.permissions.world import OF_A_PERSON, OF_AN_ORGANISATION, Place

pytestmark = pytest.mark.slow  # one walk over all lists
MOST_STATEMENTS = 4  # design, section 7: who asks, the limit, the right to see it, the rows
THINGS = 6  # a statement for each of them would exceed any allowance
ASKED = ("", "page=1", "with=*", "page=1&search=a")
SHORT = {"GET /api/2/profile/sessions", "GET /api/2/profile/phones"}  # nobody signs in here; a person has one number


@pytest.fixture
def house(db):
    """Acme with several things of every kind, made by its owner."""
    house = world.build()
    owner = house.people["owner"]
    for number in range(THINGS):
        place = Place(house.acme, owner, owner, number=number)
        for name, make in {**OF_AN_ORGANISATION, **OF_A_PERSON}.items():
            rate_limits.forget_all()  # some things are allowed a few times an hour only
            house.remember(name, place, make(place))
        an_organisation(f"Branch {number}", of=owner)
        a_prepaid_balance(house.acme, 1000 + number)
        a_paid_invoice(house.acme)
    in_a_team = {"organisation_id": house.acme.pk, "team_id": house.own("team_id", "owner")}
    add_to_team(actor=place.acting_owner, **in_a_team, account_ids=[each.pk for each in members_of(house)])
    return house


def members_of(house: world.World) -> list[Account]:
    return [account for role, account in house.people.items() if role != "outsider"]


def lists() -> list[Route]:
    """Every command that answers a list."""
    return [
        Route(f"/api/{command.version}/{command.path}", "GET", is_command=True)
        for command in commands.commands()
        for endpoint, _ in [command.methods.get("GET", (None, None))]
        if endpoint and endpoint.listing and not endpoint.listing.is_one
    ]


def statements_of(caller: Caller, address: str) -> list[str]:
    """What the database was asked. PostgreSQL counts the limit in one, SQLite in a file of its own."""
    rate_limits.forget_all()
    with CaptureQueriesContext(connection) as asked:
        answer = caller.get(address)
    assert answer.status_code == 200, (address, answer.content)
    return [each["sql"] for each in asked.captured_queries]


def test_no_list_costs_more_than_four_statements(house):
    """Design, section 7; API-020."""
    caller = Caller(a_token_of(house.people["owner"]))
    caller.get("2/profile")  # the first use of a token is noted
    dear = []
    for route in lists():
        address = route.filled({name: house.own(name, "owner") for name in route.parameters}).removeprefix("/api/")
        for query in ASKED:
            statements = statements_of(caller, f"{address}?{query}")
            if len(statements) > MOST_STATEMENTS:
                dear.append(
                    "\n  ".join([f"{route}?{query}: {len(statements)}", *(str(each)[:160] for each in statements)])
                )

    assert not dear, "\n".join(dear)


def test_every_list_tried_has_several_rows(house):
    """Else the test above would prove nothing."""
    caller = Caller(a_token_of(house.people["owner"]))
    short = []
    for route in lists():
        address = route.filled({name: house.own(name, "owner") for name in route.parameters}).removeprefix("/api/")
        rate_limits.forget_all()
        if len(caller.get(address).json()["data"]) < 2:
            short.append(str(route))

    assert set(short) <= SHORT
