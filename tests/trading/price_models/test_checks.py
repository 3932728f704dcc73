"""Who asks a model that can't be asked is told why by the parameter's name, live and in a backtest."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from streaming.events import Interval, Source
from streaming.times import milliseconds
from tests.trading.price_models.versions import TRAINED_AT, published
from trading.engine.strategies.shipped.learned_direction import LearnedDirection
from trading.learning.kinds import ModelKind
from trading.models import ModelVersion, Strategy
from trading.price_models.checks import backtest_fault, live_fault, model_asked, model_asked_by
from trading.price_models.selectors import ModelName, current_versions, versions_known_by
from trading.price_models.states import READY_MS

pytestmark = pytest.mark.django_db
_NAME = ModelName("BTCUSDT", Interval.MINUTE_1, ModelKind.BOOSTING, Source.BINANCE)
_TRAINED = milliseconds(TRAINED_AT)
_DAY = 86_400_000


def test_a_strategy_asks_the_model_that_its_parameter_names() -> None:
    of = {"symbol": "BTCUSDT", "interval": Interval.MINUTE_1}
    assert model_asked("learned_direction", {}, **of) == _NAME  # type: ignore[arg-type]
    online = model_asked("learned_direction", {"algorithm": "online"}, **of)  # type: ignore[arg-type]
    assert online == _NAME._replace(algorithm=ModelKind.ONLINE)
    assert model_asked("ma_cross", {"fast": 2, "slow": 4}, **of) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("parameter", ["position_size", "gone"])
def test_a_live_strategy_whose_package_was_changed_asks_none(parameter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    running = Strategy(strategy="learned_direction", parameters={}, symbol="BTCUSDT", interval="1m")
    assert model_asked_by(running) == _NAME
    monkeypatch.setattr(LearnedDirection, "model_parameter", parameter)
    assert model_asked_by(running) is None


def test_live_it_must_have_been_trained_and_by_these_features() -> None:
    assert live_fault(_NAME) == (
        "no model boosting of BTCUSDT 1m was trained yet; staff trains one: manage.py train_model BTCUSDT"
    )
    published()
    assert live_fault(_NAME) == ""
    ModelVersion.objects.update(features_hash="0" * 64)
    assert live_fault(_NAME).startswith("the model was trained on features 000000000000, and these are ")
    assert backtest_fault(_NAME, start=_TRAINED + _DAY) == live_fault(_NAME)


def test_a_version_that_learnt_from_another_exchange_counts_as_none(settings: Settings) -> None:
    version = published(source=Source.SIMULATOR)
    end = _TRAINED + _DAY
    assert "was trained yet" in live_fault(_NAME)
    assert backtest_fault(_NAME, start=_TRAINED) == live_fault(_NAME)
    assert versions_known_by(_NAME, start=_TRAINED, end=end, most=10) == []
    assert current_versions([_NAME]) == {}
    settings.EXCHANGE_SOURCE = "simulator"
    simulated = model_asked("learned_direction", {}, symbol="BTCUSDT", interval=Interval.MINUTE_1)
    assert simulated == _NAME._replace(source=Source.SIMULATOR)
    assert (live_fault(simulated), backtest_fault(simulated, start=_TRAINED)) == ("", "")
    assert len(versions_known_by(simulated, start=_TRAINED, end=end, most=10)) == 1
    assert current_versions([_NAME, simulated])[simulated].id == version.pk


def test_a_backtest_asks_no_version_that_learnt_from_what_is_tested() -> None:
    assert "was trained yet" in backtest_fault(_NAME, start=_TRAINED)
    published()
    assert backtest_fault(_NAME, start=_TRAINED) == ""
    said = backtest_fault(_NAME, start=_TRAINED - 1)
    assert "one that was trained on what is tested would tell the future" in said
    assert said.endswith(f"begin later than {TRAINED_AT:%Y-%m-%dT%H:%M:%S}.000Z")


def test_a_backtest_goes_from_version_to_version_as_they_were_made() -> None:
    for days in (0, 1, 2):
        published(at=TRAINED_AT + timedelta(days=days))

    def numbers(start: int, end: int) -> list[int]:
        found = versions_known_by(_NAME, start=start, end=end, most=10)
        stored = {one.stored.encode(): one.number for one in ModelVersion.objects.all()}
        return [stored[one] for one in found]

    assert numbers(_TRAINED, _TRAINED + 10 * _DAY) == [1, 2, 3]
    assert numbers(_TRAINED + _DAY + READY_MS, _TRAINED + 2 * _DAY) == [2]
    assert numbers(_TRAINED + _DAY + 1, _TRAINED + 2 * _DAY) == [1, 2]
    assert numbers(_TRAINED - 1, _TRAINED + _DAY) == []
