"""REST bodies and archive lines of the exchange, read or refused."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Side
from streaming.market.sources.binance import rest_parser
from streaming.market.sources.errors import ParseError
from tests.market import frames

ROW = [frames.NOW, "1.10", "1.20", "1.00", "1.15", "33.0", frames.NOW + 59_999, "37.95", 4, "1", "1", "0"]
PARSERS: list[Callable[[str | bytes], Any]] = [
    lambda body: list(rest_parser.each_kline(body)),
    rest_parser.parse_exchange_info, rest_parser.parse_depth, rest_parser.parse_trades,
    rest_parser.parse_day_ticker, rest_parser.parse_time, rest_parser.parse_error,
]  # fmt: skip


def test_it_reads_candles_with_all_their_digits() -> None:
    (row,) = rest_parser.each_kline(json.dumps([ROW]))
    assert (row.open_time, row.close_time, row.trades) == (frames.NOW, frames.NOW + 59_999, 4)
    assert [str(n) for n in (row.open, row.high, row.low, row.close, row.volume)] == [
        "1.10",
        "1.20",
        "1.00",
        "1.15",
        "33.0",
    ]


def test_it_reads_an_archive_line_in_micro_or_milliseconds_and_passes_a_header() -> None:
    line = "1735689600000000,4.15,4.16,4.14,4.15,539.23,1735693199999999,2240.39,13,401.8,1669.9,0"
    row = rest_parser.parse_csv_kline(line + "\n")
    assert row is not None
    assert (row.open_time, row.close_time, str(row.open)) == (1735689600000, 1735693199999, "4.15")
    old = rest_parser.parse_csv_kline(line.replace("000000,4.15,", "000,4.15,").replace("999999,", "999,"))
    assert old == row
    assert rest_parser.parse_csv_kline("open_time,open,high,low,close") is None
    with pytest.raises(ParseError):
        rest_parser.parse_csv_kline(f"\u0661{line[1:]}")


def test_it_reads_the_symbols_that_can_be_read_and_counts_the_others() -> None:
    odd = [{"symbol": "X"}, 7, None, {**frames.symbol_info("LONGUSDT"), "symbol": "A" * 65}]
    symbols = [
        frames.symbol_info("BTCUSDT"),
        *odd,
        frames.symbol_info("币安USDT"),
        frames.symbol_info("BTCUSDT", "BREAK"),
    ]
    info = rest_parser.parse_exchange_info(json.dumps({"symbols": symbols}))
    assert [symbol.name for symbol in info.symbols] == ["BTCUSDT", "币安USDT"]
    assert info.symbols[0].status == "BREAK"
    assert info.unreadable == len(odd)


@pytest.mark.parametrize("name", ["A\x00B", " ", "A B ", "\u202eBTC", "A\nB", "\x7f", "A\ud800", "\udfff"])
@pytest.mark.parametrize("field", ["symbol", "status", "baseAsset", "quoteAsset"])
def test_it_leaves_out_a_symbol_that_could_not_be_stored_or_shown(field: str, name: str) -> None:
    symbols = [frames.symbol_info("BTCUSDT"), {**frames.symbol_info("ETHUSDT"), field: name}]
    info = rest_parser.parse_exchange_info(json.dumps({"symbols": symbols}))
    assert [symbol.name for symbol in info.symbols] == ["BTCUSDT"]
    assert info.unreadable == 1


def test_it_reads_the_sizes_of_a_symbol_and_does_without_those_it_cannot_read() -> None:
    symbol = frames.symbol_info("BTCUSDT")
    (whole,) = rest_parser.parse_exchange_info(json.dumps({"symbols": [symbol]})).symbols
    assert (whole.minimum_quantity, whole.maximum_quantity) == (Decimal("0.00001"), Decimal(9000))
    symbol["filters"] += [7, {"filterType": "LOT_SIZE", "stepSize": "NaN"}, {"filterType": []}]
    (read,) = rest_parser.parse_exchange_info(json.dumps({"symbols": [symbol]})).symbols
    assert (read.tick_size, read.step_size, read.minimum_notional) == (Decimal("0.01"), None, Decimal(5))
    assert (read.minimum_quantity, read.maximum_quantity) == (None, None)
    del symbol["filters"]
    (bare,) = rest_parser.parse_exchange_info(json.dumps({"symbols": [symbol]})).symbols
    assert (bare.name, bare.tick_size) == ("BTCUSDT", None)


@pytest.mark.parametrize(
    ("filters", "multipliers", "maximum_orders"),
    [
        (
            [
                {
                    "filterType": "PERCENT_PRICE_BY_SIDE",
                    "bidMultiplierUp": "5",
                    "bidMultiplierDown": "0.2",
                    "askMultiplierUp": "3",
                    "askMultiplierDown": "0.5",
                },
                {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
            ],
            ("0.2", "5", "0.5", "3"),
            200,
        ),
        (
            [{"filterType": "PERCENT_PRICE", "multiplierUp": "1.3", "multiplierDown": "0.7"}],
            ("0.7", "1.3", "0.7", "1.3"),
            None,
        ),
        ([{"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 2**40}, {"filterType": "MAX_NUM_ORDERS"}], None, None),
    ],
)
def test_it_reads_how_far_a_price_may_be_from_the_market_and_how_many_orders_may_be_open(
    filters: list[dict[str, Any]], multipliers: tuple[str, ...] | None, maximum_orders: int | None
) -> None:
    symbol = {**frames.symbol_info("BTCUSDT"), "filters": filters}
    (read,) = rest_parser.parse_exchange_info(json.dumps({"symbols": [symbol]})).symbols
    found = (read.bid_multiplier_down, read.bid_multiplier_up, read.ask_multiplier_down, read.ask_multiplier_up)
    assert found == (tuple(map(Decimal, multipliers)) if multipliers else (None,) * 4)
    assert read.maximum_orders == maximum_orders


def test_it_reads_trades_and_their_taker() -> None:
    row = {"id": 7, "price": "1.10", "qty": "2.0", "time": frames.NOW, "isBuyerMaker": True}
    (trade,) = rest_parser.parse_trades(json.dumps([row]))
    assert (trade.trade_id, str(trade.price), trade.taker_side) == (7, "1.10", Side.SELL)


def test_it_reads_a_refusal() -> None:
    error = rest_parser.parse_error('{"code":-1121,"msg":"Invalid symbol."}')
    assert (error.code, error.message) == (-1121, "Invalid symbol.")


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize("body", ["", "<html>", "7", "null", "[7]", "[[1]]", '[{"a":1}]', "[" * 100_000, b"\xff"])
def test_it_refuses_what_it_cannot_read(parse: Callable[[str | bytes], Any], body: str | bytes) -> None:
    with pytest.raises(ParseError):
        parse(body)


@pytest.mark.parametrize("line", ["1", "1,2,3", "1735689600000,NaN,1,1,1,1,1735689600999,1,1", "9" * 5000 + ",1"])
def test_it_refuses_a_damaged_archive_line(line: str) -> None:
    with pytest.raises(ParseError):
        rest_parser.parse_csv_kline(line)


@given(st.sampled_from(PARSERS), st.text() | st.binary())
def test_it_raises_nothing_but_its_own_error(parse: Callable[[str | bytes], Any], body: str | bytes) -> None:
    try:
        parse(body)
    except ParseError as error:
        assert str(error)


@given(st.text())
def test_it_raises_nothing_but_its_own_error_on_an_archive_line(line: str) -> None:
    try:
        rest_parser.parse_csv_kline(line)
    except ParseError as error:
        assert str(error)
