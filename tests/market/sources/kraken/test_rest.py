"""Kraken's REST: what it is asked, and what its refusals mean."""

import asyncio
import json
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from streaming.clock import SystemClock
from streaming.events import Interval, Source
from streaming.market.sources.errors import ExchangeBusyError, ExchangeUnavailableError, QuestionRefusedError
from streaming.market.sources.kraken.rest import KrakenRest
from streaming.market.sources.kraken.source import KrakenSource
from streaming.market.sources.rest.client import ExchangeRest
from streaming.market.sources.rest.weight_budget import WeightBudget
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock
from tests.market.sources.kraken.scripted_kraken import ScriptedKraken, answer
from tests.waiting import LIMIT_SECONDS

OHLC, TRADES = "/0/public/OHLC", "/0/public/Trades"
MINUTE = 1_783_465_200
"""In seconds."""


@pytest.fixture
async def kraken() -> AsyncIterator[ScriptedKraken]:
    """Run a Kraken."""
    scripted = ScriptedKraken()
    await scripted.start()
    yield scripted
    await scripted.stop()


@pytest.fixture
def rest(kraken: ScriptedKraken) -> KrakenRest:
    """Return its interface, with a budget that no test uses up."""
    clock = SystemClock()
    return KrakenRest(ExchangeRest(kraken.rest_url, timeout=LIMIT_SECONDS, budget=WeightBudget(10_000, clock)), clock)


def candle(minute: int) -> list[object]:
    """Return a row of `OHLC`."""
    return [MINUTE + minute * 60, "10.0", "12.0", "9.0", "11.0", "10.5", "2.00000000", 3]


def trade(number: int) -> list[object]:
    """Return a row of `Trades`: one is made each second."""
    return ["10.0", "1.00000000", MINUTE + number, "s", "l", "", number]


async def test_a_pair_has_the_least_order_that_the_exchange_takes_of_it(rest: KrakenRest) -> None:
    btc = (await rest.symbols()).symbols[0]
    assert (btc.name, btc.minimum_quantity, btc.minimum_notional) == ("BTC/USD", Decimal("0.0001"), Decimal("0.5"))
    assert btc.maximum_quantity is None


@rule("K.13")
async def test_candles_are_those_of_the_range_oldest_first(kraken: ScriptedKraken, rest: KrakenRest) -> None:
    kraken.rest[OHLC] = answer({"XXBTZUSD": [candle(minute) for minute in range(5)], "last": MINUTE})
    start, end = (MINUTE + 60) * 1000, (MINUTE + 240) * 1000
    rows = await rest.candles("BTC/USD", Interval.MINUTE_1, start=start, end=end, limit=2)
    assert [row.open_time for row in rows] == [start, start + 60_000]
    assert (str(rows[0].quote_volume), rows[0].close_time) == ("21.00000000", start + 59_999)
    newest = await rest.candles("BTC/USD", Interval.MINUTE_1, limit=2)
    assert [row.open_time for row in newest] == [start + 120_000, start + 180_000]
    assert kraken.rest_requests[0] == f"{OHLC}?pair=XBTUSD&interval=1"


@rule("K.13")
async def test_an_interval_that_it_has_no_candles_of_is_not_asked_for(kraken: ScriptedKraken, rest: KrakenRest) -> None:
    with pytest.raises(QuestionRefusedError) as refused:
        await rest.candles("BTC/USD", Interval.MINUTE_3, limit=2)
    assert refused.value.message == "Kraken has no candles of 3m"
    assert not kraken.rest_requests


@rule("K.13")
async def test_old_trades_are_found_by_their_time(kraken: ScriptedKraken, rest: KrakenRest) -> None:
    newest = [trade(number) for number in range(9_000, 10_000)]
    before = [trade(number) for number in range(900, 1_900)]
    after = [trade(number) for number in range(1_899, 2_899)]
    kraken.rest_first[TRADES] = [answer({"XBT/USD": rows, "last": "1"}) for rows in (newest, before, after)]
    rows = await rest.trades_from("BTC/USD", 1_500)
    assert (len(rows), rows[0].trade_id, rows[-1].trade_id) == (1_000, 1_500, 2_499)
    times = [int(path.rpartition("since=")[2]) for path in kraken.rest_requests[1:]]
    assert times[0] < (MINUTE + 1_500) * 10**9
    assert times[1] == (MINUTE + 1_899) * 10**9 - 1


