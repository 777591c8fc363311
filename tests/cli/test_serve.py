"""What `stellwerk serve` finds out before anything is loaded or changed."""

import socket

from django.db.migrations.loader import MigrationLoader

from stellwerk.cli.commands import migrate
from stellwerk.cli.main import main
from stellwerk.foundation import readiness


def test_a_port_in_use_is_said_in_one_line(capsys, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["serve", "--data", str(tmp_path), "--port", str(port)]) == 1

    said = capsys.readouterr().err
    assert said.startswith(f"stellwerk: cannot listen on 127.0.0.1:{port} (")
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_prepared_database_is_known_by_the_names_of_its_migrations():
    assert readiness.migrations_on_disk() == set(MigrationLoader(None).disk_migrations)


def test_a_prepared_database_costs_a_start_two_questions(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(5) as asked:
        migrate.prepare_database_if_needed()

    told = [query["sql"] for query in asked.captured_queries]
    assert not [sql for sql in told if sql.startswith(("CREATE", "ALTER", "INSERT", "UPDATE"))]
