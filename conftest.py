"""What every test of the checkout shares: which database it runs on."""

import gc
import os
from contextlib import ExitStack
from urllib.parse import quote

import pytest
from hypothesis import settings

from scripts import messages
from tests import postgresql

SOCKET_VARIABLE = "STELLWERK_TEST_POSTGRESQL"  # xdist's workers find the cluster of their parent here

# Two cores shared by many make any deadline per example a matter of luck; the suite has one of its own.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        default="sqlite",
        help="database of this run (default: sqlite; postgresql starts a temporary cluster)",
    )
    parser.addoption("--pictures", action="store_true", help="keep a picture of every page walked, in artefacts/")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        messages.compile_all()
    if config.getoption("--database") != "postgresql":
        flush_append_only_tables()
        return
    if not hasattr(config, "workerinput"):
        stack = ExitStack()
        config.add_cleanup(stack.close)
        os.environ[SOCKET_VARIABLE] = str(stack.enter_context(postgresql.cluster()))
    use_postgresql(os.environ[SOCKET_VARIABLE])
    truncate_append_only_tables()


def use_postgresql(socket_folder: str) -> None:
    """Points Django, which pytest-django has set up already but which has not connected yet, to the cluster."""
    from django.conf import settings
    from django.db import connections

    settings.DATABASES["default"] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "stellwerk",
        "USER": "postgres",
        "HOST": socket_folder,
    }
    del connections["default"]
    connections.settings = connections.configure_settings(settings.DATABASES)


def flush_append_only_tables() -> None:
    """Lets the end of a transactional test empty the ledger on SQLite too.

    SQLite deletes, which the triggers refuse. They are taken down for the flush, inside its transaction, and put up
    again.
    """
    from django.db import connections
    from django.db.backends.sqlite3.operations import DatabaseOperations

    delete_rows = DatabaseOperations.sql_flush

    def sql_flush(self, *arguments, **options):
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        take_down = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
        return [*take_down, *delete_rows(self, *arguments, **options), *(sql for _, sql in triggers)]

    DatabaseOperations.sql_flush = sql_flush


def truncate_append_only_tables() -> None:
    """The same on PostgreSQL: the end of a transactional test may truncate, nobody else may."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    truncate = DatabaseOperations.sql_flush

    def sql_flush(self, *arguments, **options):
        return ["SET LOCAL stellwerk.may_truncate = 'yes'", *truncate(self, *arguments, **options)]

    DatabaseOperations.sql_flush = sql_flush


@pytest.fixture
def database_url(transactional_db) -> str:
    """The address of the test database for a process of its own (`DATABASE_URL`)."""
    from django.db import connection

    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    return f"postgresql://{settings['USER']}@{quote(settings['HOST'], safe='')}/{settings['NAME']}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        # Files with long tests first: begun last, one of them keeps a single core busy while the others wait.
        long = {item.path for item in items if "slow" in item.keywords}
        items.sort(key=lambda item: item.path not in long)
    if config.getoption("--database") == "postgresql":
        return
    skip = pytest.mark.skip(reason="shows only on PostgreSQL: run with --database postgresql")
    for item in items:
        if "postgresql_only" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """PostgreSQL's test databases go with their cluster.

    Dropped one by one, they fail on the connection that a thread of a test has closed and the server not yet ended.
    """
    config = request.config
    return config.getoption("--database") == "postgresql" or bool(config.getvalue("reuse_db"))


def pytest_collection_finish() -> None:
    """What collecting made stays to the end: the garbage collector looked through all of it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)  # a test leaves little behind


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('--database')}"


@pytest.fixture(autouse=True)
def fresh_rate_limits(request: pytest.FixtureRequest) -> None:
    """Ids repeat from test to test; the requests counted for them must not."""
    uses_database = request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & {*request.fixturenames}
    if not uses_database:
        return
    from stellwerk.foundation import rate_limits

    request.getfixturevalue("django_db_setup")
    with request.getfixturevalue("django_db_blocker").unblock():
        rate_limits.forget_all()


@pytest.fixture(autouse=True)
def english_again():
    """A request in another language leaves it active in its thread; the next test begins in English."""
    from django.utils import translation

    yield
    translation.activate("en")
