"""The admin's page on which one changes one's own password, asked for what REST asks for.

It stands outside of `accounts.admin`: it belongs to the site, not to a model.
"""

# unfold has no types.
# mypy: disable-error-code="import-untyped, misc"

import math
from typing import Any

from django.contrib import admin
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse_lazy
from unfold.forms import AdminOwnPasswordChangeForm

from accounts.errors import ApplicationError, TooOftenError
from accounts.log_in.refusal_page import refusal_page
from accounts.passwords.services import own_password_set
from accounts.two_factor.code_field import CodeField
from streaming.commands.request_rates import seconds_over_rate
from streaming.identity.identity import AuthenticationError

_FIELDS = {"current": "old_password", "code": "code"}
"""The form's fields by those of the use case."""


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """The password until now, the new one twice and, with two-factor, a code. It compares no password and no code."""

    code = CodeField()

    def clean_old_password(self) -> str:
        """Leave it to the use case, which counts wrong ones."""
        return str(self.cleaned_data["old_password"])


class OwnPasswordPage(PasswordChangeView):
    """Sets the password by the use case, and keeps the session in which that was done."""

    form_class = OwnPasswordForm
    template_name = "admin/password_change.html"
    success_url = reverse_lazy("admin:password_change_done")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what every page of the admin shows, too."""
        return {**admin.site.each_context(self.request), **super().get_context_data(**kwargs)}

    def form_valid(self, form: Any) -> HttpResponse:
        """Set the password, or show the form again with what is refused; a page of its own where one has to wait."""
        try:
            self._set(form.cleaned_data)
        except ApplicationError as refusal:
            if not refusal.fields:
                return refusal_page(refusal)
            for field, sentence in refusal.fields.items():
                form.add_error(_FIELDS[field], sentence)
            return self.form_invalid(form)
        except AuthenticationError:  # all logins have ended meanwhile, and this session with them
            return HttpResponseRedirect(self.request.path)
        update_session_auth_hash(self.request, self.request.user)  # type: ignore[arg-type]  # the admin's are users
        return HttpResponseRedirect(self.get_success_url())

    def _set(self, given: dict[str, str]) -> None:
        user: Any = self.request.user
        if wait := seconds_over_rate("THROTTLE_PASSWORD", user.pk):
            raise TooOftenError("Too many tries; try again later", math.ceil(wait))
        own_password_set(
            user=user,
            current=given["old_password"],
            new=given["new_password1"],
            code=given["code"],
            request=self.request,
        )


def own_password_page(request: HttpRequest) -> HttpResponseBase:
    """Show the page to who may use the admin."""
    return admin.site.admin_view(OwnPasswordPage.as_view(), cacheable=True)(request)
