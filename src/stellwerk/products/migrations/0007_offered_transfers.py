from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [("products", "0006_grants_of_kinds")]

    operations = [
        migrations.AddIndex(
            "producttransfer",
            models.Index(fields=["email"], name="transfer_offered", condition=Q(state="started")),
        ),
    ]
