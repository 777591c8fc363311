"""Who may call what: every route, every role. And whoever belongs elsewhere finds nothing."""

import pytest
from django.test import override_settings

from stellwerk.foundation.edge.api import has_visibility
from tests.permissions import table, world
from tests.permissions.calls import Caller, knows_method, outcome
from tests.permissions.routes import Route, command_routes, pages
from tests.permissions.world import OF_EVERYBODY, ROLES, known_parameters

pytestmark = pytest.mark.slow  # one walk over the whole house
HOW = "tests/permissions/tables/<room>.txt: add a line “{route}” with a word for each of: {columns}"


@pytest.fixture
def caller(db):
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield Caller(world.build())


def every_route() -> list[Route]:
    return sorted([*pages(), *command_routes()])


def own_values(caller: Caller, route: Route, role: str) -> dict[str, object]:
    return {name: caller.world.own(name, role) for name in route.parameters}


def test_every_path_parameter_has_a_thing_to_try():
    unknown = {
        name: str(route) for route in every_route() for name in route.parameters if name not in known_parameters()
    }

    assert not unknown, (
        f"tests/permissions/world.py: say how to make one in OF_AN_ORGANISATION, OF_A_PERSON or OF_EVERYBODY: {unknown}"
    )


def test_every_parameter_of_a_command_has_somebody_who_says_who_sees_it():
    blind = {
        name: str(route)
        for route in command_routes()
        for name in route.parameters
        if not has_visibility(name) and name not in OF_EVERYBODY
    }

    assert not blind, f"register @sees(…) in the room's api.py (docs/api-development.md): {blind}"


def test_every_route_has_a_row_and_every_row_a_route(caller):
    rows = table.rows()
    routes = {(route.method, route.address): route for route in every_route()}
    missing = [
        HOW.format(route=route, columns=" ".join(table.COMMAND_COLUMNS if route.is_command else ROLES))
        for key, route in routes.items()
        if key not in rows
        and (route.is_command or knows_method(caller.call(route, "owner", own_values(caller, route, "owner"))))
    ]
    stale = [f"{row.place}: there is no {row.route}" for key, row in rows.items() if key not in routes]

    assert not missing, "\n".join(missing)
    assert not stale, "\n".join(stale)


def test_everybody_gets_what_the_tables_say(caller):
    surprises = []
    for row in table.rows().values():
        for role, expected in row.expected.items():
            person = "owner" if role == "unscoped" else role
            answer = caller.call(row.route, role, own_values(caller, row.route, person))
            if outcome(answer) != expected or not knows_method(answer):
                surprises.append(f"{row.place}: {row.route} as {role}: {outcome(answer)}, the table says {expected}")

    assert not surprises, "\n".join(surprises)


def test_things_of_another_organisation_do_not_exist(caller):
    """ORG-004. Each parameter alone, and all, with the other organisation's ids, as the owner who may do everything."""
    found = []
    for row in table.rows().values():
        for values in strange_values(caller, row.route):
            answer = caller.call(row.route, "owner", values)
            if outcome(answer) != "hidden":
                found += [f"{row.place}: {row.route.method} {row.route.filled(values)}: {answer.status_code}"]

    assert not found, "\n".join(found)


def strange_values(caller: Caller, route: Route) -> list[dict[str, object]]:
    own = own_values(caller, route, "owner")
    strange = {name: caller.world.foreign(name) for name in route.parameters if name not in OF_EVERYBODY}
    return [{**own, name: value} for name, value in strange.items()] + [{**own, **strange}] * bool(strange)
