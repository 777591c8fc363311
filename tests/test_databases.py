"""The suite's own ground: both databases behave as in production, and every test starts on an empty one."""

import os
import subprocess
import sys

import pytest
from django.db import IntegrityError, connection, transaction

from stellwerk.foundation.models import Event
from stellwerk.organisations.tests.builders import an_organisation

COUNT_EVENTS = """
import django; django.setup()
from stellwerk.foundation.models import Event
print(Event.objects.count())
"""


def test_the_run_is_on_the_database_it_was_asked_for(pytestconfig, db):
    assert connection.vendor == pytestconfig.getoption("--database")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_append_only_tables_are_empty_again_after_a_committed_test(time):
    assert not Event.objects.exists()

    an_organisation()

    assert Event.objects.exists()


@pytest.mark.django_db
def test_append_only_tables_still_refuse_after_the_flush():
    an_organisation()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.objects.all().delete()


@pytest.mark.process
def test_another_process_sees_committed_rows(database_url):
    an_organisation()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "stellwerk.config.settings.selfhost",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }

    seen = subprocess.run([sys.executable, "-c", COUNT_EVENTS], env=environment, capture_output=True, text=True)

    assert int(seen.stdout) == Event.objects.count(), seen.stderr


@pytest.mark.django_db
def test_no_statement_is_compiled_before_it_is_read():
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit" if connection.vendor == "postgresql" else "SELECT 'off'")

        assert cursor.fetchone() == ("off",)
