"""Live strategies of a deployment, on candles of a second: what they decided is what a backtest over these decides."""

import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import zip_longest
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from streaming.events import Interval
from streaming.events.intervals import close_time_of, open_time_at
from tests.deployments import fetch_json
from tests.trading.engine.instruments import BTC
from tests.trading.live.chaos.deployed import SYMBOL, WAIT_SECONDS, Deployed
from tests.trading.live.chaos.own_strategies import Counting
from tests.waiting import until_now
from trading.engine.backtests.plan import BacktestPlan
from trading.engine.backtests.runner import run
from trading.engine.backtests.series import CandleSeries
from trading.engine.instrument import Rounding
from trading.engine.live.strategies.memory import AskedChanged, Begun, Delivery, GapPassed, OwnOrderPlaced
from trading.engine.orders.order import OrderRequest
from trading.engine.strategies.candles import StrategyCandle
from trading.engine.strategies.registry import installed_strategies
from trading.engine.strategies.strategy import Strategy

_INTERVAL = Interval.SECOND_1
_INVESTMENT = 5000
STRATEGIES: Mapping[str, Mapping[str, Any]] = {
    "ma_cross": {"fast": 2, "slow": 5},  # built anew by what is stored of its orders
    "dca": {"amount": 10, "every": 3},  # told again all that it was told
    Counting.name: {},  # the same, with a memory of its own of all that it was told
}
"""Those whose signals hang on candles alone, whatever their orders got."""
_ORDERING_BY_CANDLES = ("dca", Counting.name)
"""Those whose orders do, too: they are a backtest's, one by one. Others order by what the market gave for the last."""
_SECOND_MS = 1000
_read_delivery: Callable[[str], Delivery] = msgspec.json.Decoder(Delivery).decode
_PAGE = 1000
_STANDING = "SELECT strategy, state, reason, candle_cursor FROM trading_strategy WHERE strategy <> 'faulty'"
_UNDECIDED = """
    SELECT 1 FROM trading_strategy s WHERE s.strategy <> 'faulty' AND NOT (
        EXISTS (SELECT 1 FROM trading_strategysignal g WHERE g.strategy_id = s.id)
        AND EXISTS (SELECT 1 FROM trading_order o JOIN trading_subaccount a ON a.id = o.sub_account_id
                    WHERE a.strategy_id = s.id))
"""
_STORED = """
    SELECT s.id, s.strategy, s.candle_cursor,
        ARRAY(SELECT d.delivery FROM trading_strategydelivery d WHERE d.strategy_id = s.id ORDER BY d.number),
        ARRAY(SELECT g.number FROM trading_strategysignal g WHERE g.strategy_id = s.id ORDER BY g.number),
        ARRAY(SELECT g.action FROM trading_strategysignal g WHERE g.strategy_id = s.id ORDER BY g.number),
        ARRAY(SELECT g.price::numeric FROM trading_strategysignal g WHERE g.strategy_id = s.id ORDER BY g.number),
        ARRAY(SELECT o.client_order_id FROM trading_order o JOIN trading_subaccount a ON a.id = o.sub_account_id
              WHERE a.strategy_id = s.id ORDER BY o.number)
    FROM trading_strategy s WHERE s.strategy <> 'faulty'
"""
"""All of each at one moment: strategies go on meanwhile."""


class _Decision(NamedTuple):
    """A signal after a candle, which closed at `price`."""

    action: str
    price: Decimal


class _Decided(NamedTuple):
    """What a strategy decided: its signals, and its orders, each with the open time of the candle behind which."""

    signals: Sequence[_Decision]
    orders: Sequence[tuple[int, OrderRequest]]


class _Stored(NamedTuple):
    """What is stored of a strategy."""

    id: str
    name: str
    cursor: int
    deliveries: Sequence[str]
    numbers: Sequence[int]
    actions: Sequence[str]
    prices: Sequence[Decimal]
    orders: Sequence[str]


def start_strategies(deployed: Deployed) -> None:
    """Start one of each, and wait until they run."""
    for name, parameters in STRATEGIES.items():
        given = {"strategy": name, "symbol": SYMBOL, "interval": _INTERVAL, "params": parameters}
        started = partial(deployed.is_done, "/api/v1/trading/live-strategies/", {**given, "investment": _INVESTMENT})
        until_now(started, seconds=WAIT_SECONDS, explain=deployed.said)
    until_now(lambda: _all_run(deployed, 0), seconds=WAIT_SECONDS, explain=lambda: _told(deployed))


def check_strategies(deployed: Deployed) -> None:
    """Look whether they run, and decided by each candle of now and before what a backtest decides: each once.

    One whose averages haven't crossed yet has decided nothing: it is waited for.
    """
    now = round(time.time() * 1000) - _SECOND_MS
    until_now(
        lambda: _all_run(deployed, now) and not deployed.query(_UNDECIDED),
        seconds=WAIT_SECONDS,
        explain=lambda: _told(deployed),
    )
    for row in deployed.query(_STORED):
        _check(deployed, _Stored(*row))


