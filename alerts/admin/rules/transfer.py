"""Rules as files: exported as the parameters that make them, imported by the use cases of every interface."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

import json
from typing import Any

from django.http import HttpRequest
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, JSON
from import_export.tmp_storages import CacheStorage
from tablib import Dataset
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from alerts.admin.rules.resource import RuleResource


class JSONRows(JSON):
    """A list of objects; each may leave out what it says nothing of. Numbers keep their digits."""

    def create_dataset(self, in_stream: str, **kwargs: Any) -> Dataset:
        """Return the rows; raise `ValueError` for anything else."""
        rows = json.loads(in_stream, parse_float=str)
        if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) and row for row in rows):
            raise ValueError("a list of objects is needed")
        columns = list(dict.fromkeys(column for row in rows for column in row))
        return Dataset(*([row.get(column) for column in columns] for row in rows), headers=columns)


class RuleTransfer(ImportExportMixin):
    """Import and export of rules, for those who may transfer them."""

    resource_classes = (RuleResource,)
    import_form_class = ImportForm
    export_form_class = ExportForm
    formats = (JSONRows, CSV)
    tmp_storage_class = CacheStorage  # which other gateways read, too

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Ask for the permission of its own, and for those to do the same by hand."""
        return self.has_transfer_permission(request) and request.user.has_perms(
            ("alerts.add_alertrule", "alerts.change_alertrule")
        )

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Ask for the permission of its own, and for that to see them."""
        return self.has_transfer_permission(request) and request.user.has_perm("alerts.view_alertrule")

    def has_transfer_permission(self, request: HttpRequest) -> bool:
        """Ask for the permission of its own."""
        return bool(request.user.has_perm("alerts.transfer_alertrule"))
