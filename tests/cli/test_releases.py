"""A release works on the tables it knows: older ones it asks to have prepared, newer ones it leaves alone."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from stellwerk.cli.commands import migrate
from stellwerk.cli.main import main
from stellwerk.cli.refusals import Refused
from stellwerk.foundation import readiness

COMMANDS = (
    ["doctor"],
    ["worker"],
    ["web", "--port", "0"],
    ["time-travel", "+1d"],
    ["account", "enable", "--email", "x"],
)


@pytest.fixture
def list_of_migrations(db):
    return MigrationRecorder(connection)


@pytest.fixture
def upgraded(list_of_migrations):
    list_of_migrations.record_applied("billing", "9999_of_the_next_release")


def test_the_tables_of_this_release_fit(db):
    assert readiness.tables().objection is None


@pytest.mark.parametrize("command", COMMANDS)
def test_an_older_release_refuses_the_tables_of_a_newer_one(upgraded, command, capsys):
    assert main(command) == 1
    assert capsys.readouterr().err == (
        "stellwerk: the database belongs to a newer release (it knows billing 9999_of_the_next_release): start that "
        "release, or restore the backup that was made before the upgrade\n"
    )


def test_an_older_release_does_not_prepare_the_tables_of_a_newer_one(upgraded):
    with pytest.raises(Refused, match="belongs to a newer release"):
        migrate.prepare_database()

    with pytest.raises(Refused, match="belongs to a newer release"):
        migrate.prepare_database_if_needed()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_release_asks_to_prepare_the_tables_of_an_older_one(list_of_migrations, command, capsys):
    list_of_migrations.record_unapplied("identity", "0015_recovery_code_salt")

    assert main(command) == 1
    assert capsys.readouterr().err == (
        "stellwerk: the database is not prepared for this release (it lacks identity 0015_recovery_code_salt): "
        "run `stellwerk migrate`\n"
    )


def test_many_missing_migrations_are_counted(list_of_migrations):
    list_of_migrations.flush()

    assert "admin" not in (said := readiness.tables().objection)
    assert " more): run `stellwerk migrate`" in said


def test_tables_of_a_package_that_is_gone_are_no_newer_release(list_of_migrations):
    list_of_migrations.record_applied("some_engine", "0003_rooms")

    assert readiness.tables().objection is None