async def test_trades_up_to_the_newest_are_all_that_there_are(kraken: ScriptedKraken, rest: KrakenRest) -> None:
    kraken.rest[TRADES] = answer({"XBT/USD": [trade(number) for number in range(7, 10)], "last": "1"})
    assert [row.trade_id for row in await rest.trades_from("BTC/USD", 8)] == [8, 9]
    kraken.rest[TRADES] = answer({"XBT/USD": [], "last": "1"})
    assert await rest.trades_from("BTC/USD", 8) == ()


@rule("K.13")
async def test_a_tickers_open_is_that_of_a_day_ago(kraken: ScriptedKraken, rest: KrakenRest) -> None:
    now = SystemClock().now_ms() // 1000
    row = {
        "a": ["101", "1", "1"], "b": ["100", "1", "1"], "c": ["100.50", "2"], "v": ["1", "20.5"], "p": ["90", "95.1"],
        "t": [1, 2], "l": ["80", "70"], "h": ["110", "120"], "o": "99",
    }  # fmt: skip
    kraken.rest["/0/public/Ticker"] = answer({"XXBTZUSD": row})
    opened = ["80.0", "81.0", "79.0", "80.5", "80.2", "1.0", 1]
    kraken.rest[OHLC] = answer({"XXBTZUSD": [[now - 90_000, *opened], [now - 86_000, *opened]], "last": 1})
    ticker = await rest.ticker("BTC/USD", label=Source.KRAKEN)
    assert (str(ticker.open), str(ticker.change), str(ticker.change_percent)) == ("80.0", "20.50", "25.625")
    assert (str(ticker.high), str(ticker.quote_volume), ticker.previous_close) == ("120", "1949.55000000", None)


@rule("K.13")
@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("EGeneral:Too many requests", ExchangeBusyError),
        ("EAPI:Rate limit exceeded", ExchangeBusyError),
        ("EService: Throttled: 1783465200", ExchangeBusyError),
        ("EService:Unavailable", ExchangeUnavailableError),
        ("EQuery:Unknown asset pair", QuestionRefusedError),
        ("EGeneral:Invalid arguments", QuestionRefusedError),
    ],
)
async def test_a_refusal_comes_with_http_200(
    kraken: ScriptedKraken, rest: KrakenRest, code: str, error: type[Exception]
) -> None:
    kraken.rest[OHLC] = (200, json.dumps({"error": [code]}), {})
    with pytest.raises(error) as raised:
        await rest.candles("XBT/USD", Interval.MINUTE_1, limit=1)
    if isinstance(raised.value, QuestionRefusedError):
        assert raised.value.is_of_symbol is (code == "EQuery:Unknown asset pair")


@rule("K.13")
async def test_after_it_was_throttled_it_asks_nothing_for_a_while(kraken: ScriptedKraken, rest: KrakenRest) -> None:
    kraken.rest["/0/public/Time"] = (200, '{"error":["EGeneral:Too many requests"]}', {})
    for _ in range(2):
        with pytest.raises(ExchangeBusyError):
            await rest.time()
    assert len(kraken.rest_requests) == 1


@rule("K.13")
async def test_it_stays_away_twice_as_long_after_each_refusal_in_a_row(
    kraken: ScriptedKraken, clock: ManualClock
) -> None:
    http = ExchangeRest(kraken.rest_url, timeout=LIMIT_SECONDS, budget=WeightBudget(10_000, clock))
    rest = KrakenRest(http, clock)
    refusal: tuple[int, str, dict[str, str]] = (200, '{"error":["EGeneral:Too many requests"]}', {})
    time = answer({"unixtime": MINUTE})
    kraken.rest_first["/0/public/Time"] = [refusal, refusal, refusal, time, refusal]
    for seconds in (5, 10, 20):
        for passes in (seconds - 1, 1):
            with pytest.raises(ExchangeBusyError):
                await rest.time()
            clock.advance(passes)
    assert len(kraken.rest_requests) == 3
    assert await rest.time() == MINUTE * 1000
    with pytest.raises(ExchangeBusyError) as refused:
        await rest.time()
    assert refused.value.retry_after == 5


@rule("K.13")
async def test_it_is_asked_once_a_second_but_one_on_this_machine_at_once(
    kraken: ScriptedKraken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    kraken.rest["/0/public/Time"] = answer({"unixtime": MINUTE})
    elsewhere = kraken.rest_url.replace("127.0.0.1", "0.0.0.0")  # this machine, by an address that isn't loopback's
    assert await seconds_of_questions(2, elsewhere) >= 1
    assert await seconds_of_questions(30, kraken.rest_url) < 29


async def seconds_of_questions(number: int, address: str) -> float:
    """Return how long so many questions take that are asked at once, each of an interface of its own."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(*(KrakenSource().rest(address).time() for _ in range(number)))
    return loop.time() - began
