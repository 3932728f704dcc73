"""Rules as files: exported as the parameters that make them, imported by the use cases of every interface."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from django.http import HttpRequest
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, JSON
from import_export.tmp_storages import CacheStorage
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from alerts.admin.rule_resource import RuleResource


class RuleTransfer(ImportExportMixin):
    """Import and export of rules, for those who may transfer them."""

    resource_classes = (RuleResource,)
    import_form_class = ImportForm
    export_form_class = ExportForm
    formats = (JSON, CSV)
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
