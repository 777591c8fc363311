from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("products", "0007_offered_transfers")]

    operations = [migrations.AddField("product", "taken_over_on", models.DateField(null=True))]
