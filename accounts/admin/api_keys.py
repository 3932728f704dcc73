"""The admin's page of API keys: whose they are, what they are for, when they were used; revoking them."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, untyped-decorator, type-arg"

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.decorators import display

from accounts.models import ApiKey


@admin.register(ApiKey)
class ApiKeyAdmin(ModelAdmin):
    """Keys of all users. A deletion revokes, and closes the key's connections; nobody sees a secret, or makes a key."""

    list_display = ("user", "name", "prefix", "scopes_in_words", "created", "expires_at", "last_used_at")
    list_filter = ("created", "expires_at", "last_used_at")
    list_select_related = ("user",)
    list_fullwidth = True
    search_fields = ("user__username", "name")
    ordering = ("-created",)
    fields = ("user", "name", "prefix", "scopes_in_words", "created", "expires_at", "last_used_at")

    @display(description="Scopes")
    def scopes_in_words(self, key: ApiKey) -> str:
        """What the key is for."""
        return ", ".join(key.scopes)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only its owner makes a key."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """A key stays what it was made for."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """Let only superusers revoke the key of a superuser."""
        is_superusers = obj is not None and obj.user.is_superuser
        return super().has_delete_permission(request, obj) and (request.user.is_superuser or not is_superusers)
