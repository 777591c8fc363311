"""What `stellwerk serve` finds out before anything is loaded or changed."""

import argparse
import os
import socket

import pytest
from django.db.migrations.loader import MigrationLoader

from stellwerk.cli.commands import migrate, serve
from stellwerk.cli.main import main
from stellwerk.cli.refusals import Refused
from stellwerk.foundation import readiness


def test_a_port_in_use_is_said_in_one_line(capsys, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["serve", "--data", str(tmp_path), "--port", str(port)]) == 1

    said = capsys.readouterr().err
    assert said.startswith(f"stellwerk: cannot listen on 127.0.0.1:{port} (")
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wrong", [["--port", "99999"], ["--host", "", "--port", "0"], ["--processes", "0"]])
def test_an_address_that_is_none_is_said_in_one_line(wrong, capsys, tmp_path):
    assert main(["serve", "--data", str(tmp_path), *wrong]) == 1

    assert capsys.readouterr().err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_prepared_database_is_known_by_the_names_of_its_migrations():
    assert readiness.migrations_on_disk() == set(MigrationLoader(None).disk_migrations)


def test_a_prepared_database_costs_a_start_two_questions(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(5) as asked:
        migrate.prepare_database_if_needed()

    told = [query["sql"] for query in asked.captured_queries]
    assert not [sql for sql in told if sql.startswith(("CREATE", "ALTER", "INSERT", "UPDATE"))]


@pytest.mark.parametrize(
    ("host", "url", "is_for_this_machine"),
    [
        ("127.0.0.1", "", True),
        ("::1", "http://localhost:8000", True),
        ("127.0.0.1", "https://manager.example.ch", False),  # a proxy stands in front
        ("0.0.0.0", "", False),
        ("manager.example.ch", "", False),
    ],
)
def test_known_passwords_and_the_open_outbox_stay_on_this_machine(monkeypatch, host, url, is_for_this_machine):
    monkeypatch.setattr(serve.web, "refuse_taken_port", lambda _options: None)  # a port is not the subject
    monkeypatch.setattr(os, "environ", {"STELLWERK_URL": url} if url else {})
    options = argparse.Namespace(host=host, port=8000, without_demo=False)

    serve.before_loading(options)

    assert (os.environ.get("STELLWERK_OUTBOX") == "local") is is_for_this_machine
    assert options.is_for_this_machine is is_for_this_machine


def test_a_second_serve_leaves_the_data_of_the_first_alone(settings, tmp_path):
    settings.DATA = tmp_path / "data"
    first = serve.alone_on_the_data()
    with pytest.raises(Refused, match=rf"another `stellwerk serve` \(process {os.getpid()}\) runs on {settings.DATA}"):
        serve.alone_on_the_data()

    first.close()
    serve.alone_on_the_data().close()
