"""What may be done with models that learn in the admin: go back, silence one, train anew, tell anyone what one says."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.forms import BaseDialogForm

from streaming.admin.dialog_actions import dialog_action
from streaming.admin.use_case_actions import UseCaseActions
from streaming.clock import SystemClock
from streaming.commands.use_cases import Interface, UseCase
from streaming.events import Interval
from streaming.identity.http_addresses import address_of_request
from streaming.rest.hub import hub_of
from streaming.rest.views import caller_of
from trading.admin.actors import actor_of_request
from trading.learning.kinds import ModelKind
from trading.models import ModelVersion
from trading.price_models.access import MAY_CHANGE, MAY_TRAIN
from trading.price_models.parameters import ModelId
from trading.price_models.services import model_training_request, model_version_roll_back, model_version_silence
from trading.price_models.states import SilencedFor
from trading.strategies.public_models import END_PUBLIC_MODEL, PUBLISH_MODEL, may_publish

_ROLLED_BACK, _SILENCED, _REQUESTED = "Rolled back to", "Silenced", "Training asked for"
_PUBLIC, _NOT_PUBLIC = "Its signals made public", "Its signals not public any more"


class ModelActions(UseCaseActions):
    """Actions on one version in dialogs, and training for those that are selected."""

    actions = ("train_selected",)
    actions_detail = ("roll_back", "silence", "train_now", "make_public", "end_public")

    @admin.action(description="Train now", permissions=["train"])
    def train_selected(self, request: HttpRequest, versions: QuerySet[ModelVersion]) -> None:
        """Have the model of each trained, each once."""
        names = {(one.symbol, one.interval, one.algorithm): one for one in versions.defer("stored", "card")}
        self.act_on_each(request, names.values(), _REQUESTED, lambda version: _train(request, version))

    @dialog_action(
        "Roll back to this",
        icon="undo",
        permissions=["view", "change_model"],
        text="This version is asked from now on, in place of the one that is; until another is trained.",
        button="Roll back",
    )
    def roll_back(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Make an earlier version active again."""
        actor = actor_of_request(request)

        def act(version: ModelVersion) -> ModelVersion:
            return model_version_roll_back(actor=actor, version=version, now=timezone.now())

        return self.act_on_one(request, object_id, _ROLLED_BACK, act)

    @dialog_action(
        "Silence",
        icon="volume_off",
        permissions=["view", "change_model"],
        text="This version says nothing any more, until another is trained or it is rolled back to.",
        button="Silence it",
    )
    def silence(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Let a version say nothing any more."""
        actor = actor_of_request(request)

        def act(version: ModelVersion) -> ModelVersion:
            return model_version_silence(
                actor=actor,
                version=version,
                silenced_for=SilencedFor.STAFF,
                reason=f"silenced by {actor.name}",
                now=timezone.now(),
            )

        return self.act_on_one(request, object_id, _SILENCED, act)

    @dialog_action(
        "Train now",
        icon="model_training",
        permissions=["view", "train"],
        text="The trading worker trains a new version by the candles up to now, as it does each night. Where that "
        "fails, the version that is asked stays.",
        button="Train",
    )
    def train_now(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Have the model of a version trained."""
        return self.act_on_one(request, object_id, _REQUESTED, lambda version: _train(request, version))

    @dialog_action(
        "Make public",
        icon="campaign",
        permissions=["view", "publish_model"],
        text="Anyone is told on signals:<SYMBOL> what this model says, logged in or not, and how it turned out; of "
        "later versions, too. It speaks through a live strategy of yours that asks it: where you have none, Learned "
        "direction is started with 1,000 of your default paper account.",
        button="Make it public",
    )
    def make_public(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Let anyone be told what a model says."""
        return self.act_on_one(request, object_id, _PUBLIC, lambda version: _done(PUBLISH_MODEL, request, version))

    @dialog_action(
        "End being public",
        icon="visibility_off",
        permissions=["view", "publish_model"],
        text="Nobody but their owners and staff is told the next signals of the strategies that ask this model. They "
        "go on until their owners stop them. What was told can't be taken back.",
        button="End it",
    )
    def end_public(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Let nobody but their owners be told what a model says."""
        return self.act_on_one(
            request, object_id, _NOT_PUBLIC, lambda version: _done(END_PUBLIC_MODEL, request, version)
        )

    def has_publish_model_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Ask for what changing versions takes, starting a strategy, and making one public."""
        return may_publish(request.user.has_perm)

    def has_change_model_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Ask for what changing versions takes."""
        return bool(request.user.has_perm(MAY_CHANGE.name))

    def has_train_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Ask for what having a model trained takes."""
        return bool(request.user.has_perm(MAY_TRAIN.name))


def _train(request: HttpRequest, version: ModelVersion) -> ModelVersion:
    model_training_request(
        actor=actor_of_request(request),
        symbol=version.symbol,
        interval=Interval(version.interval),
        algorithm=ModelKind(version.algorithm),
        now=timezone.now(),
    )
    return version


def _done(case: UseCase, request: HttpRequest, version: ModelVersion) -> ModelVersion:
    user: Any = request.user  # the admin lets nobody else in
    caller = caller_of(user, SystemClock(), interface=Interface.ADMIN, address=address_of_request(request))
    case.done(caller, ModelId(id=version.pk), hub_of(request))
    return version
