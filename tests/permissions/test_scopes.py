"""What a token may do is what its owner may do, narrowed to its scopes: the tables' last columns, by each scope.

The expectations are made from the tables and from the scope that each command declares.
"""

import pytest
from django.test import override_settings

from stellwerk.api import commands
from stellwerk.foundation import rate_limits
from stellwerk.identity.rules import SCOPES
from tests.permissions import table, world
from tests.permissions.calls import Caller, outcome
from tests.permissions.test_forms_of_other_sites import OF_PROGRAMS
from tests.permissions.world import known_parameters

pytestmark = pytest.mark.slow  # one walk over the whole house


@pytest.fixture
def caller(db):
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        everybody = Caller(world.build())
        for parameter in known_parameters():  # now: what a body asks for during a call is gone with the call
            everybody.world.own(parameter, "owner")
        yield everybody


def endpoint_of(route):
    endpoint, _operation = commands.find(route.address.removeprefix("/api/")).command.methods[route.method]
    return endpoint


def rows_of_commands(*, with_scope):
    found = [(row, endpoint_of(row.route)) for row in table.rows().values() if row.route.is_command]
    return [(row, endpoint) for row, endpoint in found if bool(endpoint.scope) == with_scope]


def outcome_with(caller, row, scopes):
    """As the legal representative, by a token of these scopes."""
    name = " ".join(scopes)
    if name not in caller.tokens:
        caller.tokens[name] = caller.token(caller.world.people["owner"].pk, scopes)
    values = {parameter: caller.world.own(parameter, "owner") for parameter in row.route.parameters}
    return outcome(caller.call(row.route, name, values))


def surprises(caller, rows, scopes_of, column):
    return [
        f"{row.place}: {row.route} with {scopes}: {found}, the table says {row.expected[column]}"
        for row, endpoint in rows
        for scopes in [scopes_of(endpoint)]
        if (found := outcome_with(caller, row, scopes)) != row.expected[column]
    ]


def test_its_own_scope_alone_opens_a_command(caller):
    rows = rows_of_commands(with_scope=True)
    needed = lambda endpoint: [endpoint.scope if endpoint.writes else f"{endpoint.scope}:read"]  # noqa: E731

    assert not (found := surprises(caller, rows, needed, "owner")), "\n".join(found)


def test_all_other_scopes_together_do_not(caller):
    rows = rows_of_commands(with_scope=True)
    others = lambda endpoint: [scope for scope in SCOPES if scope.partition(":")[0] != endpoint.scope]  # noqa: E731

    assert not (found := surprises(caller, rows, others, "unscoped")), "\n".join(found)


def test_the_scope_for_reading_changes_nothing(caller):
    rows = [(row, endpoint) for row, endpoint in rows_of_commands(with_scope=True) if endpoint.writes]
    reading = lambda endpoint: [f"{endpoint.scope}:read"]  # noqa: E731

    assert not (found := surprises(caller, rows, reading, "unscoped")), "\n".join(found)


def test_no_token_opens_a_page(caller):
    """A token with every scope is nobody to the pages: they know sessions only."""
    opened = []
    for row in table.rows().values():
        route = row.route
        if route.is_command or route.address in OF_PROGRAMS or row.expected["anonymous"] == "ok":
            continue
        values = {name: caller.world.own(name, "owner") for name in route.parameters}
        rate_limits.forget_all()
        caller.client.cookies.clear()
        answer = caller.client.generic(
            route.method, route.filled(values), headers={"Authorization": f"Bearer {caller.tokens['owner']}"}
        )
        if outcome(answer) != row.expected["anonymous"]:
            opened.append(f"{row.place}: {route}: {outcome(answer)}")

    assert not opened, "\n".join(opened)
