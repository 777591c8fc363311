from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0006_logo")]
    operations = [
        migrations.AddField(model_name="invitation", name="ends_on", field=models.DateField(null=True)),
        migrations.AddField(model_name="invitation", name="billing_ends_on", field=models.DateField(null=True)),
        migrations.AddField(model_name="invitation", name="teams_end_on", field=models.DateField(null=True)),
        migrations.AddField(model_name="invitationlistentry", name="ends_on", field=models.DateField(null=True)),
    ]
