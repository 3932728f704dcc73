"""The admin's page of tokens: the list that staff keep for everybody."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextInputWidget

from streaming.workers.waking import wake_soon
from wallets.addresses import address_of
from wallets.errors import WalletError
from wallets.models import Token
from wallets.watching.services import WORKER

_IDENTITY = ("chain", "address", "decimals")
"""What stored amounts are about: it is given once."""


class TokenForm(forms.ModelForm):
    """A token; its address in any spelling whose checksum isn't wrong."""

    address = forms.CharField(
        max_length=100, help_text="The address of the contract", widget=UnfoldAdminTextInputWidget
    )

    class Meta:
        """Of which model it is."""

        model = Token
        fields = ("chain", "address", "symbol", "name", "decimals", "is_listed")

    def clean_address(self) -> str:
        """Return the address in its canonical form."""
        try:
            return address_of(self.cleaned_data["address"])
        except WalletError as error:
            raise ValidationError(str(error)) from None


@admin.register(Token)
class TokenAdmin(ModelAdmin):
    """The tokens of all chains."""

    form = TokenForm
    compressed_fields = False
    list_display = ("symbol", "chain", "name", "address", "decimals", "is_listed")
    list_filter = ("chain", "is_listed")
    search_fields = ("symbol", "name", "=address")
    fields = ("chain", "address", "symbol", "name", "decimals", "is_listed")

    def save_model(self, request: HttpRequest, obj: Token, form: Any, change: bool) -> None:
        """Save a token; of a new one the worker reads what wallets hold."""
        super().save_model(request, obj, form, change)
        transaction.on_commit(partial(wake_soon, WORKER))

    def get_readonly_fields(self, request: HttpRequest, obj: Token | None = None) -> tuple[str, ...]:
        """Return what can't be changed."""
        return () if obj is None else _IDENTITY