def _check(deployed: Deployed, stored: _Stored) -> None:
    """Compare what is stored of a strategy with a backtest."""
    deliveries = [_read_delivery(delivery) for delivery in stored.deliveries]
    assert not any(isinstance(one, GapPassed) for one in deliveries)
    [begun] = [one for one in deliveries if isinstance(one, Begun)]
    placed = [one for one in deliveries if isinstance(one, OwnOrderPlaced)]
    backtest = _decided(deployed, stored, deliveries, begun)
    assert list(stored.numbers) == list(range(1, len(stored.actions) + 1))
    signals = [_Decision(*one) for one in zip(stored.actions, stored.prices, strict=True)]
    assert signals == backtest.signals, _difference(signals, backtest.signals)
    names = [one.order.request.client_order_id for one in placed]
    assert list(stored.orders) == names == [f"{stored.id}-{number}" for number in range(1, len(names) + 1)]
    if stored.name in _ORDERING_BY_CANDLES:
        orders = [(one.after, _nameless(one.order.request)) for one in placed]
        assert orders == backtest.orders, _difference(orders, backtest.orders)
    assert backtest.signals
    assert placed
    late = sum(isinstance(one, AskedChanged) and not one.is_asked for one in deliveries)
    told = f"{len(signals)} signals, {len(placed)} orders over {(stored.cursor - begun.after) // _SECOND_MS} candles"
    print(f"{stored.name}: {told}; {late} times candles came too late to be asked of")  # noqa: T201 - what it has shown


def _difference(live: Sequence[object], backtest: Sequence[object]) -> str:
    pairs = enumerate(zip_longest(live, backtest))
    return next((f"{number}: live {one}, backtest {other}" for number, (one, other) in pairs if one != other), "")


def _decided(deployed: Deployed, stored: _Stored, deliveries: Sequence[Delivery], begun: Begun) -> _Decided:
    """Return what a backtest decides that has the same history, and isn't asked where live it wasn't.

    An average of floats is the same to the last digit only where it began with the same candle.
    """
    first = begun.after - (begun.candles - 1) * _SECOND_MS
    rows = [row for row in _candles(deployed, first) if row["closed"]]
    closes = {close_time_of(_INTERVAL, row["open_time"]): Decimal(row["c"]) for row in rows}
    asked = [(one.after, one.is_asked) for one in deliveries if isinstance(one, AskedChanged)]
    kind = _asked_only({**installed_strategies(), Counting.name: Counting}[stored.name], asked)
    outcome = run(_plan(stored.name, begun.after, stored.cursor), _series(rows), strategies={stored.name: kind})
    return _Decided(
        signals=[_Decision(one.action.value, closes[one.time]) for one in outcome.signals],
        orders=[(open_time_at(_INTERVAL, one.placed_at), _nameless(one.request)) for one in outcome.orders],
    )


def _asked_only(kind: type[Strategy[Any]], asked: Sequence[tuple[int, bool]]) -> type[Strategy[Any]]:
    """Return a strategy that is asked of no candle that came too late: `asked` says behind which that changed."""

    class AskedOnly(kind):  # type: ignore[misc,valid-type]  # whichever it is
        def on_candle(self, candle: StrategyCandle) -> None:
            if next((is_asked for after, is_asked in reversed(asked) if after < candle.open_time), True):
                super().on_candle(candle)

    return AskedOnly


def _nameless(request: OrderRequest) -> OrderRequest:
    return replace(request, client_order_id="")


def _plan(name: str, begun: int, cursor: int) -> BacktestPlan:
    return BacktestPlan(
        strategy=name,
        parameters=STRATEGIES[name],
        instrument=BTC,
        interval=_INTERVAL,
        start=begun + _SECOND_MS,
        end=cursor + _SECOND_MS,
        initial_capital=Decimal(_INVESTMENT),
    )


def _series(rows: Sequence[Mapping[str, Any]]) -> CandleSeries:
    table = [
        [
            row["open_time"],
            *(BTC.ticks(Decimal(row[price]), Rounding.NEAREST) for price in "ohlc"),
            BTC.steps(Decimal(row["volume"]), Rounding.DOWN),
        ]
        for row in rows
    ]
    return CandleSeries.of_rows(BTC, _INTERVAL, table)


def _candles(deployed: Deployed, start: int) -> list[dict[str, Any]]:
    """Return the exchange's candles from a time on."""
    rows: list[dict[str, Any]] = []
    while True:
        url = f"{deployed.exchange}/simulator/candles?symbol={SYMBOL}&interval={_INTERVAL}&start={start}"
        page = fetch_json(url)
        rows += page
        if len(page) < _PAGE:
            return rows
        start = page[-1]["open_time"] + _SECOND_MS


def _all_run(deployed: Deployed, since: int) -> bool:
    standing = deployed.query(_STANDING)
    return all(state == "running" and (cursor or 0) >= since for _, state, _, cursor in standing)


def _told(deployed: Deployed) -> str:
    return f"{deployed.query(_STANDING)}\n{deployed.said()}"
