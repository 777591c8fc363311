from django.db import migrations

from stellwerk.foundation.orm import append_only


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_ledger_refuses")]
    operations = [
        append_only("billing_invoice", may_change=("open_minor",)),
        append_only("billing_invoiceline"),
        append_only("billing_invoicevat"),
        append_only("billing_storeddocument"),
        append_only("billing_payment"),
    ]
