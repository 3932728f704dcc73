"""Find the unread notifications of a user in the order of their numbers, in which they are marked as read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0016_names_of_several"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="notification",
            name="notification_unread",
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True)), fields=["user", "seq"], name="notification_unread"
            ),
        ),
    ]
