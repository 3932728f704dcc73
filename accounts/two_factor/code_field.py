"""The field of the admin's forms in which a code of two-factor is typed."""

# unfold has no types.
# mypy: disable-error-code="import-untyped, misc"

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

_MAXIMUM_CODE_LENGTH = 64


class CodeField(forms.CharField):
    """May stay empty: whether a code is needed says who checks it."""

    def __init__(self) -> None:
        super().__init__(
            label="Code",
            required=False,
            max_length=_MAXIMUM_CODE_LENGTH,
            help_text="With two-factor only: what your authenticator app shows, or a recovery code.",
            widget=UnfoldAdminTextInputWidget({"autocomplete": "one-time-code", "autocapitalize": "none"}),
        )
