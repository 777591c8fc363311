from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0005_invitation_lists")]
    operations = [
        migrations.AddField(
            model_name="organisation",
            name="logo_file",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.AddField(
            model_name="organisation",
            name="logo_sha256",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
    ]
