"""What was fetched is for the trades that were missing when it was asked for."""

import asyncio
from decimal import Decimal

import structlog
from pytest_django import Settings

from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from tests.manual_clock import ManualClock
from tests.trading.live.worker.trades import trade
from tests.trading.market import SYMBOL
from tests.waiting import until
from trading.engine.instrument import Instrument
from trading.live.worker.catching_up import CatchingUp, FetchedTrades
from trading.live.worker.followed_symbol import FollowedSymbol
from trading.live.worker.trade_sequence import TradeSequence

_INSTRUMENT = Instrument(symbol=SYMBOL, base="BTC", quote="USDT", tick_size=Decimal("0.01"), step_size=Decimal("0.001"))


def _missing(first: int, last: int) -> dict[str, FollowedSymbol]:
    """Return a symbol of which the trades of these ids are missing."""
    sequence = TradeSequence(first - 1, time=0)
    sequence.take([trade(last + 1)])
    return {SYMBOL: FollowedSymbol(_INSTRUMENT, sequence, now=0.0)}


async def test_it_tells_which_ids_the_exchange_has_answered(settings: Settings) -> None:
    clock, woken = ManualClock(), asyncio.Event()
    exchange = SimulatedExchange(
        settings=ExchangeSettings(tick_interval=None, instruments=INSTRUMENTS[:1]), clock=clock
    )
    await exchange.start()
    settings.EXCHANGE_REST_URL = exchange.rest_url
    clock.advance(60)
    await exchange.tick()
    made = exchange.market.symbols[SYMBOL].trades
    first, newest = made[-20].trade_id, made[-1].trade_id
    catching_up = CatchingUp(woken.set)
    catching_up.look(_missing(first, first + 5))
    async with asyncio.timeout(20):
        await woken.wait()
    [fetched] = catching_up.taken()
    assert (fetched.trades[0].trade_id, fetched.answered) == (first, (first, newest))
    await catching_up.stop()
    await exchange.stop()


async def test_once_stopped_nothing_is_left_of_what_has_come() -> None:
    woken = asyncio.Event()
    catching_up = CatchingUp(woken.set)
    far = _missing(1, 2_000_000)  # none of so many is fetched: the answer comes at once
    catching_up.look(far)
    await woken.wait()
    await catching_up.stop()
    assert not list(catching_up.taken())
    woken.clear()
    catching_up.look(far)
    await woken.wait()
    assert [one.answered for one in catching_up.taken()] == [(1, 2_000_000)]


async def test_a_fetch_that_ends_by_a_fault_is_tried_again(settings: Settings) -> None:
    clock, woken = ManualClock(), asyncio.Event()
    exchange = SimulatedExchange(
        settings=ExchangeSettings(tick_interval=None, instruments=INSTRUMENTS[:1]), clock=clock
    )
    await exchange.start()
    clock.advance(60)
    await exchange.tick()
    newest = exchange.market.symbols[SYMBOL].trades[-1].trade_id
    settings.EXCHANGE_REST_URL = None  # by which nobody can ask
    catching_up = CatchingUp(woken.set)
    with structlog.testing.capture_logs() as logs:
        catching_up.look(_missing(newest - 5, newest - 1))
        await until(lambda: bool(logs))
    assert logs[0]["log_level"] == "error"
    settings.EXCHANGE_REST_URL = exchange.rest_url
    async with asyncio.timeout(20):
        await woken.wait()
    assert [one.trades[-1].trade_id for one in catching_up.taken()] == [newest]
    await catching_up.stop()
    await exchange.stop()


async def test_who_fetches_more_than_may_wait_goes_on_when_some_was_taken(settings: Settings) -> None:
    woken = asyncio.Event()
    catching_up = CatchingUp(woken.set)
    symbols = {f"{number}USDT": _missing(1, 2_000_000)[SYMBOL] for number in range(50)}
    catching_up.look(symbols)
    taken: list[FetchedTrades] = []
    async with asyncio.timeout(20):
        while len(taken) < len(symbols):
            await woken.wait()
            woken.clear()
            some = list(catching_up.taken())
            assert len(some) < len(symbols)
            taken += some
    assert {one.symbol for one in taken} == symbols.keys()
    await catching_up.stop()
