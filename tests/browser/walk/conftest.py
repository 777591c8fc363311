from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stellwerk.identity.models import Account
from stellwerk.organisations import queries
from stellwerk.organisations.models import Organisation
from tests.browser.walk.walker import Walker
from tests.permissions import world
from tests.permissions.calls import Caller
from tests.permissions.world import OF_A_PERSON, OF_AN_ORGANISATION, OF_EVERYBODY, ROLES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Names as long as real ones are: they show what does not wrap.
LONG_NAME = "Bäckerei und Konditorei Zimmermann-Aeschlimann Aktiengesellschaft in Liquidation"
LONG_EMAIL = "aurelie.monnier-zimmermann@baeckerei-konditorei-zimmermann.example"


@pytest.fixture
def looks_alone(request: pytest.FixtureRequest) -> None:
    """How a page looks does not hang on the database; what it asks is tested on both elsewhere."""
    if request.config.getoption("--database") != "sqlite":
        pytest.skip("the pages look the same on every database: walked on SQLite")


@pytest.fixture
def caller(looks_alone: None, transactional_db) -> Caller:
    """The world of the permission tables with one thing of each kind, everybody signed in."""
    everybody = Caller(world.build())
    house = everybody.world
    for role in ROLES:
        for parameter in (*OF_AN_ORGANISATION, *OF_A_PERSON):
            house.own(parameter, role)
    Organisation.objects.filter(pk=house.acme.pk).update(name=LONG_NAME)
    Account.objects.filter(pk=house.people["normal"].pk).update(last_name="Monnier-Zimmermann", email=LONG_EMAIL)
    return everybody


@pytest.fixture
def real_link(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables open a link that is over; the walk opens one that holds."""
    invitation = queries.invitation_row(caller.world.acme.pk, caller.world.own("invitation_id", "owner"))
    monkeypatch.setitem(OF_EVERYBODY, "link", invitation.link)


@pytest.fixture
def walker(browser: Browser, live_server, caller: Caller, real_link: None, request: pytest.FixtureRequest) -> Walker:
    return Walker(browser, live_server.url, caller, takes_pictures=request.config.getoption("--pictures"))
