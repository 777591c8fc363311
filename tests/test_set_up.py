"""scripts/bootstrap.py and scripts/package_index.py: what is asked where, and what is done twice."""

import hashlib
import http.server
import os
import sys
import threading
from functools import partial

import pytest

from tests.architecture import source

sys.path.insert(0, str(source.ROOT / "scripts"))  # as when make runs it: the scripts import each other by name

import bootstrap
import package_index


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A home and an environment in which nobody configured anything."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_", "SSL_", "NODE_", "NPM_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "nowhere"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return tmp_path


def configured(machine, monkeypatch, text):
    (machine / "pip.conf").write_text(text)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(machine / "pip.conf"))


def test_uv_asks_where_pip_asks(machine, monkeypatch):
    configured(
        machine,
        monkeypatch,
        "[global]\nindex-url = https://mirror.example/a\nextra-index-url =\n  https://mirror.example/b\n"
        "  https://mirror.example/c\ncert = /etc/mirror.pem\n[install]\nfind-links = /srv/wheels /srv/more\n",
    )

    asked = package_index.uv_environment(machine)

    assert asked["UV_DEFAULT_INDEX"] == "https://mirror.example/a"
    assert asked["UV_INDEX"] == "https://mirror.example/b https://mirror.example/c"
    assert asked["UV_FIND_LINKS"] == "/srv/wheels,/srv/more"
    assert asked["SSL_CERT_FILE"] == "/etc/mirror.pem"


def test_pips_environment_wins_over_its_files_and_uvs_own_over_both(machine, monkeypatch):
    configured(machine, monkeypatch, "[global]\nindex-url = https://file.example/\ntimeout = 5\n")
    monkeypatch.setenv("PIP_INDEX_URL", "https://environment.example/")
    monkeypatch.setenv("UV_HTTP_TIMEOUT", "99")

    asked = package_index.uv_environment(machine)

    assert asked["UV_DEFAULT_INDEX"] == "https://environment.example/"
    assert asked["UV_HTTP_TIMEOUT"] == "99"


def test_without_a_configuration_uv_asks_its_own_index(machine):
    asked = package_index.uv_environment(machine)

    assert not asked.keys() & {"UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS"}


@pytest.fixture
def index(machine, monkeypatch):
    """An index on this machine that holds one file called like pip's wheel."""
    page = machine / "served/index/pip"
    page.mkdir(parents=True)
    (machine / "served" / package_index.PIP_WHEEL).write_bytes(b"a wheel")
    (page / "index.html").write_text(f'<a href="../../{package_index.PIP_WHEEL}#sha256=0">pip</a>')
    handler = partial(Quiet, directory=machine / "served")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever).start()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/index")
    yield server
    server.shutdown()
    server.server_close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_pip_is_fetched_from_the_configured_index_if_it_is_the_pinned_one(machine, index, monkeypatch):
    monkeypatch.setattr(package_index, "PIP_SHA256", hashlib.sha256(b"a wheel").hexdigest())

    wheel = package_index.fetch_pip(machine, venv=machine)

    assert wheel.read_bytes() == b"a wheel"


def test_another_file_under_pips_name_is_not_run(machine, index):
    assert package_index.fetch_pip(machine, venv=machine) is None


def test_nothing_is_fetched_where_no_index_is_configured(machine):
    assert package_index.fetch_pip(machine, venv=machine) is None


@pytest.fixture
def step(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(bootstrap, "STEPS", [])
    (tmp_path / "stamps").mkdir()
    (tmp_path / "source.txt").write_text("one")
    built = tmp_path / "built.txt"
    runs = []

    def build():
        runs.append((tmp_path / "source.txt").read_text())
        built.write_text(runs[-1])

    bootstrap.STEPS.append(bootstrap.Step("built", build, bootstrap.files("*.txt.in", "source.txt"), (built,)))
    return runs


def test_a_step_runs_once_and_again_when_its_inputs_change(step, tmp_path, capsys):
    bootstrap.setup()
    bootstrap.setup()
    assert step == ["one"]

    (tmp_path / "source.txt").write_text("two")
    bootstrap.setup()
    assert step == ["one", "two"]


def test_a_step_runs_again_when_what_it_made_is_gone(step, tmp_path, capsys):
    bootstrap.setup()
    (tmp_path / "built.txt").unlink()
    bootstrap.setup()

    assert step == ["one", "one"]


def test_a_failed_step_says_what_is_missing_and_is_tried_again(step, monkeypatch, capsys):
    fails = bootstrap.Step(
        "failing",
        lambda: bootstrap.run(["sh", "-c", "echo no such thing; exit 3"], advice="Get it from the shop."),
        bootstrap.files("source.txt"),
        (),
    )
    monkeypatch.setattr(bootstrap, "STEPS", [fails])

    for _ in range(2):
        assert bootstrap.main([]) == 1
        said = capsys.readouterr().err
        assert "no such thing" in said
        assert "Get it from the shop." in said


def test_a_program_that_is_not_there_is_named(step, monkeypatch, capsys):
    with pytest.raises(bootstrap.Missing, match="nowhere/node does not start"):
        bootstrap.run(["/nowhere/node"], advice="Remove .venv and try again.")
