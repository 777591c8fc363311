"""The windows of the rate limits, on PostgreSQL. SQLite keeps them in a file of their own."""

from django.db import migrations


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        # Unlogged: counting costs no write-ahead log, and a crash empties the table, which harms nobody.
        schema_editor.execute(
            "CREATE UNLOGGED TABLE foundation_rate_window "
            "(key text PRIMARY KEY, hits bigint[] NOT NULL, passes boolean NOT NULL)"
        )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TABLE foundation_rate_window")


class Migration(migrations.Migration):
    dependencies = [("foundation", "0003_worker_beat")]
    operations = [migrations.RunPython(create, drop)]
