"""The largest answers of the platform fit into the largest frame that the client takes."""

import msgspec
import pytest

from streaming.events import Interval
from streaming.gateway.commands.market_answers import HistoryAnswer, history_answer
from streaming.market.candles.candles_json import candles_json
from streaming.market.history.history import HistoryPage
from streaming.market.parameters import MAXIMUM_CANDLES, HistoryQuery
from streaming.market.sources.answers import KlineRow
from streaming.numbers import MAXIMUM_DIGITS, MAXIMUM_EXPONENT, exact_decimal
from tests.processes import ROOT
from tests.python_client.hostile_server import WELCOME, Peer, server_that
from tidewire_client import ClientOptions, TidewireClient
from tidewire_client.errors import CommandClosedError

LONGEST = exact_decimal(f"-{'9' * MAXIMUM_DIGITS}e{MAXIMUM_EXPONENT}")
LATEST = 10**14
SYMBOL = "S" * 64


def _history() -> HistoryAnswer:
    """Return a `market.history` of as many candles as one can ask for, of the longest numbers that there are."""
    candle = KlineRow(
        open_time=LATEST,
        open=LONGEST,
        high=LONGEST,
        low=LONGEST,
        close=LONGEST,
        volume=LONGEST,
        close_time=LATEST,
        quote_volume=LONGEST,
        trades=1,
    )
    query = HistoryQuery(symbol=SYMBOL, interval=Interval.MINUTE_15, limit=MAXIMUM_CANDLES)
    return history_answer(HistoryPage(query=query, candles=candles_json([candle] * MAXIMUM_CANDLES)))


async def _answer(peer: Peer) -> None:
    await peer.say(WELCOME)
    command = await peer.expect("command")
    answer = {"type": "response", "id": command["id"], "success": True, "data": _history()}
    await peer.say(msgspec.json.encode(answer).decode())
    await peer.answer_pings()


async def test_the_largest_history_comes_whole() -> None:
    async with server_that(_answer) as server, TidewireClient(server.url) as client:
        history = await client.command("market.history", {"symbol": SYMBOL})
    assert history["candles"] == [[LATEST, *[int(LONGEST)] * 5]] * MAXIMUM_CANDLES


def test_the_readme_tells_how_large_it_is() -> None:
    readme = (ROOT / "clients" / "python" / "README.md").read_text(encoding="utf-8")
    size = len(msgspec.json.encode(_history()))
    assert f"the longest `market.history` has {size / 1000:.0f} kB at most" in readme


async def test_a_smaller_limit_does_not_take_it() -> None:
    options = ClientOptions(maximum_frame_bytes=300_000, maximum_attempts=0, close_timeout=0.2)
    async with server_that(_answer) as server, TidewireClient(server.url, options=options) as client:
        with pytest.raises(CommandClosedError):
            await client.command("market.history", {"symbol": SYMBOL}, timeout=5)
        error = await client.wait_disconnected()
    assert error is not None
    assert "1009" in error.message
