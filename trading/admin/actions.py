"""What may be done with backtests in the admin: the use cases of every interface, refused in the same words."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from collections import Counter
from collections.abc import Iterator, Sequence

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.forms import BaseDialogForm

from streaming.admin.dialog_actions import dialog_action
from streaming.admin.use_case_actions import UseCaseActions
from streaming.commands.errors import CommandRefusedError
from trading.backtests.access import MAY_CHANGE, MAY_RUN
from trading.backtests.services import backtest_cancel, backtest_run_again
from trading.models import Backtest


class BacktestActions(UseCaseActions):
    """Actions on the backtests that are selected in the list, and on one of them, in dialogs."""

    actions = ("run_selected_again", "cancel_selected")
    actions_detail = ("run_again", "cancel")

    @admin.action(description="Run again", permissions=["run_again"])
    def run_selected_again(self, request: HttpRequest, backtests: QuerySet[Backtest]) -> None:
        """Queue each once more for its owner, as far as there is room."""
        self.act_on_each(request, backtests, "Queued again", _run_again)

    @admin.action(description="Cancel", permissions=["cancel"])
    def cancel_selected(self, request: HttpRequest, backtests: QuerySet[Backtest]) -> None:
        """End those that wait or run."""
        self.act_on_each(request, backtests, "Cancelled", _cancel)

    @dialog_action(
        "Run again",
        icon="replay",
        permissions=["view", "run_again"],
        text="The same is queued once more for the same owner, beside this one, as far as the owner may have more.",
    )
    def run_again(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Queue one once more, and show the new one."""
        return self.act_on_one(request, object_id, "Queued again: this is the new one", _run_again)

    @dialog_action(
        "Cancel",
        icon="cancel",
        permissions=["view", "cancel"],
        text="It ends within a second, and keeps what it has by then.",
        button="Cancel it",
    )
    def cancel(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """End one that waits or runs."""
        return self.act_on_one(request, object_id, "Cancelled", _cancel)

    def has_run_again_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Ask for what running takes, and for what acting on another's backtest takes over REST."""
        return bool(request.user.has_perm(MAY_RUN.name) and request.user.has_perm(MAY_CHANGE.name))

    def has_cancel_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Ask for what cancelling another's backtest takes over REST."""
        return bool(request.user.has_perm(MAY_CHANGE.name))

    def refusals(self, refused: Sequence[tuple[Backtest, CommandRefusedError]]) -> Iterator[str]:
        """Yield why those of each owner were refused, once."""
        sentences = Counter(f"of {backtest.owner}: {error.message}" for backtest, error in refused)
        for sentence, count in sentences.items():
            yield f"{count} {sentence}"


def _run_again(backtest: Backtest) -> Backtest:
    return backtest_run_again(backtest=backtest, now=timezone.now())


def _cancel(backtest: Backtest) -> Backtest:
    return backtest_cancel(backtest=backtest, now=timezone.now())
