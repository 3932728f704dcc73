"""From a REST body of Kraken's to typed values."""

import json
from decimal import Decimal

import pytest

from streaming.events import Interval, Side
from streaming.market.sources.errors import ParseError
from streaming.market.sources.kraken.rest_parser import (
    RestRefusedError,
    parse_candles,
    parse_pairs,
    parse_result,
    parse_ticker,
    parse_trades,
)
from tests.exchange_rules.rules import rule

PAIR = {
    "altname": "XDGUSD", "wsname": "XDG/USD", "base": "XXDG", "quote": "ZUSD", "lot_decimals": 8,
    "tick_size": "0.0000001", "ordermin": "50", "costmin": "0.5", "status": "online",
}  # fmt: skip


def answer(result: object) -> str:
    """Return the body of an answer."""
    return json.dumps({"error": [], "result": result})


@rule("K.7")
@pytest.mark.parametrize("code", ["EQuery:Unknown asset pair", "EGeneral:Too many requests"])
def test_an_error_comes_in_an_answer_of_http_200(code: str) -> None:
    with pytest.raises(RestRefusedError) as refused:
        parse_result(json.dumps({"error": [code]}))
    assert refused.value.code == code


@rule("K.7", "K.6")
@pytest.mark.parametrize("key", ["XXBTZUSD", "XBTUSD", "BTC/USD"])
def test_candles_are_under_the_only_key_besides_last_those_without_trades_too(key: str) -> None:
    row = [1762777020, "106038.2", "106038.2", "106038.2", "106038.2", "0.0", "0.00000000", 0]
    (candle,) = parse_candles(answer({key: [row], "last": 1762777020}), symbol="BTC/USD", interval=Interval.MINUTE_1)
    assert (candle.open_time, candle.trades, format(candle.volume, "f")) == (1762777020000, 0, "0.00000000")


@rule("K.7")
def test_a_trades_time_is_in_seconds_with_a_fraction_and_its_side_the_takers() -> None:
    rows = '[["105433.60000","0.00027625",1762795433.9717445,"b","l","",10218208]]'
    (trade,) = parse_trades('{"error":[],"result":{"XBTUSDT":' + rows + ',"last":"1762820035982277754"}}')
    assert (trade.time, trade.side, trade.trade_id) == (1762795433971, Side.BUY, 10218208)


@rule("K.1")
def test_pairs_are_named_as_on_the_feed() -> None:
    (pair,) = parse_pairs(answer({"XDGUSD": PAIR})).pairs
    assert (pair.symbol, pair.base, pair.quote, pair.is_tradable) == ("DOGE/USD", "DOGE", "USD", True)
    assert format(pair.quantity_step or 0, "f") == "0.00000001"


@pytest.mark.parametrize("odd", [[], {**PAIR, "wsname": None}, {**PAIR, "lot_decimals": 10**9}])
def test_an_odd_pair_is_left_out_and_counted(odd: object) -> None:
    found = parse_pairs(answer({"XDGUSD": PAIR, "ODD": odd}))
    assert ([pair.symbol for pair in found.pairs], found.unreadable) == (["DOGE/USD"], 1)


def test_a_ticker_has_the_last_24_hours_behind_today() -> None:
    row = {
        "a": ["101", "1", "1"], "b": ["100", "1", "1"], "c": ["100.50", "2"], "v": ["1", "20.5"], "p": ["90", "95.1"],
        "t": [1, 2], "l": ["80", "70"], "h": ["110", "120"], "o": "99",
    }  # fmt: skip
    day = parse_ticker(answer({"XXBTZUSD": row}))
    assert (day.price, day.bid, day.ask) == (Decimal("100.50"), Decimal(100), Decimal(101))
    assert (day.low, day.high, day.volume) == (Decimal(70), Decimal(120), Decimal("20.5"))


@pytest.mark.parametrize("result", [{}, {"A": {}}, {"A": {"c": []}}])
def test_it_refuses_what_is_no_ticker(result: object) -> None:
    with pytest.raises(ParseError):
        parse_ticker(answer(result))


@pytest.mark.parametrize("body", ["", "[]", answer([]), answer({}), answer({"A": [], "B": []}), answer({"A": [[1]]})])
def test_it_refuses_what_are_no_candles(body: str) -> None:
    with pytest.raises(ParseError):
        parse_candles(body, symbol="BTC/USD", interval=Interval.MINUTE_1)
