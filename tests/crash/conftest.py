"""A database of its own for processes that get killed."""

import os
import uuid
from urllib.parse import quote

import psycopg
import pytest

from conftest import SOCKET_VARIABLE


@pytest.fixture
def house(tmp_path, request):
    """The environment of a fresh house: a data folder and an empty, migrated database on the engine under test."""
    environment = {
        **os.environ,
        "STELLWERK_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "stellwerk.config.settings.selfhost",
    }
    environment.pop("DATABASE_URL", None)
    if request.config.getoption("--database") == "sqlite":
        yield environment
        return
    socket, name = os.environ[SOCKET_VARIABLE], f"crash_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield {**environment, "DATABASE_URL": f"postgresql://postgres@{quote(socket, safe='')}/{name}"}
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
