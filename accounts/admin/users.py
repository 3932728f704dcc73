"""The admin's pages of users and groups, and what ends a user's logins."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, untyped-decorator, type-arg"

from typing import Any

from asgiref.sync import async_to_sync
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import AdminPasswordChangeForm, BaseDialogForm, UserChangeForm, UserCreationForm

from accounts.lockout import user_unlock
from accounts.models import User
from accounts.services import user_log_out_everywhere
from streaming.gateway.api.roll_call import ConnectionInfo, connections_of
from streaming.times import moment

_RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")
_CONNECTION_HEADERS = ["Client", "Dialect", "Address", "Gateway", "Since", "Subscriptions", "Latency"]
_LOGGED_OUT = "Logged out everywhere."

admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    """Users: found by name or address, told apart by what they may do.

    Only a superuser gives rights, and only a superuser touches a superuser: else a member of staff who may edit users
    could become one.
    """

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username_and_email", "role", "activity", "last_login", "date_joined")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")
    list_per_page = 50
    list_fullwidth = True
    warn_unsaved_form = True
    search_fields = ("username", "email", "first_name", "last_name")
    ordering = ("username",)
    readonly_fields = ("last_login", "logged_out_at", "date_joined")
    actions = ("log_out_selected",)
    actions_detail = ("show_connections", "log_out_everywhere", "unlock")
    filter_horizontal = ("groups", "user_permissions")
    fieldsets = (
        (None, {"fields": ("username", "email", "password")}),
        ("Person", {"fields": ("first_name", "last_name"), "classes": ("tab",)}),
        ("Rights", {"fields": ("is_active", *_RIGHTS), "classes": ("tab",)}),
        ("Dates", {"fields": ("last_login", "logged_out_at", "date_joined"), "classes": ("tab",)}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "email", "usable_password", "password1", "password2"),
            },
        ),
    )

    @display(description="User", header=True, ordering="username")
    def username_and_email(self, user: User) -> list[str]:
        """The name over the address, with the initials beside them."""
        return [user.username, user.email, user.username[:2].upper()]

    @display(
        description="Role",
        ordering="is_staff",
        label={"Superuser": "danger", "Staff": "info", "User": "default"},
    )
    def role(self, user: User) -> str:
        """What the user may do, in a word."""
        if user.is_superuser:
            return "Superuser"
        return "Staff" if user.is_staff else "User"

    @display(description="Status", ordering="is_active", label={"Active": "success", "Inactive": "warning"})
    def activity(self, user: User) -> str:
        """Whether the user can log in."""
        return "Active" if user.is_active else "Inactive"

    @admin.action(description="Log out everywhere", permissions=["change"])
    def log_out_selected(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Refuse all tokens of the selected users, and close their connections."""
        if not all(_may_touch(request, user) for user in users):
            raise PermissionDenied
        for user in users:
            self._log_out(request, user)
        self.message_user(request, f"Logged out everywhere: {', '.join(user.username for user in users)}")

    @action(description="Show connections", url_path="connections", icon="lan", permissions=["view"])
    def show_connections(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the user's open connections at all gateways; a POST closes them by logging the user out."""
        user = self._user(request, object_id)
        may_log_out = self.has_change_permission(request, user)
        if request.method == "POST":
            if not may_log_out:
                raise PermissionDenied
            self._log_out(request, user)
            self.message_user(request, f"{user.username} is logged out everywhere", messages.SUCCESS)
            return HttpResponseRedirect(request.path)
        rows = [_row(connection) for connection in async_to_sync(connections_of)(str(user.pk))]
        context = {
            **self.admin_site.each_context(request),
            "title": f"Connections of {user.username}",
            "opts": self.opts,
            "user_shown": user,
            "table": {"headers": _CONNECTION_HEADERS, "rows": rows},
            "may_log_out": may_log_out,
        }
        return render(request, "accounts/admin/connections.html", context)

    @action(
        description="Log out everywhere",
        url_path="log-out-everywhere",
        icon="logout",
        variant=ActionVariant.DANGER,
        permissions=["end_logins"],
        dialog={
            "title": "Log out everywhere?",
            "description": "All tokens and tickets of this user are refused from now on, and open connections close.",
            "form_class": None,
            "form_submit_text": "Log out everywhere",
        },
    )
    def log_out_everywhere(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Refuse all tokens of the user, and close the connections."""
        user = self._user(request, object_id)
        self._log_out(request, user)
        return self._back_to(request, user, f"{user.username} is logged out everywhere")

    @action(
        description="Unlock",
        url_path="unlock",
        icon="lock_open",
        permissions=["end_logins"],
        dialog={
            "title": "Unlock?",
            "description": "The failed logins of this user are forgotten, and the user may try again.",
            "form_class": None,
            "form_submit_text": "Unlock",
        },
    )
    def unlock(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Forget the user's failed logins."""
        user = self._user(request, object_id)
        addresses = user_unlock(user=user)
        self.log_change(request, user, "Unlocked.")
        return self._back_to(request, user, f"Failed logins forgotten, from {addresses} address(es)")

    def has_end_logins_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask the rule of changes, of the user with the id that an action hands over."""
        return self.has_change_permission(request, None if obj is None else self._user(request, str(obj)))

    def _user(self, request: HttpRequest, object_id: str) -> User:
        user = self.get_object(request, object_id)
        if not isinstance(user, User):
            raise Http404
        return user

    def _log_out(self, request: HttpRequest, user: User) -> None:
        user_log_out_everywhere(user=user)
        self.log_change(request, user, _LOGGED_OUT)

    def _back_to(self, request: HttpRequest, user: User, message: str) -> HttpResponse:
        """Close the dialog by loading the user's page, as its script (htmx) is told to."""
        self.message_user(request, message, messages.SUCCESS)
        return HttpResponse(headers={"HX-Redirect": reverse("admin:accounts_user_change", args=[user.pk])})

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Let only superusers give rights."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        return fixed if request.user.is_superuser else (*fixed, *_RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let only superusers change a superuser, the password included."""
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let only superusers delete a superuser."""
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, Any], set[Any], list[Any]]:
        """Refuse a deletion of several that holds a superuser, likewise."""
        deletable, counts, permissions, protected = super().get_deleted_objects(objs, request)
        if not all(_may_touch(request, user) for user in objs):
            permissions = {*permissions, "superuser"}
        return deletable, counts, permissions, protected


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """Groups, and what their members may do."""


def _row(connection: ConnectionInfo) -> list[str]:
    since = moment(connection.connected_since)
    latency = "" if connection.latency_ms is None else f"{connection.latency_ms:.1f} ms"
    return [
        connection.client_id,
        connection.dialect,
        connection.address,
        connection.gateway,
        f"{since:%Y-%m-%d %H:%M:%S} UTC",
        str(connection.subscriptions),
        latency,
    ]


def _may_touch(request: HttpRequest, user: User | None) -> bool:
    return user is None or not user.is_superuser or bool(request.user.is_superuser)
