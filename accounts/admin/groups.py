"""The admin's page of groups."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg"

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from streaming.admin.changed_fields import ChangedFieldsAdmin

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(ChangedFieldsAdmin, DjangoGroupAdmin):
    """Groups, and what their members may do: only superusers give rights, so only they make, change and delete groups.

    Others look at them: who may view a group, or change one by Django's permission.
    """

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let only superusers make a group."""
        return request.user.is_superuser and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Let only superusers change one: its name, too, as whoever registers comes to the group of a certain name."""
        return request.user.is_superuser and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Let only superusers delete one."""
        return request.user.is_superuser and super().has_delete_permission(request, obj)
