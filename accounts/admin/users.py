"""The admin's page of users: what it shows, and who may change whom."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, untyped-decorator, type-arg"

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.decorators import display
from unfold.forms import UserChangeForm, UserCreationForm

from accounts.admin.password_form import PasswordForm
from accounts.admin.user_actions import UserActions
from accounts.errors import ApplicationError
from accounts.models import User
from accounts.own_data.deleting import deletion_preview, user_delete
from streaming.admin.changed_fields import ChangedFieldsAdmin
from streaming.identity.user_deletion import DeletionSource

_RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


@admin.register(User)
class UserAdmin(UserActions, ChangedFieldsAdmin, DjangoUserAdmin):
    """Users: found by name or address, told apart by what they may do.

    Only a superuser gives rights, and only a superuser touches another member of staff: else one who may edit users
    could log in as one who may more. Of oneself, what takes the password elsewhere isn't changed here.
    """

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = PasswordForm
    list_display = ("username_and_email", "address", "role", "activity", "two_factor", "last_login", "date_joined")
    list_filter = (
        "is_active",
        ("email_confirmed_at", admin.EmptyFieldListFilter),
        "is_staff",
        "is_superuser",
        ("two_factor_since", admin.EmptyFieldListFilter),
        "groups",
    )
    list_per_page = 50
    list_fullwidth = True
    warn_unsaved_form = True
    search_fields = ("username", "email", "first_name", "last_name")
    ordering = ("username",)
    readonly_fields = ("email_confirmed_at", "last_login", "logged_out_at", "two_factor_since", "date_joined")
    filter_horizontal = ("groups", "user_permissions")
    fieldsets = (
        (None, {"fields": ("username", "email", "email_confirmed_at", "password")}),
        ("Person", {"fields": ("first_name", "last_name"), "classes": ("tab",)}),
        ("Rights", {"fields": ("is_active", *_RIGHTS), "classes": ("tab",)}),
        ("Dates", {"fields": ("last_login", "logged_out_at", "two_factor_since", "date_joined"), "classes": ("tab",)}),
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
        description="Address",
        ordering="email_confirmed_at",
        label={"Confirmed": "success", "Unconfirmed": "default"},
    )
    def address(self, user: User) -> str:
        """Whether mail may go there."""
        return "Unconfirmed" if user.email_confirmed_at is None else "Confirmed"

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

    @display(description="Two-factor", ordering="two_factor_since", label={"On": "success", "Off": "default"})
    def two_factor(self, user: User) -> str:
        """Whether a log-in takes a code, too."""
        return "Off" if user.two_factor_since is None else "On"

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Let only superusers give rights, and change the address of their own without its being asked to confirm."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        if request.user.is_superuser:
            return fixed
        return (*fixed, *_RIGHTS, "email") if obj == request.user else (*fixed, *_RIGHTS)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002 - the URL's
        """Set another's password; one's own is changed where the one until now is asked for."""
        if self.get_object(request, unquote(id)) == request.user:
            return redirect("admin:password_change")
        return super().user_change_password(request, id, form_url)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let only superusers change other staff, the password included."""
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let only superusers delete other staff."""
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save what was changed; whether the address is confirmed, which goes with it, is what is stored by now."""
        if change:
            obj.refresh_from_db(fields=["email_confirmed_at"], from_queryset=User.objects.select_for_update())
        super().save_model(request, obj, form, change)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, Any], set[Any], list[Any]]:
        """Name them with how much of theirs goes, which may be very much; refuse where other staff are among them.

        Who may delete a user may delete what is theirs.
        """
        own = [user for user in objs if _may_touch(request, user)]
        previews = [(user.username, deletion_preview(user)) for user in own]
        named = [_with_what_goes(name, preview.goes) for name, preview in previews]
        obstacles = [f"{name}: {sentence}" for name, preview in previews for sentence in preview.obstacles]
        refused = set() if len(own) == len(objs) else {"staff"}
        return named, {self.opts.verbose_name_plural: len(own)}, refused, obstacles

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Delete a user as the user could, with all that is theirs."""
        self._delete(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Do so with several, all of them or none."""
        self._delete(request, list(queryset))

    def _delete(self, request: HttpRequest, users: Sequence[User]) -> None:
        """Delete them; what has come in the way since the question was put is the refusal of the request."""
        by = User.objects.get(pk=request.user.pk)
        try:
            with transaction.atomic():
                for user in users:
                    user_delete(user=user, source=DeletionSource.ADMIN, by=by)
        except ApplicationError as refusal:
            raise PermissionDenied(refusal.message) from refusal


def _with_what_goes(name: str, goes: Mapping[str, int]) -> str:
    counts = ", ".join(f"{called}: {count:,}" for called, count in goes.items())
    return f"{name}, with {counts}" if counts else name


def _may_touch(request: HttpRequest, user: User | None) -> bool:
    if user is None or request.user.is_superuser:
        return True
    return not user.is_superuser and (not user.is_staff or user == request.user)
