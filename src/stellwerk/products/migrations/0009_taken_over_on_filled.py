from django.db import migrations

from stellwerk.foundation import clock

BATCH = 1_000  # transfers per transaction


def fill(apps, schema_editor):
    """The day of the last completed transfer; transfers are read in their order, so that the last one stays."""
    Product = apps.get_model("products", "Product")
    transfers = apps.get_model("products", "ProductTransfer").objects.using(schema_editor.connection.alias)
    done = 0
    while batch := list(transfers.filter(state="completed", pk__gt=done).order_by("pk")[:BATCH]):
        for transfer in batch:
            moved = Product.objects.using(schema_editor.connection.alias).filter(
                pk__in=transfer.items.values("product"), organisation=transfer.receiver_id
            )
            moved.update(taken_over_on=transfer.ended_at.astimezone(clock.operator_zone()).date())
        done = batch[-1].pk


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("products", "0008_taken_over_on_added")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
