"""What every page costs: at most twelve statements, and not one more when there is more to show."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stellwerk.foundation import rate_limits
from tests.permissions import table, world
from tests.permissions.calls import Caller
from tests.permissions.conftest import THINGS, add_things_to

pytestmark = pytest.mark.slow  # one walk over all pages, twice
MOST_STATEMENTS = 12  # design, section 7


def costs_of(caller, role):
    """Statements by address, of every page that there is for this person."""
    costs = {}
    for row in table.rows().values():
        route = row.route
        if route.method != "GET" or route.is_command or row.expected[role] != "ok":
            continue
        values = {name: caller.world.own(name, role) for name in route.parameters}
        rate_limits.forget_all()
        with CaptureQueriesContext(connection) as asked:
            answer = caller.call(route, role, values)
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            said = [str(each["sql"]) for each in asked.captured_queries]  # a statement without text is one, too
            costs[route.address] = [each for each in said if not is_of_the_test(each)]
    return costs


def is_of_the_test(statement):
    """What is done around a call so that nothing of it remains."""
    return statement.startswith(("SAVEPOINT", "ROLLBACK", "RELEASE", "BEGIN"))


@pytest.mark.parametrize("role", ["owner", "normal"])
def test_no_page_costs_more_than_twelve_statements_however_much_it_shows(db, role):
    caller = Caller(world.build())
    add_things_to(caller.world)
    caller.client.cookies[settings.SESSION_COOKIE_NAME] = caller.cookies[role]
    caller.client.get(f"/o/{caller.world.acme.pk}/")  # the session knows from now on where the person is
    costs_of(caller, role)  # what is read once for all
    few = costs_of(caller, role)

    add_things_to(caller.world, after=1 + THINGS)

    many = costs_of(caller, role)
    grown = {
        address: (len(few[address]), [sql[:150] for sql in statements])
        for address, statements in many.items()
        if len(statements) > len(few.get(address, statements))
    }
    assert len(many) > THINGS
    assert {address: len(found) for address, found in many.items() if len(found) > MOST_STATEMENTS} == {}
    assert grown == {}
