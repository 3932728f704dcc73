"""The app; tests install it (see tests/settings.py), and the platform never does."""

from django.apps import AppConfig


class PlannedPartsConfig(AppConfig):
    """See the package."""

    name = "tests.planned_parts_app"
    label = "planned_parts"
    declaration = "tests.planned_parts_app.declaration.DECLARATION"
