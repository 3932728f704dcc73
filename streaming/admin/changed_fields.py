"""Pages on which staff change some columns of rows of which others write the rest."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg"

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin


class ChangedFieldsAdmin(ModelAdmin):
    """Saves of a row that is there what was changed in the form, and nothing else.

    Django's admin saves all columns, and with them takes back what was stored since the form's row was read.
    """

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Insert a new row; of one that is there save the columns that the form has changed."""
        if change:
            columns = {field.name for field in obj._meta.concrete_fields}  # noqa: SLF001 - Django's
            obj.save(update_fields=columns.intersection(form.changed_data))
        else:
            super().save_model(request, obj, form, change)
