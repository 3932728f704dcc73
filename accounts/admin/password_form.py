"""The admin's form that sets another user's password."""

# unfold has no types.
# mypy: disable-error-code="import-untyped, misc"

from unfold.forms import AdminPasswordChangeForm

from accounts.models import User


class PasswordForm(AdminPasswordChangeForm):
    """Sets a password, or takes it away, and saves nothing else: the user may have been changed since it was read."""

    def save(self, commit: bool = True) -> User:
        """Store the password of the form's user."""
        user: User = super().save(commit=False)
        if commit:
            user.save(update_fields=["password"])
        return user
