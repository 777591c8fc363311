"""What every list on the wire costs: at most four statements, however many rows and however it is asked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stellwerk.api import commands
from stellwerk.api.tests.builders import Caller, a_token_of
from stellwerk.foundation import rate_limits
from tests.permissions.routes import Route

pytestmark = pytest.mark.slow  # one walk over all lists
MOST_STATEMENTS = 4  # design, section 7: who asks, the limit, the right to see it, the rows
ASKED = ("", "page=1", "with=*", "page=1&search=a")
SHORT = {"GET /api/2/profile/sessions", "GET /api/2/profile/phones"}  # nobody signs in here; a person has one number


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
