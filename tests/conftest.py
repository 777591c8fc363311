"""Houses of their own: for processes that get killed, and for whole stories."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from contextlib import suppress
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


class RunningHouse:
    """`stellwerk serve` in a process tree of its own, and the terminal beside it."""

    def __init__(self, environment, data, port):
        self.environment, self.data, self.port = environment, data, port
        self.url = f"http://127.0.0.1:{port}"
        self.server = None

    def start(self, *arguments):
        command = [sys.executable, "-m", "stellwerk", "serve", "--port", str(self.port), "--processes", "1", *arguments]
        with (self.data / "serve.log").open("ab") as log:
            self.server = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            with suppress(OSError, urllib.error.HTTPError), urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                return
            assert self.server.poll() is None, (self.data / "serve.log").read_text()
            threading.Event().wait(0.2)
        raise AssertionError(f"the house is not well after 90 s:\n{(self.data / 'serve.log').read_text()}")

    def stop(self):
        self.server.send_signal(signal.SIGINT)
        assert self.server.wait(30) == 0

    def stellwerk(self, *arguments, typed=""):
        """Run one command; answers what it printed. A refusal fails the test with its sentence."""
        ended = subprocess.run(
            [sys.executable, "-m", "stellwerk", *arguments],
            env=self.environment, input=typed, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        return ended.stdout


@pytest.fixture
def running_house(house, tmp_path):
    """An empty house that serves pages and does its background work."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = RunningHouse(house, tmp_path, port)
    running.start("--without-demo")
    yield running
    if running.server.poll() is None:
        running.stop()
