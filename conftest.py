"""What every test of the checkout shares: which database it runs on."""

import os
from contextlib import ExitStack

import pytest

from tests import postgresql

SOCKET_VARIABLE = "STELLWERK_TEST_POSTGRESQL"  # xdist's workers find the cluster of their parent here


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        default="sqlite",
        help="database of this run (default: sqlite; postgresql starts a temporary cluster)",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--database") != "postgresql":
        return
    if not hasattr(config, "workerinput"):
        stack = ExitStack()
        config.add_cleanup(stack.close)
        os.environ[SOCKET_VARIABLE] = str(stack.enter_context(postgresql.cluster()))
    use_postgresql(os.environ[SOCKET_VARIABLE])


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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database") == "postgresql":
        return
    skip = pytest.mark.skip(reason="shows only on PostgreSQL: run with --database postgresql")
    for item in items:
        if "postgresql_only" in item.keywords:
            item.add_marker(skip)


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('--database')}"
