from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("foundation", "0006_seals")]
    operations = [
        migrations.CreateModel(
            name="KeyMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.CharField(max_length=20)),
                ("fingerprint", models.CharField(max_length=64)),
                ("noted_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("purpose", "fingerprint"), name="one_mark_per_key"),
                    models.UniqueConstraint(
                        condition=models.Q(("purpose", "encryption"), _negated=True),
                        fields=("purpose",),
                        name="one_key_per_purpose",
                    ),
                ],
            },
        ),
    ]
