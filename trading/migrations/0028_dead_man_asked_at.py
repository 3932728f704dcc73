"""When the dead man's switch was asked for: by that a clock is noticed which has gone back since."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trading", "0027_names_of_several"),
    ]

    operations = [
        migrations.AddField(
            model_name="tradingaccount",
            name="cancel_all_asked_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
