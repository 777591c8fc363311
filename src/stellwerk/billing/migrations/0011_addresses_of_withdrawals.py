from django.db import migrations, models

from stellwerk.foundation.orm import append_only

# Set up anew over the column that comes: an address is written once, like the holder and the account.
REFUSES = append_only(
    "billing_withdrawal",
    may_change=("state", "file_id", "paid_from", "sent_at", "ended_at", "return_reason"),
)


class Migration(migrations.Migration):

    dependencies = [
        ("billing", "0010_addresses_of_orders"),
    ]

    operations = [
        migrations.RunPython(REFUSES.reverse_code, REFUSES.code),
        migrations.AddField(
            model_name="withdrawal",
            name="holder_address",
            field=models.JSONField(null=True),
        ),
        REFUSES,
    ]
