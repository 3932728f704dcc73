"""What may be done with backtests in the admin: the use cases of every interface, refused in the same words."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from unfold.forms import BaseDialogForm

from accounts.admin.dialog_actions import dialog_action, dialog_closed
from streaming.commands.errors import CommandRefusedError
from trading.backtests.access import MAY_CHANGE, MAY_RUN
from trading.backtests.services import backtest_cancel, backtest_run_again
from trading.models import Backtest

_Act = Callable[[Backtest], Backtest]


class BacktestActions:
    """Actions on the backtests that are selected in the list, and on one of them, in dialogs."""

    actions = ("run_selected_again", "cancel_selected")
    actions_detail = ("run_again", "cancel")

    @admin.action(description="Run again", permissions=["run_again"])
    def run_selected_again(self, request: HttpRequest, backtests: QuerySet[Backtest]) -> None:
        """Queue each once more for its owner, as far as there is room."""
        self._each(request, backtests, "Queued again", _run_again)

    @admin.action(description="Cancel", permissions=["cancel"])
    def cancel_selected(self, request: HttpRequest, backtests: QuerySet[Backtest]) -> None:
        """End those that wait or run."""
        self._each(request, backtests, "Cancelled", _cancel)

    @dialog_action(
        "Run again",
        icon="replay",
        permissions=["view", "run_again"],
        text="The same is queued once more for the same owner, beside this one, as far as the owner may have more.",
    )
    def run_again(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Queue one once more, and show the new one."""
        return self._done(request, object_id, "Queued again: this is the new one", _run_again)

    @dialog_action(
        "Cancel",
        icon="cancel",
        permissions=["view", "cancel"],
        text="It ends within a second, and keeps what it has by then.",
        button="Cancel it",
    )
    def cancel(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """End one that waits or runs."""
        return self._done(request, object_id, "Cancelled", _cancel)

    def has_run_again_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Ask for what running takes, and for what acting on another's backtest takes over REST."""
        return bool(request.user.has_perm(MAY_RUN.name) and request.user.has_perm(MAY_CHANGE.name))

    def has_cancel_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Ask for what cancelling another's backtest takes over REST."""
        return bool(request.user.has_perm(MAY_CHANGE.name))

    def _each(self: Any, request: HttpRequest, backtests: QuerySet[Backtest], said: str, act: _Act) -> None:
        """Do something with each that allows it, and say why not of the others, once for those of one owner."""
        done, refused = 0, Counter[str]()
        for backtest in backtests:
            try:
                self.log_change(request, act(backtest), f"{said}.")
                done += 1
            except CommandRefusedError as error:
                refused[f"of {backtest.owner}: {error.message}"] += 1
        for sentence, count in refused.items():
            self.message_user(request, f"{count} {sentence}", messages.WARNING)
        if done:
            self.message_user(request, f"{said}: {done}", messages.SUCCESS)

    def _done(self: Any, request: HttpRequest, object_id: str, said: str, act: _Act) -> HttpResponse:
        """Do something with one, and lead to the one that comes out of it."""
        backtest = self.get_object(request, unquote(object_id))
        if not isinstance(backtest, Backtest):
            raise Http404
        try:
            result = act(backtest)
        except CommandRefusedError as error:
            self.message_user(request, error.message, messages.ERROR)
            return dialog_closed(backtest)
        self.log_change(request, result, f"{said}.")
        self.message_user(request, said, messages.SUCCESS)
        return dialog_closed(result)


def _run_again(backtest: Backtest) -> Backtest:
    return backtest_run_again(backtest=backtest, now=timezone.now())


def _cancel(backtest: Backtest) -> Backtest:
    return backtest_cancel(backtest=backtest, now=timezone.now())
