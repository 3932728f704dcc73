"""What may be done with live strategies in the admin: their signals are told to anyone, or to their owner alone."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from collections.abc import Callable

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.forms import BaseDialogForm

from streaming.admin.dialog_actions import dialog_action
from streaming.admin.use_case_actions import UseCaseActions
from trading.admin.actors import actor_of_request
from trading.models import Strategy
from trading.strategies.access import MAY_CHANGE
from trading.strategies.services import strategy_mark_public

_PUBLIC, _NOT_PUBLIC = "Made public", "Not public any more"


class StrategyActions(UseCaseActions):
    """Actions on the strategies that are selected in the list, and on one of them, in dialogs."""

    actions = ("make_selected_public", "end_selected_public")
    actions_detail = ("make_public", "end_public")

    @admin.action(description="Make public", permissions=["publish"])
    def make_selected_public(self, request: HttpRequest, strategies: QuerySet[Strategy]) -> None:
        """Let anyone be told the signals of each."""
        self.act_on_each(request, strategies, _PUBLIC, _mark(request, is_public=True))

    @admin.action(description="End being public", permissions=["publish"])
    def end_selected_public(self, request: HttpRequest, strategies: QuerySet[Strategy]) -> None:
        """Let nobody but its owner be told the signals of each."""
        self.act_on_each(request, strategies, _NOT_PUBLIC, _mark(request, is_public=False))

    @dialog_action(
        "Make public",
        icon="campaign",
        permissions=["view", "publish"],
        text="Anyone is told its next signals on signals:<SYMBOL>, logged in or not, and how its earlier ones turned "
        "out, with their reasons in its own words. Whose it is isn't told.",
        button="Make it public",
    )
    def make_public(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Let anyone be told the signals of one."""
        return self.act_on_one(request, object_id, _PUBLIC, _mark(request, is_public=True))

    @dialog_action(
        "End being public",
        icon="visibility_off",
        permissions=["view", "publish"],
        text="Nobody but its owner and staff is told its next signals. What was told can't be taken back.",
        button="End it",
    )
    def end_public(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Let nobody but its owner be told the signals of one."""
        return self.act_on_one(request, object_id, _NOT_PUBLIC, _mark(request, is_public=False))

    def has_publish_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Ask for what changing another's strategy takes over REST."""
        return bool(request.user.has_perm(MAY_CHANGE.name))


def _mark(request: HttpRequest, *, is_public: bool) -> Callable[[Strategy], Strategy]:
    actor = actor_of_request(request)

    def mark(strategy: Strategy) -> Strategy:
        return strategy_mark_public(actor=actor, strategy=strategy, is_public=is_public, now=timezone.now())

    return mark
