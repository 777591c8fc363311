"""What the pages and lists of a large organisation cost: 2,000 members, 500 teams, 5,000 products.

Run as `python -m benchmarks.large_organisation`. Everything runs in this process through Django's WSGI handler with all
of the middleware. Members, teams and products are written in bulk, past the services, because only their number
matters here; one thing of every other kind comes from the world of the permission tables, whose list of pages and
commands is the one walked. Limits (issue “Organisations, rights and the Manager's shell”): 12 statements a page, 4 a
list of the interface, 150 ms each; search as you type 50 ms; the rights of one person 3 statements.
"""

from __future__ import annotations

import gc
import io
import logging
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from benchmarks.house import migrate

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connection
from django.test.utils import setup_test_environment

from stellwerk.api import commands
from stellwerk.catalogue.services import load_default_offers
from stellwerk.foundation import clock, rate_limits
from stellwerk.foundation.actor import Role
from stellwerk.identity.models import Account
from stellwerk.organisations.models import Membership, Team, TeamMember
from stellwerk.organisations.tests.builders import acting
from stellwerk.products import queries as products
from stellwerk.products.models import Product, ProductGrant, ProductTag, Tag
from stellwerk.products.rules import Right
from tests.permissions import table, world
from tests.permissions.calls import Caller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.permissions.routes import Route

DATABASES = ("sqlite", "postgresql")
MEMBERS, TEAMS, PRODUCTS, TAGS = 2_000, 500, 5_000, 40
TEAM_SIZE = 12
GRANTS = 1_000  # to the collaborator whose lists are measured beside the legal representative's
ROUNDS = 5
MOST_MS, MOST_MS_OF_A_SEARCH = 150, 50
MOST_STATEMENTS_OF_A_PAGE, MOST_STATEMENTS_OF_A_LIST, MOST_STATEMENTS_OF_RIGHTS = 12, 4, 3
SHOWN = 6
# The last words are found nowhere: every row is looked at.
TYPED = ("a", "mei", "meier 19", "shop-4", "name-1234.ch", "zzzz")
# What is asked of a page beyond its address: the last pages, everything selected, choices searched.
ASKED = (
    "to-pay?filter=all&page=100", "to-pay?filter=all&everything=yes", "to-pay/sums?filter=all&everything=yes",
    "products?page=100&sort=-expires", "products?q=9", "members?page=40", "members?q=meier", "teams?page=10",
)  # fmt: skip
_FIRST, _LAST = ("Anna", "Luca", "Chiara", "Noah", "Élodie"), ("Meier", "Rossi", "Favre", "Keller", "Zimmermann")


def fill(house: world.World) -> None:
    """Brings Acme to its size."""
    acme, now = house.acme, clock.now()
    accounts = Account.objects.bulk_create(
        Account(
            email=f"person{number}@example.ch", first_name=_FIRST[number % 5], last_name=f"{_LAST[number % 5]} {number}"
        )
        for number in range(MEMBERS)
    )
    members = Membership.objects.bulk_create(
        Membership(organisation=acme, account=account, role=Role.COLLABORATOR, created_at=now) for account in accounts
    )
    teams = Team.objects.bulk_create(
        Team(organisation=acme, name=f"Team {number}", leader=accounts[number], created_at=now, updated_at=now)
        for number in range(TEAMS)
    )
    TeamMember.objects.bulk_create(
        TeamMember(team=team, membership=members[(place * TEAM_SIZE + number) % MEMBERS])
        for place, team in enumerate(teams)
        for number in range(TEAM_SIZE)
    )
    owned = Product.objects.bulk_create(_product(acme.pk, number) for number in range(PRODUCTS))
    tags = Tag.objects.bulk_create(
        Tag(organisation=acme, name=f"Tag {number}", created_at=now) for number in range(TAGS)
    )
    ProductTag.objects.bulk_create(
        ProductTag(organisation_id=acme.pk, product=product, tag=tags[number % TAGS])
        for number, product in enumerate(owned)
    )
    ProductGrant.objects.bulk_create(
        ProductGrant(
            organisation_id=acme.pk, product=product, account=house.people["normal"], right=Right.TECHNICAL,
            granted_at=now,
        )
        for product in owned[:GRANTS]
    )  # fmt: skip


def _product(organisation_id: int, number: int) -> Product:
    today = clock.today()
    is_domain = number % 2 == 0
    return Product(
        organisation_id=organisation_id,
        kind_code="domain" if is_domain else "web-hosting",
        offer_code="domain-ch" if is_domain else "web-hosting",
        name=f"name-{number}.ch",
        internal_name=f"Shop-{number}",
        quantity=1,
        period_months=12,
        started_on=today,
        expires_on=today + timedelta(days=20 + number % 340),
        anchor_day=today.day,
        state="active",
        source=f"bench:{number}",
        has_unique_name=is_domain,
        created_at=clock.now(),
    )


@dataclass(frozen=True)
class Figure:
    """What one address costs one person."""

    what: str
    statements: int
    milliseconds: float
    most_statements: int
    most_ms: float

    @property
    def is_met(self) -> bool:
        return self.statements <= self.most_statements and self.milliseconds <= self.most_ms

    def __str__(self) -> str:
        return f"{self.what:<62} {self.statements:3} statements {self.milliseconds:7.1f} ms"


