"""What may be done with a user in the admin besides editing: end logins, confirm the address, turn off two-factor.

Each asks the rule of changes, so that only a superuser does it to another member of staff, or a superuser.
"""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, untyped-decorator, type-arg"

from typing import Any

from asgiref.sync import async_to_sync
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from accounts.email_addresses.services import AddressTakenError, email_settle
from accounts.log_in.lockout import user_unlock
from accounts.models import User
from accounts.services import user_log_out_everywhere
from accounts.two_factor.services import two_factor_turn_off
from streaming.admin.dialog_actions import dialog_action, dialog_closed
from streaming.connections.lookup import ConnectionInfo, connections_of
from streaming.times import moment

_CONNECTION_HEADERS = ["Client", "Dialect", "Address", "Gateway", "Since", "Subscriptions", "Latency"]


class UserActions(ModelAdmin):
    """Actions on the users that are selected in the list, and on one user, in dialogs."""

    actions = ("log_out_selected", "confirm_selected")
    actions_detail = ("show_connections", "confirm_address", "log_out_everywhere", "unlock", "turn_off_two_factor")

    @admin.action(description="Log out everywhere", permissions=["change"])
    def log_out_selected(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Refuse all tokens of the selected users, and close their connections."""
        if not all(self.has_change_permission(request, user) for user in users):
            raise PermissionDenied
        for user in users:
            self._log_out(request, user)
        self.message_user(request, f"Logged out everywhere: {', '.join(user.username for user in users)}")

    @admin.action(description="Confirm address", permissions=["change"])
    def confirm_selected(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Confirm the addresses of the selected users by hand, where no other user has confirmed the same."""
        if not all(self.has_change_permission(request, user) for user in users):
            raise PermissionDenied
        for user in users.filter(email_confirmed_at=None):
            self._confirm(request, user)

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

    @dialog_action(
        "Confirm address",
        icon="mark_email_read",
        permissions=["end_logins"],
        title="Confirm the address?",
        text="Mail goes there from now on, and the user may log in by it. Do so only where you know it.",
    )
    def confirm_address(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Confirm the user's address by hand."""
        user = self._user(request, object_id)
        self._confirm(request, user)
        return dialog_closed(user)

    @dialog_action(
        "Log out everywhere",
        icon="logout",
        variant=ActionVariant.DANGER,
        permissions=["end_logins"],
        text="All tokens and tickets of this user are refused from now on, and open connections close.",
    )
    def log_out_everywhere(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Refuse all tokens of the user, and close the connections."""
        user = self._user(request, object_id)
        self._log_out(request, user)
        return self._done(request, user, f"{user.username} is logged out everywhere")

    @dialog_action(
        "Unlock",
        icon="lock_open",
        permissions=["end_logins"],
        text="The failed logins of this user are forgotten, and the user may try again.",
    )
    def unlock(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Forget the user's failed logins."""
        user = self._user(request, object_id)
        addresses = user_unlock(user=user)
        self.log_change(request, user, "Unlocked.")
        return self._done(request, user, f"Failed logins forgotten, from {addresses} address(es)")

    @dialog_action(
        "Turn off two-factor",
        icon="phonelink_erase",
        variant=ActionVariant.DANGER,
        permissions=["turn_off_two_factor"],
        text="For a user who has lost the device and the recovery codes: be sure that it is this user who asks. A "
        "log-in then takes the password alone.",
    )
    def turn_off_two_factor(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Let the user log in with the password alone."""
        user = self._user(request, object_id)
        two_factor_turn_off(user=user)
        self.log_change(request, user, "Turned off two-factor.")
        return self._done(request, user, f"Two-factor of {user.username} is off")

    def has_turn_off_two_factor_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask for the permission of its own, and for that to change this user, where two-factor is on."""
        if not request.user.has_perm("accounts.turn_off_two_factor"):
            return False
        if obj is None:
            return True
        user = self._user(request, str(obj))
        return user.two_factor_since is not None and self.has_change_permission(request, user)

    def has_end_logins_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask the rule of changes, of the user with the id that an action hands over."""
        return bool(self.has_change_permission(request, None if obj is None else self._user(request, str(obj))))

    def _user(self, request: HttpRequest, object_id: str) -> User:
        user = self.get_object(request, object_id)
        if not isinstance(user, User):
            raise Http404
        return user

    def _log_out(self, request: HttpRequest, user: User) -> None:
        user_log_out_everywhere(user=user)
        self.log_change(request, user, "Logged out everywhere.")

    def _confirm(self, request: HttpRequest, user: User) -> None:
        try:
            email_settle(user=user, email=user.email)
        except AddressTakenError as refusal:
            self.message_user(request, f"{user.username}: {refusal.message}", messages.ERROR)
        else:
            self.log_change(request, user, "Address confirmed.")
            self.message_user(request, f"The address of {user.username} is confirmed", messages.SUCCESS)

    def _done(self, request: HttpRequest, user: User, message: str) -> HttpResponse:
        self.message_user(request, message, messages.SUCCESS)
        return dialog_closed(user)


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
