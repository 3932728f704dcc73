"""The admin's pages of models that learn: versions with their cards, and trainings. Nothing is written by hand."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from streaming.admin.filters import SymbolFilter
from streaming.admin.shown_values import ABSENT
from streaming.times import iso_time
from trading.admin.live_pages import RowsOfTrading
from trading.admin.model_actions import ModelActions
from trading.models import ModelTraining, ModelVersion
from trading.price_models.answers import BaselinesAnswer, EarningsAnswer, ModelVersionAnswer, version_answer
from trading.price_models.selectors import silence_of
from trading.price_models.states import ModelState, SilencedFor, TrainingState
from trading.strategies.public_models import public_strategies

_STATES = {
    ModelState.ACTIVE.value: "success",
    ModelState.SILENCED.value: "warning",
    SilencedFor.EXPIRED.value: "warning",
    ModelState.RETIRED.value: "default",
}
_TRAININGS = {
    TrainingState.WAITING.value: "default",
    TrainingState.RUNNING.value: "info",
    TrainingState.COMPLETED.value: "success",
    TrainingState.FAILED.value: "danger",
}


@admin.register(ModelVersion)
class ModelVersionAdmin(ModelActions, RowsOfTrading):
    """Versions of models, the newest first, each with its card."""

    list_display = (
        "model_and_id", "source_label", "symbol", "interval", "number", "state_label", "reason", "skill", "earned",
        "trained_at", "valid_until",
    )  # fmt: skip
    list_filter = ("state", "source", "algorithm", "interval", SymbolFilter)
    search_fields = ("=id", "=symbol")
    search_help_text = "A version's whole id, or a symbol"
    fields = (
        "id", ("source_label", "algorithm", "symbol", "interval"), ("number", "state_label", "live"), "reason",
        "public_by", "horizon_in_words", ("trained_from", "trained_to"), ("trained_at", "valid_until"), "learnt",
        "skill", "earned", "windows", "parameters", "seed", "features", "features_hash", "data_hash", "libraries",
    )  # fmt: skip
    readonly_fields = (
        "source_label", "state_label", "live", "public_by", "horizon_in_words", "learnt", "skill", "earned", "windows",
        "parameters", "features", "libraries",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Leave the fitted models out, which nobody reads."""
        versions: QuerySet = super().get_queryset(request)
        return versions.defer("stored")

    @display(description="Model", header=True)
    def model_and_id(self, version: ModelVersion) -> list[str]:
        """The algorithm over the id."""
        return [version.algorithm, version.pk]

    @display(description="Candles of", ordering="source")
    def source_label(self, version: ModelVersion) -> str:
        """Whose candles it learnt from, and is asked of."""
        return version.source or "unknown"

    @display(description="State", label=_STATES)
    def state_label(self, version: ModelVersion) -> str:
        """Where it stands; one that would be asked, but is too old to say anything, has expired."""
        has_expired = version.state == ModelState.ACTIVE.value and silence_of(version, now=timezone.now()) is not None
        return SilencedFor.EXPIRED.value if has_expired else version.state

    @display(description="Live")
    def live(self, version: ModelVersion) -> str:
        """Whether it speaks for the live strategies that ask it, where that is known now."""
        state = _card(version).live_state
        return ABSENT if state is None else state.value.replace("_", " ")

    @display(description="Public by")
    def public_by(self, version: ModelVersion) -> str:
        """The live strategies by which anyone is told what it says."""
        return ", ".join(strategy.pk for strategy in public_strategies(version)) or ABSENT

    @display(description="Horizon")
    def horizon_in_words(self, version: ModelVersion) -> str:
        """How far it looks."""
        return f"{version.horizon} candles of {version.interval}"

    @display(description="Learnt since its training")
    def learnt(self, version: ModelVersion) -> str:
        """How many labels an online version has learnt since, and when the newest became known."""
        learnt = _card(version).learnt_since_training
        if learnt is None:
            return "nothing: it learns in trainings alone"
        newest = "" if learnt.newest is None else f", the newest known at {learnt.newest}"
        return f"{learnt.labels} labels{newest}"

    @display(description="AUC")
    def skill(self, version: ModelVersion) -> str:
        """How well its scores told rises from the rest, on what it hadn't seen."""
        calibration = _card(version).calibration
        if calibration is None:
            return ABSENT
        said = "skill" if calibration.has_skill else "no skill: it says nothing"
        return f"{calibration.auc:.3f} ± {calibration.auc_error:.3f} ({said})"

    @display(description="Net of fees")
    def earned(self, version: ModelVersion) -> str:
        """What being long by it would have earned, beside what one earns without it."""
        card = _card(version)
        return _earned(card.earnings, card.baselines)

    @display(description="Windows")
    def windows(self, version: ModelVersion) -> str:
        """How it did in each window of walking forward, one a line."""
        return "\n".join(
            f"{each.start} to {each.end}: AUC {_number(each.auc)} ± {each.auc_error:.3f}, Brier {_number(each.brier)} "
            f"(base rate {each.brier_of_base_rate:.3f}), {each.decided} of {each.examples} decided, "
            f"right {_number(each.right)}; {_earned(each.earnings, each.baselines)}"
            for each in _card(version).windows or ()
        )

    @display(description="Parameters")
    def parameters(self, version: ModelVersion) -> str:
        """What it was trained with, one a line."""
        return _lines(_card(version).parameters)

    @display(description="Features")
    def features(self, version: ModelVersion) -> str:
        """What it looks at."""
        return ", ".join(_card(version).features)

    @display(description="Libraries")
    def libraries(self, version: ModelVersion) -> str:
        """What it was made with, one a line."""
        return _lines(_card(version).libraries)


@admin.register(ModelTraining)
class ModelTrainingAdmin(RowsOfTrading):
    """Trainings, the newest first: those of each night, and those that staff asked for."""

    list_display = (
        "id", "algorithm", "symbol", "interval", "night", "state_label", "reason", "attempts", "due_at", "version",
        "requested_at", "ended_at",
    )  # fmt: skip
    list_filter = ("state", "algorithm", SymbolFilter)
    search_fields = ("=symbol",)

    @display(description="State", label=_TRAININGS)
    def state_label(self, training: ModelTraining) -> str:
        """Where it stands."""
        return training.state


def _card(version: ModelVersion) -> ModelVersionAnswer:
    return version_answer(version, iso_time, now=timezone.now(), whole=True)


def _earned(earnings: EarningsAnswer, baselines: BaselinesAnswer) -> str:
    others = {"flat": baselines.flat, "hold": baselines.hold, "last sign": baselines.last_sign}
    beside = ", ".join(f"{name} {100 * one.net_return:.2f} %" for name, one in others.items())
    return f"{100 * earnings.net_return:.2f} % in {earnings.trades} trades; {beside}"


def _number(value: float | None) -> str:
    return ABSENT if value is None else f"{value:.3f}"


def _lines(values: Any) -> str:
    return "\n".join(f"{name}: {value}" for name, value in values.items())
