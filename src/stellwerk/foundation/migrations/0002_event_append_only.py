from django.core.management import call_command
from django.db import migrations

from stellwerk.foundation.orm import append_only


def make_cache_table(apps, schema_editor):
    # Throttles and other shared short-lived values live in the database, so that every process sees the same.
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_initial")]
    operations = [
        append_only("foundation_event"),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
