"""The market is deterministic, believable, and consistent with itself."""

from collections import Counter
from decimal import Decimal

import pytest

from streaming.simulator.candles.candles import SECOND
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.market.market import LONGEST_CATCH_UP, STEP, Market, Step
from streaming.simulator.market.matching import Trade

START = 1_795_003_200_000


def opened(seed: int = 1, speed: float = 1.0, symbols: int = 2) -> Market:
    market = Market(seed=seed, start=START, speed=speed, instruments=INSTRUMENTS[:symbols])
    list(market.open_each())
    return market


def trades_of(steps: list[Step], symbol: str = "BTCUSDT") -> list[Trade]:
    return [trade for step in steps for trade in step.symbols[symbol].trades]


def test_it_makes_the_same_trades_from_the_same_seed_whatever_the_pace_of_the_clock() -> None:
    at_once = trades_of(list(opened().steps_until(START + 20 * SECOND)))
    slowly, market = [], opened()
    for now in range(START, START + 20 * SECOND + 1, 37):
        slowly += trades_of(list(market.steps_until(now)))
    slowly += trades_of(list(market.steps_until(START + 20 * SECOND)))
    assert at_once == slowly
    assert len(at_once) > 20


def test_it_makes_other_trades_from_another_seed() -> None:
    assert trades_of(list(opened(1).steps_until(START + 5 * SECOND))) != trades_of(
        list(opened(2).steps_until(START + 5 * SECOND))
    )


def test_it_never_shows_a_crossed_or_an_empty_book() -> None:
    market = opened(speed=20.0, symbols=9)
    for _ in market.steps_until(START + 20 * SECOND):
        for symbol in market.symbols.values():
            bid, ask = symbol.book.bids.best, symbol.book.asks.best
            assert bid is not None
            assert ask is not None
            assert bid.price < ask.price
            assert min(len(symbol.book.bids), len(symbol.book.asks)) >= 10


def test_it_counts_in_candles_and_in_the_24_hours_exactly_what_was_traded() -> None:
    market = opened()
    symbol = market.symbols["BTCUSDT"]
    minute, day = symbol.candles.running("1m").snapshot(), symbol.day().candle
    trades = trades_of(list(market.steps_until(START + 30 * SECOND)))
    volume, amount = sum(trade.quantity for trade in trades), sum(trade.amount for trade in trades)
    seconds = symbol.candles.rows("1s", START, None, 100)
    assert [sum(candle.volume for candle in seconds), sum(candle.trades for candle in seconds)] == [
        volume,
        len(trades),
    ]
    for before, after in ((minute, symbol.candles.running("1m").snapshot()), (day, symbol.day().candle)):
        assert after.volume - before.volume == volume
        assert after.quote_volume - before.quote_volume == amount
        assert after.trades - before.trades == len(trades)
    assert symbol.day().last_price == trades[-1].price
    assert symbol.day().last_quantity == trades[-1].quantity


def test_it_tells_every_trade_once_in_order_within_its_step() -> None:
    market = opened()
    next_id = market.symbols["BTCUSDT"].candles.next_trade_id
    for step in market.steps_until(START + 20 * SECOND):
        for trade in step.symbols["BTCUSDT"].trades:
            assert trade.trade_id == next_id
            assert step.time - STEP <= trade.time < step.time
            next_id += 1


def test_it_gathers_trades_of_one_taker_and_price_into_aggregates() -> None:
    market = opened(speed=10.0)
    for step in market.steps_until(START + 5 * SECOND):
        brought = step.symbols["BTCUSDT"]
        taken = Counter[tuple[int, int]]()
        for trade in brought.trades:
            taken[trade.taker_order_id, trade.price] += trade.quantity
        assert [aggregate.quantity for aggregate in brought.aggregates] == list(taken.values())
        ids = [
            trade_id
            for aggregate in brought.aggregates
            for trade_id in range(aggregate.first_trade_id, aggregate.last_trade_id + 1)
        ]
        assert ids == [trade.trade_id for trade in brought.trades]


def test_it_is_lively_and_moves_every_second() -> None:
    market = opened(symbols=9)
    closes, counts = [], Counter[str]()
    for step in market.steps_until(START + 60 * SECOND):
        counts.update({name: len(brought.trades) for name, brought in step.symbols.items()})
        if step.time % SECOND == 0:
            closes.append(market.symbols["BTCUSDT"].candles.last_close)
    assert counts["BTCUSDT"] > 3 * 60
    assert min(counts.values()) > 10
    assert len(set(closes)) > 40


def test_it_moves_symbols_of_one_asset_together() -> None:
    market = opened(speed=20.0, symbols=9)
    for _ in market.steps_until(START + 30 * SECOND):
        tether, dollar_coin = (market.symbols[name].candles.last_close for name in ("BTCUSDT", "BTCUSDC"))
        assert abs(tether - dollar_coin) < tether * 0.002


def test_it_trades_more_at_a_higher_speed() -> None:
    usual, fast = (trades_of(list(opened(speed=speed).steps_until(START + 10 * SECOND))) for speed in (1.0, 30.0))
    assert len(fast) > 5 * len(usual)


def test_it_resumes_after_a_long_sleep_without_inventing_trades() -> None:
    market = opened()
    last = trades_of(list(market.steps_until(START + SECOND)))
    woken = START + LONGEST_CATCH_UP * 3
    steps = list(market.steps_until(woken))
    assert market.time == woken
    assert len(steps) < 30
    symbol = market.symbols["BTCUSDT"]
    quiet = symbol.candles.rows("1m", START + LONGEST_CATCH_UP, None, 1)[0]
    assert (quiet.trades, quiet.close) == (0, last[-1].price)
    assert trades_of(steps)[0].trade_id == last[-1].trade_id + 1


def test_it_keeps_prices_on_ticks_and_quantities_on_steps() -> None:
    market = opened(symbols=9)
    for step in market.steps_until(START + 5 * SECOND):
        for name, brought in step.symbols.items():
            instrument = market.symbols[name].instrument
            for trade in brought.trades:
                tick, size = Decimal(instrument.price_text(1)), Decimal(instrument.quantity_text(1))
                assert Decimal(instrument.price_text(trade.price)) % tick == 0
                assert Decimal(instrument.quantity_text(trade.quantity)) % size == 0


@pytest.mark.parametrize(("start", "speed", "message"), [(START + 1, 1.0, "whole second"), (START, 0.0, "speed")])
def test_it_refuses_what_makes_no_market(start: int, speed: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Market(seed=1, start=start, speed=speed)
