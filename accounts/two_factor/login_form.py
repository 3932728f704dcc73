"""The admin's log-in form: user name, password and, with two-factor, a code.

It stands outside of `accounts.admin`, which needs the admin's site, which needs this form.
"""

# unfold has no types.
# mypy: disable-error-code="import-untyped, misc"

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from unfold.forms import AuthenticationForm

from accounts.errors import ApplicationError
from accounts.models import User
from accounts.two_factor.checking import second_factor_check
from accounts.two_factor.code_field import CodeField
from accounts.two_factor.staff_rights import acting


class LoginForm(AuthenticationForm):
    """Logs staff in as REST does: the lock-out first, then the password, then the code."""

    code = CodeField()

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse who is no staff, a code that is missing or wrong, and staff who have to turn on two-factor first."""
        super().confirm_login_allowed(user)
        self._check_code(user)
        if acting(user).staff_rights_withheld:
            page = reverse("dashboard")
            raise ValidationError(
                format_html('Staff need two-factor here: <a href="{}#two-factor">turn it on</a> first.', page),
                code="two_factor_required",
            )

    def _check_code(self, user: User) -> None:
        try:
            second_factor_check(user=user, code=self.cleaned_data.get("code", ""), request=self.request)
        except ApplicationError as refusal:
            raise ValidationError(refusal.fields or refusal.message) from refusal
