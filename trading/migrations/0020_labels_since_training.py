"""How much a model that learns while it runs has learnt since its training."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trading", "0019_book_imbalances"),
    ]

    operations = [
        migrations.AddField(
            model_name="modelversion",
            name="labels_since_training",
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name="labels learnt since its training"),
        ),
        migrations.AddField(
            model_name="modelversion",
            name="newest_label_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="newest label"),
        ),
    ]
