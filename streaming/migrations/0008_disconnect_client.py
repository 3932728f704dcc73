from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("streaming", "0007_deployment_minutes"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="deploymentminute",
            options={"permissions": [("disconnect_client", "Can end connections of clients")]},
        ),
    ]
