"""The admin's page of failed logins: who is locked out, and letting somebody try again."""

# unfold and axes have no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, untyped-decorator, type-arg"

from collections.abc import Collection

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.decorators import display

from accounts.log_in.lockout import user_unlock
from accounts.models import User


@admin.register(AccessAttempt)
class FailedLoginAdmin(ModelAdmin):
    """Failed logins by user, address and program; they are forgotten by themselves after the lock-out's time."""

    list_display = ("username", "ip_address", "failures_since_start", "state", "attempt_time", "user_agent")
    list_filter = ("attempt_time",)
    search_fields = ("username", "ip_address")
    ordering = ("-attempt_time",)
    list_fullwidth = True
    fields = ("username", "ip_address", "failures_since_start", "attempt_time", "path_info", "user_agent")
    actions = ("unlock",)

    @display(description="State", label={"Locked out": "danger", "May try": "default"})
    def state(self, attempt: AccessAttempt) -> str:
        """Whether this alone locks the user out; failures by several programs are added up."""
        return "Locked out" if attempt.failures_since_start >= settings.AXES_FAILURE_LIMIT else "May try"

    @admin.action(description="Unlock: forget the failed logins of the selected users", permissions=["delete"])
    def unlock(self, request: HttpRequest, attempts: QuerySet[AccessAttempt]) -> None:
        """Let the users of the selected rows try again, from everywhere; codes, too, where one may change the user."""
        selected = set(attempts.values_list("username", flat=True))
        others = self._other_staff(request, selected)
        names = selected - others
        AccessAttempt.objects.filter(username__in=names).delete()
        for user in _users_called(names):
            if self._may_change(request, user):
                user_unlock(user=user)
        if names:
            self.message_user(request, f"Unlocked: {', '.join(sorted(names))}", messages.SUCCESS)
        if others:
            sentence = f"Only superusers unlock other staff: {', '.join(sorted(others))}"
            self.message_user(request, sentence, messages.WARNING)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds what didn't happen."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: AccessAttempt | None = None) -> bool:
        """Nobody changes what happened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AccessAttempt | None = None) -> bool:
        """Let only superusers delete those of other staff, as that unlocks them."""
        may_delete: bool = super().has_delete_permission(request, obj)
        return may_delete and (obj is None or not self._other_staff(request, {obj.username}))

    def _other_staff(self, request: HttpRequest, names: Collection[str]) -> set[str]:
        """Return which of the names are those of staff whom one may not change."""
        staff = _users_called(names).filter(Q(is_staff=True) | Q(is_superuser=True))
        return {user.username.lower() for user in staff if not self._may_change(request, user)}

    def _may_change(self, request: HttpRequest, user: User) -> bool:
        return bool(self.admin_site.get_model_admin(User).has_change_permission(request, user))


def _users_called(names: Collection[str]) -> QuerySet[User]:
    """Return the users whose failed logins are counted under these names."""
    return User.objects.alias(folded=Lower("username")).filter(folded__in=names)
