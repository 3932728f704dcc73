from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("streaming", "0004_lease_seconds"),
    ]

    operations = [
        migrations.AddField(
            model_name="workerpresence",
            name="seconds",
            field=models.FloatField(db_default=0),
        ),
    ]
