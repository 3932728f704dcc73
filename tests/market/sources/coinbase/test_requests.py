"""What Coinbase is asked for."""

import json

from streaming.market.sources.coinbase.requests import request
from streaming.market.sources.coinbase.stream_names import stream_name
from tests.exchange_rules.rules import rule


@rule("C.1", "C.2")
def test_it_asks_for_each_channel_with_its_own_products_and_without_an_id() -> None:
    streams = ["BTC-USD@matches", "BTC-USD@heartbeat", "ETH-USD@matches", "status"]
    assert json.loads(request("subscribe", streams)) == {
        "type": "subscribe",
        "channels": [
            {"name": "matches", "product_ids": ["BTC-USD", "ETH-USD"]},
            {"name": "heartbeat", "product_ids": ["BTC-USD"]},
            {"name": "status"},
        ],
    }


@rule("C.2")
def test_it_asks_for_the_end_of_streams_in_the_same_shape() -> None:
    asked = {"type": "unsubscribe", "channels": [{"name": "ticker", "product_ids": ["ETH-BTC"]}]}
    assert json.loads(request("unsubscribe", ["ETH-BTC@ticker"])) == asked


@rule("C.1", "C.3")
def test_it_names_a_stream_as_it_was_asked_for() -> None:
    assert stream_name("BTC-USD", "level2_50") == stream_name("BTC-USD", "level2_batch") == "BTC-USD@level2_batch"
    assert stream_name("", "status") == "status"