class House:
    """The application, called as by a server."""

    def __init__(self, caller: Caller) -> None:
        self.caller, self.app = caller, WSGIHandler()

    def get(self, role: str, address: str) -> bool:
        """Whether there is an answer of 200."""
        path, _, query = address.partition("?")
        statuses: list[str] = []
        answer = self.app(
            {
                "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost",
                "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
                "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
                **self._credentials(role, path),
            },
            lambda status, _headers: statuses.append(status),
        )  # fmt: skip
        b"".join(answer)
        answer.close()
        return statuses == ["200 OK"]

    def _credentials(self, role: str, path: str) -> dict[str, str]:
        if path.startswith("/api/"):
            return {"HTTP_AUTHORIZATION": f"Bearer {self.caller.tokens[role]}"}
        as_typed = {"HTTP_HX_REQUEST": "true"} if path == "/search" else {}
        return {"HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={self.caller.cookies[role]}", **as_typed}

    def measured(self, role: str, address: str, most_statements: int, most_ms: float) -> Figure | None:
        """The median of some calls; None for what is no page for this person."""
        if not self.get(role, address):
            return None
        statements = statements_of(lambda: self.get(role, address))
        seconds = []
        for _ in range(ROUNDS):
            rate_limits.forget_all()
            started = time.perf_counter()
            self.get(role, address)
            seconds.append(time.perf_counter() - started)
        what = f"{role} {address}"
        return Figure(what, statements, statistics.median(seconds) * 1000, most_statements, most_ms)


def statements_of(work: Callable[[], object]) -> int:
    asked = []

    def count(execute: Callable[..., object], sql: str, *rest: object) -> object:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        work()
    return len(asked)


def pages() -> list[Route]:
    """Every page that stands in an organisation, and those that show all of them; documents are measured elsewhere."""
    return [
        row.route
        for row in table.rows().values()
        if row.route.method == "GET" and not row.route.is_command and row.expected["owner"] == "ok"
        and row.route.address.startswith(("/o/", "/organisations"))
        and not row.route.address.endswith(("/pdf", ".csv"))
    ]  # fmt: skip


def lists() -> list[Route]:
    """Every command that answers a list."""
    listing = {
        f"/api/{command.version}/{command.path}"
        for command in commands.commands()
        for method, (endpoint, _) in command.methods.items()
        if method == "GET" and endpoint.listing is not None and not endpoint.listing.is_one
    }
    return [row.route for row in table.rows().values() if row.route.method == "GET" and row.route.address in listing]


def figures(house: House, role: str) -> Iterable[Figure]:
    """Pages, lists and searches of one person."""
    caller = house.caller
    wanted = [(route, "", MOST_STATEMENTS_OF_A_PAGE) for route in pages()]
    for asked in ("", "?page=1&with=*", "?page=1&search=9"):
        wanted += [(route, asked, MOST_STATEMENTS_OF_A_LIST) for route in lists()]
    for route, asked, most in wanted:
        values = {name: caller.world.own(name, role) for name in route.parameters}
        rate_limits.forget_all()
        if figure := house.measured(role, route.filled(values) + asked, most, MOST_MS):
            yield figure
    for rest in ASKED:
        address = f"/o/{caller.world.acme.pk}/{rest}"
        if figure := house.measured(role, address, MOST_STATEMENTS_OF_A_PAGE, MOST_MS):
            yield figure
    for words in TYPED:
        address = f"/search?q={words.replace(' ', '+')}"
        if figure := house.measured(role, address, MOST_STATEMENTS_OF_A_PAGE, MOST_MS_OF_A_SEARCH):
            yield figure


def rights(house: world.World) -> Figure:
    """What one collaborator may do with every product of the organisation, asked as the pages ask it."""
    person, organisation_id = house.people["normal"], house.acme.pk

    def ask() -> None:
        actor = acting(person, house.acme)
        products.product_rows(actor, organisation_id, limit=PRODUCTS)

    ask()
    started = time.perf_counter()
    statements = statements_of(ask)
    milliseconds = (time.perf_counter() - started) * 1000
    return Figure(f"rights of one person on {GRANTS:,} products", statements, milliseconds, 3, MOST_MS)


def main() -> int:
    """Prints the dearest of each group and every limit that is missed; 1 if there is one."""
    migrate()
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    load_default_offers()
    setup_test_environment()
    logging.getLogger("django.request").setLevel(logging.ERROR)  # what a collaborator may not see is no news
    caller = Caller(world.build())
    fill(caller.world)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum has done in a house that is not a minute old
    gc.collect()
    gc.freeze()  # as `stellwerk serve` does before it forks: what is loaded is never searched for rubbish again
    house = House(caller)
    everything = [*figures(house, "owner"), *figures(house, "normal"), rights(caller.world)]
    groups = {
        "pages": [each for each in everything if " /o" in each.what],
        "lists of the interface": [each for each in everything if " /api/" in each.what],
        "search as you type": [each for each in everything if " /search" in each.what],
        "rights": everything[-1:],
    }
    for title, found in groups.items():
        middle = statistics.median(each.milliseconds for each in found)
        print(f"{len(found)} {title}, median {middle:.1f} ms; the dearest:")
        print(*(f"  {each}" for each in sorted(found, key=lambda each: -each.milliseconds)[:SHOWN]), sep="\n")
    missed = [each for each in everything if not each.is_met]
    print(*(f"MISSED {each}" for each in missed), sep="\n" if missed else "", end="\n" if missed else "")
    print(f"{len(everything)} figures, {len(everything) - len(missed)} within their limits")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
