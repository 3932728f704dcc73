"""The limits of an account's orders, changed in a dialog: by the use case, which audits it."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from unfold.forms import BaseDialogForm
from unfold.widgets import INPUT_CLASSES

from streaming.admin.dialog_actions import dialog_action, dialog_closed
from streaming.commands.errors import WrongParametersError
from streaming.commands.parameters import reader_of
from trading.accounts.parameters import AccountLimits
from trading.accounts.services import limits_set
from trading.accounts.use_cases import MAY_LIMIT
from trading.admin.actors import actor_of_request
from trading.models import RiskLimits, TradingAccount

_COUNTS = ("open_orders", "orders_per_second")
_read = reader_of(AccountLimits)

LIMITS = {
    field.name: capfirst(str(field.verbose_name))
    for field in RiskLimits._meta.concrete_fields  # noqa: SLF001 - Django's
    if not field.primary_key
}
"""The limits of an account, and what they are called."""


def _input() -> forms.NumberInput:
    return forms.NumberInput({"class": " ".join(INPUT_CLASSES), "step": "any"})


class LimitsDialog(BaseDialogForm):
    """A number for each limit; empty for none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = RiskLimits.objects.filter(pk=unquote(str(self.object_id))).first()
        for name, label in LIMITS.items():
            self.fields[name] = _field(name, label, None if row is None else getattr(row, name))

    def clean(self) -> dict[str, Any]:
        """Hold what was given against the bounds of `account.set_limits`, in its words."""
        given = {name: self.cleaned_data.get(name) for name in LIMITS}
        try:
            _read(given)
        except WrongParametersError as error:
            for name, sentence in error.fields.items():
                self.add_error(name, sentence)
        return dict(self.cleaned_data)

    @property
    def limits(self) -> dict[str, Any]:
        """What was given, None for none."""
        return {name: self.cleaned_data[name] for name in LIMITS}


def _field(name: str, label: str, initial: object) -> forms.Field:
    given: dict[str, Any] = {"label": label, "required": False, "initial": initial, "widget": _input()}
    if name in _COUNTS:
        return forms.IntegerField(**given)
    return forms.DecimalField(**given, max_digits=40, decimal_places=18)


class LimitsAction:
    """Changes the limits of one account."""

    actions_detail = ("set_limits",)

    @dialog_action(
        "Set limits",
        icon="speed",
        permissions=["view", "set_limits"],
        text="Each order is held against them before it is placed. Leave empty what isn't limited.",
        title="Limits of this account",
        form=LimitsDialog,
    )
    def set_limits(self: Any, request: HttpRequest, form: LimitsDialog, object_id: str) -> HttpResponse:
        """Let the use case set them."""
        account = self.get_object(request, unquote(object_id))
        if not isinstance(account, TradingAccount):
            raise Http404
        limits_set(actor=actor_of_request(request), account=account, limits=form.limits, now=timezone.now())
        self.log_change(request, account, "Set the limits.")
        return dialog_closed(account)

    def has_set_limits_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Ask for the right to change limits."""
        return bool(request.user.has_perm(MAY_LIMIT.name))
