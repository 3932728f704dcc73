"""From a REST body of Coinbase's to typed values."""

import json
from decimal import Decimal

import pytest

from streaming.events import Side
from streaming.market.sources.coinbase.rest_parser import (
    parse_candles,
    parse_error,
    parse_product,
    parse_products,
    parse_time,
    parse_trades,
)
from streaming.market.sources.errors import ParseError
from tests.exchange_rules.rules import rule

STEP = Decimal("0.00000001")
PRODUCT = {
    "id": "BTC-USD", "base_currency": "BTC", "quote_currency": "USD", "quote_increment": "0.01",
    "base_increment": "0.00000001", "min_market_funds": "1", "status": "online", "post_only": False,
    "limit_only": True, "cancel_only": False, "trading_disabled": False,
}  # fmt: skip


@rule("C.8")
def test_candles_have_their_columns_in_the_exchanges_order_and_come_newest_first() -> None:
    body = b"[[120,10106,10130,10129.99,10106.01,4.727521520000001],[60,1,4,2,3,5]]"
    older, newer = parse_candles(body, quantity_step=STEP)
    assert (older.open_time, newer.open_time) == (60_000, 120_000)
    assert [newer.low, newer.high, newer.open, newer.close] == list(
        map(Decimal, ("10106", "10130", "10129.99", "10106.01"))
    )
    assert str(newer.volume) == "4.72752152"


@rule("C.4", "C.8")
def test_trades_come_newest_first_and_name_the_maker() -> None:
    row = {"time": "2020-02-17T07:23:16.353Z", "price": "9042.88000000", "size": "0.00846511", "side": "sell"}
    trades = parse_trades(json.dumps([{**row, "trade_id": 8}, {**row, "trade_id": 7, "side": "buy"}]))
    assert [(one.trade_id, one.side) for one in trades] == [(7, Side.SELL), (8, Side.BUY)]


@rule("C.8")
@pytest.mark.parametrize(
    ("changed", "is_tradable"),
    [
        ({}, True),
        ({"status": "offline"}, False),
        ({"cancel_only": True}, False),
        ({"post_only": True}, False),
        ({"trading_disabled": True}, False),
        ({"auction_mode": True}, False),
    ],
)
def test_a_product_trades_while_it_is_online_and_nothing_holds_it(
    changed: dict[str, object], is_tradable: bool
) -> None:
    assert parse_product(json.dumps({**PRODUCT, **changed})).is_tradable is is_tradable


def test_odd_products_are_left_out_and_counted() -> None:
    listed = parse_products(json.dumps([PRODUCT, {"id": ""}, 7]))
    assert ([one.symbol for one in listed.products], listed.unreadable) == (["BTC-USD"], 2)


@rule("C.8")
def test_a_refusal_is_words_alone() -> None:
    assert parse_error(b'{"message":"NotFound"}') == "NotFound"
    assert parse_time(b'{"iso":"2026-09-30T02:03:44.122Z","epoch":1790733824.122}') == 1790733824122


@pytest.mark.parametrize("body", [b"", b"{}", b"[[1]]", b'[["60",1,1,1,1,1]]', b"[[60,1,1,1,1,null]]"])
def test_it_refuses_what_are_no_candles(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse_candles(body, quantity_step=STEP)
