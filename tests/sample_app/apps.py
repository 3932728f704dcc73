"""The app."""

from django.apps import AppConfig


class SampleConfig(AppConfig):
    """Notes that users write, and a worker that stamps them."""

    name = "tests.sample_app"
    label = "sample"
    verbose_name = "Sample"
    default_auto_field = "django.db.models.BigAutoField"
    declaration = "tests.sample_app.declaration.DECLARATION"
