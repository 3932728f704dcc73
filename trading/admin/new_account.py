"""Adds an account for a user, in a dialog above the list of accounts: by the use case, which audits it."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.forms import BaseDialogForm
from unfold.widgets import INPUT_CLASSES

from accounts.selectors import user_by_login
from streaming.admin.dialog_actions import dialog_action, dialog_closed
from streaming.commands.errors import CommandRefusedError
from trading.accounts.adding import account_add
from trading.accounts.balances import balances_read
from trading.admin.actors import actor_of_request
from trading.models import TradingAccount


def _text(label: str, *, initial: str = "", most: int = 200, help_text: str = "") -> forms.CharField:
    widget = forms.TextInput({"class": " ".join(INPUT_CLASSES)})
    return forms.CharField(label=label, initial=initial, max_length=most, help_text=help_text, widget=widget)


class NewAccountDialog(BaseDialogForm):
    """Whose it is, what it is called, and what it begins with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = _text("Owner", help_text="A user's name or email address.")
        self.fields["name"] = _text("Name", most=50)
        begins_with = settings.PAPER_ACCOUNT_BALANCES
        self.fields["balances"] = _text("Begins with", initial=begins_with, help_text="Such as USDT:1000,USDC:500.")

    def clean_balances(self) -> dict[str, Decimal]:
        """Return what it begins with, by asset."""
        try:
            return dict(balances_read(self.cleaned_data["balances"]))
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def clean_owner(self) -> int:
        """Return the owner's id."""
        owner = user_by_login(self.cleaned_data["owner"])
        if owner is None:
            raise ValidationError("There is no such user")
        return int(owner.pk)

    def clean(self) -> dict[str, Any]:
        """Rehearse the use case: what it refuses is said in the dialog."""
        if not self.errors:
            try:
                with transaction.atomic():
                    self.account_add()
                    transaction.set_rollback(True)
            except CommandRefusedError as error:
                self.add_error("name", error.message)  # the dialog shows what is said of a field only
        return dict(self.cleaned_data)

    def account_add(self) -> TradingAccount:
        """Make the account."""
        given = self.cleaned_data
        return account_add(
            actor=actor_of_request(self.request),
            owner_id=given["owner"],
            name=given["name"],
            balances=given["balances"],
            now=timezone.now(),
        )


class NewAccountAction:
    """Adds an account."""

    actions_list = ("add_account",)

    @dialog_action(
        "Add account",
        icon="add_card",
        permissions=["add_account"],
        text="A paper account beside those that the user has. They choose it by its name where they trade.",
        title="Add an account",
        form=NewAccountDialog,
    )
    def add_account(self: Any, request: HttpRequest, form: NewAccountDialog) -> HttpResponse:
        """Let the use case make it."""
        account = form.account_add()
        self.log_addition(request, account, "Added.")
        return dialog_closed(account)

    def has_add_account_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Ask for the right to add accounts."""
        return bool(request.user.has_perm("trading.add_tradingaccount"))
