"""The market at a glance."""

from decimal import Decimal

import pytest

from streaming.clock import SystemClock
from streaming.events import Overview, Source
from streaming.market.sources.binance.interpreter import BinanceInterpreter
from streaming.market.sources.binance.messages import MiniTickerMessage, Several
from streaming.market.sources.binance.overview import MarketOverview
from streaming.market.sources.messages import Received
from streaming.market.sources.percent import percent_change
from streaming.market.sources.source import DuplicateLimits
from tests.exchange_rules.rules import rule
from tests.market.frames import NOW

HOUR = 3_600_000
"""In milliseconds."""


def ticker(
    symbol: str, *, price: str, before: str = "100", quote_volume: str = "1", time: int = NOW
) -> MiniTickerMessage:
    """Return what the exchange says of a symbol."""
    number = Decimal(price)
    return MiniTickerMessage(
        symbol=symbol, event_time=time, price=number, open=Decimal(before), high=number, low=number,
        volume=Decimal(5), quote_volume=Decimal(quote_volume),
    )  # fmt: skip


def event_of(overview: MarketOverview) -> Overview:
    """Return the overview's event, which there is."""
    event = overview.event(Source.BINANCE)
    assert event is not None
    return event


def test_it_shows_the_largest_by_quote_volume() -> None:
    overview = MarketOverview(largest=2)
    overview.update([ticker("A", price="1", quote_volume="10"), ticker("B", price="1", quote_volume="30")])
    overview.update([ticker("C", price="1", quote_volume="20")])
    event = event_of(overview)
    assert [row.symbol for row in event.rows] == ["B", "C"]
    assert event.volumes == ("B", "C")


def test_it_shows_the_fifty_largest_where_nothing_else_is_said() -> None:
    overview = MarketOverview()
    overview.update(ticker(f"S{number}", price="1", quote_volume=str(number)) for number in range(60))
    event = event_of(overview)
    assert [row.symbol for row in event.rows] == [f"S{number}" for number in range(59, 9, -1)]
    assert event.volumes == tuple(f"S{number}" for number in range(59, 49, -1))


def test_it_shows_the_symbols_that_were_chosen_in_their_order() -> None:
    overview = MarketOverview(["C", "A", "MISSING"])
    overview.update([ticker(name, price="1") for name in "ABC"])
    assert [row.symbol for row in event_of(overview).rows] == ["C", "A"]


def test_it_ranks_gainers_and_losers() -> None:
    overview = MarketOverview(top=2)
    prices = {"UP": "110", "MORE": "120", "MOST": "130", "SAME": "100", "DOWN": "90", "LEAST": "50"}
    overview.update([ticker(name, price=price) for name, price in prices.items()])
    event = event_of(overview)
    assert event.gainers == ("MOST", "MORE")
    assert event.losers == ("LEAST", "DOWN")
    assert {row.symbol: str(row.change_percent) for row in event.rows}["DOWN"] == "-10.000"


@rule("1.4.4")
def test_it_keeps_what_did_not_change_and_the_newest_of_what_did() -> None:
    overview = MarketOverview()
    overview.update([ticker("A", price="1"), ticker("B", price="1")])
    overview.update([ticker("B", price="2", time=NOW + 1000), ticker("A", price="9", time=NOW - 1)])
    event = event_of(overview)
    assert {row.symbol: str(row.price) for row in event.rows} == {"A": "1", "B": "2"}
    assert event.time == NOW + 1000


def test_it_forgets_a_symbol_that_was_silent_for_a_day() -> None:
    overview = MarketOverview()
    overview.update([ticker("GONE", price="1"), ticker("A", price="1", time=NOW + 86_400_001)])
    assert [row.symbol for row in event_of(overview).rows] == ["A"]


def prices_of(event: Overview) -> dict[str, str]:
    """Return the price of each row."""
    return {row.symbol: str(row.price) for row in event.rows}


def test_it_begins_anew_with_the_exchanges_clock() -> None:
    overview = MarketOverview()
    overview.update([ticker("A", price="1"), ticker("B", price="1")])
    overview.update([ticker("A", price="2", time=NOW - HOUR)])
    event = event_of(overview)
    assert (prices_of(event), event.time) == ({"A": "2"}, NOW - HOUR)
    overview.update([ticker("B", price="2", time=NOW - HOUR + 1000)])
    assert prices_of(event_of(overview)) == {"A": "2", "B": "2"}


def test_it_takes_a_message_for_old_whose_times_are_hardly_behind() -> None:
    overview = MarketOverview(clock_anew=5)
    overview.update([ticker("A", price="1"), ticker("B", price="1")])
    overview.update([ticker("A", price="9", time=NOW - 5000)])
    event = event_of(overview)
    assert (prices_of(event), event.time) == ({"A": "1", "B": "1"}, NOW)


def test_one_old_ticker_beside_newer_ones_is_no_new_clock() -> None:
    overview = MarketOverview()
    overview.update([ticker("A", price="1"), ticker("B", price="1")])
    overview.update([ticker("A", price="9", time=NOW - HOUR), ticker("C", price="1")])
    assert prices_of(event_of(overview)) == {"A": "1", "B": "1", "C": "1"}


def test_it_shows_the_market_again_after_a_time_that_was_wrong() -> None:
    overview = MarketOverview()
    overview.update([ticker("A", price="1", time=NOW + 365 * 24 * HOUR)])
    event_of(overview)
    overview.update([ticker("A", price="2", time=NOW + 1000), ticker("B", price="2", time=NOW + 1000)])
    event = event_of(overview)
    assert (prices_of(event), event.time) == ({"A": "2", "B": "2"}, NOW + 1000)


def test_its_clock_is_believed_as_the_limits_of_its_bridge_say() -> None:
    made = BinanceInterpreter(
        Source.BINANCE, overview_symbols=(), limits=DuplicateLimits(clock_anew=5), clock=SystemClock()
    )
    times = []
    for time in (NOW, NOW - 5001):
        received = Received(stream="!miniTicker@arr", message=Several(messages=(ticker("A", price="1", time=time),)))
        times += [event.time for _, event in made.events_of(received, received_at=NOW)]
    assert times == [NOW, NOW - 5001]


def test_it_says_nothing_before_it_knows_anything() -> None:
    assert MarketOverview().event(Source.BINANCE) is None


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [("100", "100.5", "0.500"), ("3", "4", "33.333"), ("0", "5", "0"), ("1", "0", "-100.000")],
)
def test_it_computes_the_change_to_three_places(before: str, after: str, expected: str) -> None:
    assert str(percent_change(Decimal(before), Decimal(after))) == expected


def test_it_computes_a_change_beyond_all_measure() -> None:
    assert percent_change(Decimal("1e-30"), Decimal("1e30")) > 10**60
