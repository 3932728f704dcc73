"""docs/protocol/trading.md and control.md: the market's data as those dialects write it; and every digit of it."""

import asyncio
import json
import re
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.conformance.asking.speaker import Speaker, speak
from tests.conformance.asking.spelling import CONTROL, DIALECTS, TRADING, Dialect, Seen
from tests.conformance.channels.market_values import CANDLE_FIELDS, MARKS, TICKER_FIELDS, WHERE_KNOWN
from tests.conformance.places import Place
from tests.conformance.rows import on_each_server, row

Digits = tuple[str, str]
"""Price and quantity of a trade, as they stand in a frame."""

TRADING_CHANNELS = {
    "TR-20": (
        "kline:SOLUSDT:1s", "kline",
        "symbol interval startTime endTime open high low close volume closed trades", ("startTime", "endTime"),
    ),
    "TR-21": (
        "ticker:ETHUSDT", "ticker", "symbol price priceChange priceChangePercent high low volume quoteVolume", (),
    ),
    "TR-22": ("trade:BTCUSDT", "trade", "symbol price quantity side tradeId time", ("time",)),
    "TR-23": ("depth:BNBUSDT", "depth", "symbol bids asks time", ("time",)),
    "TR-24": (
        "price:BTCUSDT", "price",
        "symbol price change24h changePercent24h high24h low24h volume24h timestamp", ("timestamp",),
    ),
}  # fmt: skip
CONTROL_CHANNELS = {
    "ZQ-21": [
        ("price:BTCUSDT", TRADING_CHANNELS["TR-24"][2], ("timestamp",)),
        ("ticker:ETHUSDT", TICKER_FIELDS, ("timestamp",)),
        ("klines:SOLUSDT:1s", CANDLE_FIELDS, ("time", "timestamp")),
        ("trades:BTCUSDT", "symbol price quantity side tradeId timestamp", ("timestamp",)),
        ("depth:BNBUSDT", "symbol bids asks timestamp", ("timestamp",)),
        ("market:overview", "symbols gainers losers volumes timestamp", ("timestamp",)),
    ]
}


async def first_events(client: Speaker, *channels: str) -> dict[str, Seen]:
    """Return the first event of each channel, but for what a gap that another test made leaves behind."""
    seen_of: dict[str, Seen] = {}
    while set(seen_of) != set(channels):
        seen = await client.event()
        if not seen.is_of_a_gap:
            seen_of.setdefault(seen.channel, seen)
    return seen_of


def check_data(data: dict[str, Any], fields: str, times: tuple[str, ...]) -> None:
    assert set(data) - WHERE_KNOWN == set(fields.split()) | MARKS
    assert (data["source"], data["simulated"]) == ("simulator", True)
    for name in times:
        TRADING.assert_is_now(data[name])


@row(*TRADING_CHANNELS, "GW-25")
@on_each_server
async def test_it_writes_the_market_for_charts(place: Place) -> None:
    async with speak(place, TRADING) as client:
        candle: dict[str, Any] = {}
        await client.ask(*(channel for channel, *_ in TRADING_CHANNELS.values()))
        seen_of = await first_events(client, *(channel for channel, *_ in TRADING_CHANNELS.values()))
        for channel, kind, fields, times in TRADING_CHANNELS.values():
            seen = seen_of[channel]
            assert (seen.type, seen.data["symbol"]) == (kind, channel.split(":")[1])
            check_data(seen.data, fields, times)
            candle = seen.data if kind == "kline" else candle
    assert (candle["interval"], candle["endTime"] - candle["startTime"]) == ("1s", 999)
    assert isinstance(candle["closed"], bool)
    assert isinstance(candle["trades"], int)


@row(*CONTROL_CHANNELS, "GW-25")
async def test_it_writes_the_market_for_the_trading_engine(place: Place) -> None:
    channels = CONTROL_CHANNELS["ZQ-21"]
    async with speak(place, CONTROL) as client:
        await client.ask(*(channel for channel, *_ in channels))
        seen_of = await first_events(client, *(channel for channel, *_ in channels))
        for channel, fields, times in channels:
            assert seen_of[channel].type == "update"
            check_data(seen_of[channel].data, fields, times)


@row("GW-84")
@on_each_server
async def test_it_hands_on_every_digit(place: Place) -> None:
    """From the exchange's frame to the client's, as they stand there: no digit is lost or made."""
    address = f"{place.deployment.exchange_socket_url}/ws/btcusdt@trade"
    sent: dict[str, Digits] = {}
    async with connect(address, max_queue=None) as exchange:
        reading = asyncio.create_task(take_trades(exchange, sent))
        try:
            received = await asyncio.gather(*(until_both_told(place, dialect, sent) for dialect in DIALECTS))
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
    for told in received:
        assert {trade: sent[trade] for trade in told} == told


async def take_trades(exchange: ClientConnection, sent: dict[str, Digits]) -> None:
    """Note price and quantity of the exchange's trades by their number, for as long as this runs."""
    async for text in exchange:
        frame = json.loads(text)
        sent[str(frame["t"])] = (frame["p"], frame["q"])


async def until_both_told(place: Place, dialect: Dialect, sent: dict[str, Digits]) -> dict[str, Digits]:
    """Return the digits of four trades by their number, as they stand in the client's frames: such as were `sent`."""
    async with speak(place, dialect) as client:  # each event comes within the limit; how long four take is up to chance
        await client.ask("trades:BTCUSDT")
        told: dict[str, Digits] = {}
        while len(told.keys() & sent.keys()) < 4:
            await client.event("trades:BTCUSDT")
            text = client.texts[-1]
            if '"tradeId"' in text:
                told[written(text, "tradeId")] = (written(text, "price"), written(text, "quantity"))
    return {trade: digits for trade, digits in told.items() if trade in sent}


def written(text: str, field: str) -> str:
    found = re.search(rf'"{field}":(-?[0-9.]+)[,}}]', text)
    assert found, (field, text)
    return found[1]
