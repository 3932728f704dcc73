from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("streaming", "0009_names_of_several"),
    ]

    operations = [
        migrations.CreateModel(
            name="BackupRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
                ("size", models.PositiveBigIntegerField()),
            ],
        ),
    ]
