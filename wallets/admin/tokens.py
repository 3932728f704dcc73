"""The admin's page of tokens: the list that staff keep for everybody, and how many have named which others."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from streaming.admin.changed_fields import ChangedFieldsAdmin
from wallets.addresses import address_of
from wallets.errors import WalletError
from wallets.models import Token, TokenWatch
from wallets.watching.token_services import token_delete, token_list

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
class TokenAdmin(ChangedFieldsAdmin):
    """The tokens of all chains."""

    form = TokenForm
    compressed_fields = False
    list_display = ("symbol", "chain", "name", "address", "decimals", "is_listed", "named_by")
    list_filter = ("chain", "is_listed")
    search_fields = ("symbol", "name", "=address")
    fields = ("chain", "address", "symbol", "name", "decimals", "is_listed", "named_by")
    readonly_fields = ("named_by",)

    @display(description="Named by", ordering="named")
    def named_by(self, token: Token) -> str:
        """How many users have named it for wallets of theirs: not who, nor for which."""
        named = getattr(token, "named", 0)
        return f"{named:,} user{'' if named == 1 else 's'}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Token]:
        """Return the tokens, with how many users have named each."""
        named = TokenWatch.objects.filter(wallet__chain=OuterRef("chain"), contract=OuterRef("address")).order_by()
        users = named.values("contract").annotate(users=Count("wallet__owner", distinct=True)).values("users")
        found: QuerySet[Token] = super().get_queryset(request)
        return found.annotate(named=Coalesce(Subquery(users), 0))

    def save_model(self, request: HttpRequest, obj: Token, form: Any, change: bool) -> None:
        """Save a token; of one that is listed now the worker reads what wallets hold."""
        if not change or "is_listed" in form.changed_data:
            token_list(token=obj, is_listed=obj.is_listed, now=timezone.now())
        if change:
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Token) -> None:
        """Forget what staff have said of a token."""
        token_delete(token=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        """Forget what staff have said of several."""
        for token in queryset:
            token_delete(token=token)

    def get_readonly_fields(self, request: HttpRequest, obj: Token | None = None) -> tuple[str, ...]:
        """Return what can't be changed."""
        return self.readonly_fields if obj is None else (*_IDENTITY, *self.readonly_fields)
