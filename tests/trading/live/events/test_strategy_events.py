"""What users are told of a strategy's orders that are refused: by a risk event and a line of the log, each once."""

import pytest

from streaming.events import BaseEvent, Interval, LogLevel, LogLine
from tests.trading.engine.instruments import BTC
from tests.trading.live.happenings import TIME, happened, request
from trading.engine.live.strategies.state import StrategyOrderRefusal
from trading.engine.matching.events import OrderEventKind
from trading.engine.orders.refusal import Refusal, RefusalCode
from trading.engine.orders.state import OrderState
from trading.engine.risk.levels import TradingLevel
from trading.events import StrategyRisk
from trading.live.events.event_origin import StrategyOrigin
from trading.live.events.strategy_events import strategy_events_of, strategy_order_events

STRATEGY = StrategyOrigin(id="strat_a", strategy="trend", version="1", symbol="BTCUSDT", interval=Interval.MINUTE_1)


def told_refusal(*events: BaseEvent) -> tuple[str, str, TradingLevel, str]:
    """Return code, sentence and level of a risk event, and the line of the log that comes with it."""
    risk, line = events
    assert isinstance(risk, StrategyRisk)
    assert isinstance(line, LogLine)
    assert (risk.channel, risk.owner, risk.time, risk.event) == ("strategy.strat_a.risk", "7", TIME, "rejected")
    assert (risk.strategy_id, risk.check, risk.passed) == ("strat_a", "order", False)
    assert (line.source, line.owner, line.level) == ("strategy.strat_a", "7", LogLevel.WARN)
    return risk.code, risk.message, risk.level, line.message


@pytest.mark.parametrize(
    ("code", "told", "level"),
    [
        ("ORDER_SIZE", "ORDER_SIZE", TradingLevel.ACTIVE),
        ("REDUCE_ONLY", "KILL_SWITCH_ACTIVE", TradingLevel.REDUCE_ONLY),
        ("KILL_SWITCH_ACTIVE", "KILL_SWITCH_ACTIVE", TradingLevel.HALTED),
    ],
)
def test_it_tells_what_holds_an_order_back(code: str, told: str, level: TradingLevel) -> None:
    refusal = StrategyOrderRefusal(time=TIME, request=request("strat_a-1"), code=code, message="too much")
    events = strategy_events_of(refusal, owner="7", of=STRATEGY)
    said = "buy strat_a-1: too much"
    assert told_refusal(*events) == (told, said, level, f"[REJECTED] {told} {said}")


def test_it_tells_what_the_exchange_rejects() -> None:
    refusal = Refusal(RefusalCode.MINIMUM_NOTIONAL, "too small")
    event = happened(OrderEventKind.REJECTED, request("strat_a-1"), OrderState.REJECTED, refusal=refusal)
    events = strategy_order_events(event, strategy="strat_a", owner="7", order_id="ord_1", instrument=BTC)
    said = "buy strat_a-1: too small"
    expected = ("MINIMUM_NOTIONAL", said, TradingLevel.ACTIVE, f"[REJECTED] MINIMUM_NOTIONAL {said}")
    assert told_refusal(*events) == expected
