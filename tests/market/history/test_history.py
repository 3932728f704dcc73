"""Candles of the past: what is stored, what is fetched for it, and for how long an answer is given again.

The exchange is a real socket that has the candles a test gives it.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import ExitStack
from decimal import Decimal
from itertools import islice
from typing import Any

import msgspec
import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from streaming.database.fair_queries import asking
from streaming.events import Interval, Source
from streaming.events.intervals import open_times
from streaming.market.candles.candles_json import candles_json
from streaming.market.candles.storage import candles_store
from streaming.market.errors import InvalidParametersError, MarketBusyError, MarketUnavailableError
from streaming.market.history.cache_lifetime import lifetime_seconds
from streaming.market.history.history import History
from streaming.market.history.stored import Rows
from streaming.market.models import CandleGap
from streaming.market.parameters import HistoryQuery
from streaming.market.sources.answers import KlineRow
from streaming.market.stored_candles import stored_candles
from tests.conformance.rows import row
from tests.held_turns import turns_held
from tests.manual_clock import ManualClock
from tests.market.candles.rows import candle_row
from tests.market.history.minutes import MINUTE, NOW, minute_query, minute_row, opens, query
from tests.market.kline_exchange import KlineExchange
from tests.market.symbols.stored_symbols import store
from tests.waiting import until

MOST_OF_ONE = 3
"""Questions that the database has of one requester at a time."""
CLOSE = 4
"""Where a candle's close stands among what is told of it."""


def answer(candle_seconds: int, *, closes_in: float) -> Rows:
    """Return an answer whose newest candle has so many seconds, and closes in so many from `NOW`."""
    one = Decimal(1)
    close_time = NOW + round(closes_in * 1000) - 1
    newest = KlineRow(
        open_time=close_time + 1 - candle_seconds * 1000, open=one, high=one, low=one, close=one, volume=one,
        close_time=close_time, quote_volume=one, trades=1,
    )  # fmt: skip
    return (newest,)


class TestLife:
    """How long an answer may be given again."""

    @pytest.mark.parametrize(
        ("candle_seconds", "closes_in", "life"),
        [
            (1, 1, 1),
            (60, 30, 2),
            (300, 200, 10),
            (1800, 900, 60),
            (86_400, 40_000, 60),
            (1800, 7.5, 7.5),
            (60, 0, 2),
            (60, -100, 2),
        ],
    )
    def test_it_is_longer_for_longer_candles_but_ends_with_the_open_one(
        self, candle_seconds: int, closes_in: float, life: float
    ) -> None:
        assert lifetime_seconds(query(), answer(candle_seconds, closes_in=closes_in), now_ms=NOW, least=2.0) == life

    def test_it_is_long_where_all_that_was_asked_for_has_closed(self) -> None:
        until_then = query(end=NOW - 60_000)
        assert lifetime_seconds(until_then, answer(60, closes_in=-30), now_ms=NOW, least=2.0) == 600
        assert lifetime_seconds(query(start=1, limit=1), answer(60, closes_in=-30), now_ms=NOW, least=2.0) == 600

    def test_it_is_short_where_more_may_follow_or_clocks_may_differ(self) -> None:
        until_then = query(end=NOW - 60_000)
        assert lifetime_seconds(until_then, answer(60, closes_in=-90), now_ms=NOW, least=2.0) == 2
        assert lifetime_seconds(query(start=1), answer(60, closes_in=-30), now_ms=NOW, least=2.0) == 2
        assert lifetime_seconds(query(end=NOW - 9_000), answer(60, closes_in=-9), now_ms=NOW, least=2.0) == 2

    def test_it_is_short_where_nothing_was_found(self) -> None:
        assert lifetime_seconds(query(), (), now_ms=NOW, least=2.0) == 2


def minutes_of_times(*times: int) -> list[int]:
    """Return the minutes that open at some times."""
    return [(time - opens(0)) // MINUTE for time in times]


@sync_to_async
def store_minutes(*minutes: int) -> None:
    """Store candles, as the bridge does."""
    rows = [minute_row(minute) for minute in minutes]
    candles_store(source=Source.BINANCE, symbol="BTCUSDT", interval=Interval.MINUTE_1, rows=rows)


@sync_to_async
def stored_minutes() -> list[int]:
    """Return the minutes that are stored."""
    rows = stored_candles(source=Source.BINANCE, symbol="BTCUSDT", interval=Interval.MINUTE_1)
    return minutes_of_times(*(row.open_time for row in rows))


@sync_to_async
def known_gaps() -> list[list[int]]:
    """Return the remembered gaps, from minute to minute."""
    return [minutes_of_times(*gap) for gap in CandleGap.objects.values_list("start", "end")]


@pytest.fixture
async def klines(settings: Settings) -> AsyncIterator[KlineExchange]:
    """Run an exchange, that of the settings, with BTCUSDT; an answer that may still change is not kept."""
    exchange = KlineExchange()
    await exchange.start()
    settings.EXCHANGE_REST_URL = exchange.rest_url
    settings.HISTORY_CACHE_SECONDS = 0.0
    await store("BTCUSDT")
    yield exchange
    await exchange.stop()


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that shows `NOW`."""
    return ManualClock(NOW)


@pytest.fixture
def history(clock: ManualClock) -> History:
    """Return the history of the clock."""
    return History(clock)


async def ask(history: History, given: HistoryQuery) -> list[int]:
    """Return the minutes of the answer."""
    return minutes_of_times(*(time for time, *_ in await told(history, given)))


async def told(history: History, given: HistoryQuery) -> list[list[Any]]:
    """Return the candles of the answer, as a client reads them with all digits."""
    page = await history.page(given)
    candles: list[list[Any]] = json.loads(bytes(page.candles), parse_float=Decimal)
    return candles


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("closed_connections")
class TestHistory:
    """What is answered from the table, and what the exchange is asked for."""

    async def test_it_asks_for_nothing_where_all_is_stored(self, history: History, klines: KlineExchange) -> None:
        await store_minutes(-5, -4, -3)
        assert await ask(history, minute_query(start=-5, end=-3)) == [-5, -4, -3]
        assert await ask(history, minute_query(start=-5, limit=2)) == [-5, -4]
        assert await ask(history, minute_query(end=-3, limit=2)) == [-4, -3]
        assert klines.asked == []

    async def test_it_asks_for_what_is_missing_alone_and_never_again(
        self, history: History, klines: KlineExchange
    ) -> None:
        klines.has(*(minute_row(minute) for minute in range(-60, 1)))
        await store_minutes(-60, -59, -50, -49)
        given = minute_query(start=-60, end=-49)
        assert await ask(history, given) == list(range(-60, -48))
        (asked,) = klines.asked
        assert (asked["startTime"], asked["endTime"]) == (str(opens(-58)), str(opens(-51)))
        assert await ask(History(ManualClock(NOW)), given) == list(range(-60, -48))
        assert len(klines.asked) == 1
        assert await stored_minutes() == list(range(-60, -48))

    async def test_it_joins_the_open_candle_and_stores_it_not(self, history: History, klines: KlineExchange) -> None:
        await store_minutes(-4, -3, -2, -1)
        klines.has(minute_row(0, close="1"))
        assert await ask(history, minute_query(limit=4)) == [-3, -2, -1, 0]
        klines.has(minute_row(0, close="2"))
        assert (await told(history, minute_query(limit=4)))[-1][CLOSE] == 2
        assert [asked["startTime"] for asked in klines.asked] == [str(opens(0))] * 2
        assert "endTime" not in klines.asked[0]
        assert await stored_minutes() == [-4, -3, -2, -1]

    async def test_it_stores_a_candle_once_it_has_surely_closed(
        self, history: History, klines: KlineExchange, clock: ManualClock
    ) -> None:
        klines.has(minute_row(-1), minute_row(0))
        clock.advance((opens(1) - NOW) / 1000 + 9)
        await ask(history, minute_query(limit=2))
        assert await stored_minutes() == [-1]
        clock.advance(2)
        await ask(history, minute_query(limit=2))
        assert await stored_minutes() == [-1, 0]

    async def test_it_takes_the_newest_until_the_end_and_the_oldest_from_the_start(
        self, history: History, klines: KlineExchange
    ) -> None:
        klines.has(*(minute_row(minute) for minute in range(-2000, 1)))
        assert await ask(history, minute_query(end=-100, limit=1000)) == list(range(-1099, -99))
        assert await ask(history, minute_query(start=-2000, limit=1000)) == list(range(-2000, -1000))
        assert await ask(history, minute_query(start=-1010, end=-1000, limit=3)) == [-1010, -1009, -1008]
        assert await ask(history, minute_query(limit=3)) == [-2, -1, 0]

    async def test_it_remembers_over_a_restart_what_the_exchange_does_not_have(
        self, history: History, klines: KlineExchange
    ) -> None:
        klines.has(*(minute_row(minute) for minute in (-100, -99, -95, -94)))
        given = minute_query(start=-100, end=-94)
        for _ in range(3):
            assert await ask(History(ManualClock(NOW)), given) == [-100, -99, -95, -94]
        assert len(klines.asked) == 1
        assert await known_gaps() == [[-98, -96]]

    async def test_it_does_not_look_for_what_was_before_the_first_candle(
        self, history: History, klines: KlineExchange
    ) -> None:
        klines.has(minute_row(-100), minute_row(-99))
        for _ in range(2):
            assert await ask(History(ManualClock(NOW)), minute_query(end=-99)) == [-100, -99]
            assert await ask(History(ManualClock(NOW)), query(start=0, end=opens(-99))) == [-100, -99]
            assert await ask(History(ManualClock(NOW)), query(start=0, end=5_000_000)) == []
        assert len(klines.asked) == 1

    async def test_it_asks_again_for_a_candle_that_may_be_late(self, history: History, klines: KlineExchange) -> None:
        klines.has(minute_row(-50), minute_row(-48))
        given = minute_query(start=-50, end=-48)
        assert await ask(history, given) == [-50, -48]
        assert await known_gaps() == []
        klines.has(minute_row(-49))
        assert await ask(History(ManualClock(NOW)), given) == [-50, -49, -48]

    async def test_it_returns_nothing_of_the_future(self, history: History, klines: KlineExchange) -> None:
        assert await ask(history, minute_query(start=2)) == []
        assert await ask(history, minute_query(start=2, end=9)) == []
        assert klines.asked == []

    async def test_it_returns_nothing_where_no_candle_opens(self, history: History, klines: KlineExchange) -> None:
        assert await ask(history, query(start=opens(-5) + 1, end=opens(-5) + 2)) == []
        assert klines.asked == []

    async def test_it_answers_what_is_stored_of_a_symbol_that_is_halted(
        self, history: History, klines: KlineExchange
    ) -> None:
        klines.answer_klines = (400, json.dumps({"code": -1122, "msg": "Invalid symbolStatus."}), {})
        await store_minutes(-9, -8)
        assert await ask(history, minute_query()) == [-9, -8]
        with pytest.raises(InvalidParametersError):
            await ask(history, minute_query(end=-20))

    async def test_it_spends_no_more_than_its_share_of_the_weight(
        self, history: History, klines: KlineExchange, settings: Settings
    ) -> None:
        settings.HISTORY_WEIGHT_PER_MINUTE = 4
        klines.has(*(minute_row(minute) for minute in range(-100, 0)))
        await store_minutes(-1)
        for minute in (-70, -60):
            assert await ask(history, minute_query(start=minute, end=minute)) == [minute]
        with pytest.raises(MarketBusyError):
            await ask(history, minute_query(start=-50, end=-50))
        assert await ask(history, minute_query(start=-70, end=-70)) == [-70]
        assert await ask(history, minute_query()) == [-1]
        assert len(klines.asked) == 2

    async def test_it_does_not_wait_for_an_exchange_that_is_away_but_soon_tries_again(
        self, history: History, klines: KlineExchange, clock: ManualClock
    ) -> None:
        await store_minutes(-2, -1)
        klines.has(*(minute_row(minute) for minute in range(-20, 1)))
        klines.answer_klines = (503, "", {})
        for _ in range(3):
            assert await ask(history, minute_query(limit=3)) == [-2, -1]
        assert len(klines.asked) == 1
        klines.answer_klines = None
        assert await ask(history, minute_query(start=-20, end=-19)) == [-20, -19]
        clock.advance(5)
        assert await ask(history, minute_query(limit=3)) == [-2, -1, 0]

    async def test_it_does_not_keep_an_answer_that_lacks_what_the_exchange_has(
        self, history: History, klines: KlineExchange, settings: Settings
    ) -> None:
        settings.HISTORY_AWAY_SECONDS = 0.0
        await store_minutes(-30, -28)
        klines.has(minute_row(-29))
        klines.answer_klines = (503, "", {})
        given = minute_query(end=-28, limit=3)
        assert await ask(history, given) == [-28]
        klines.answer_klines = None
        assert await ask(history, given) == [-30, -29, -28]

    async def test_it_stores_no_more_in_a_day_than_it_may(
        self, history: History, klines: KlineExchange, settings: Settings
    ) -> None:
        settings.HISTORY_STORED_PER_DAY = 3
        klines.has(*(minute_row(minute) for minute in range(-100, 0)))
        assert await ask(history, minute_query(start=-100, end=-98)) == [-100, -99, -98]
        assert await ask(history, minute_query(start=-50, end=-49)) == [-50, -49]
        assert await stored_minutes() == [-100, -99, -98]

    async def test_it_leaves_out_candles_that_cannot_be_and_concludes_nothing_from_them(
        self, history: History, klines: KlineExchange
    ) -> None:
        impossible = msgspec.structs.replace(minute_row(-99), high=Decimal(0))
        off_grid = candle_row(opens(-98) + 1)
        klines.has(minute_row(-100), impossible, off_grid)
        assert await ask(history, minute_query(start=-100, end=-97)) == [-100]
        assert (await stored_minutes(), await known_gaps()) == ([-100], [])
        with pytest.raises(MarketUnavailableError):
            await ask(history, minute_query(start=-99, end=-97))

    async def test_it_concludes_nothing_from_an_answer_that_cannot_be_whole(
        self, history: History, klines: KlineExchange
    ) -> None:
        klines.has(*(minute_row(minute) for minute in range(-300, 1)))
        klines.answer_klines = (200, "[]", {})
        assert await ask(history, minute_query()) == []
        await store_minutes(-200)
        assert await ask(history, minute_query(end=-100)) == [-200]
        assert await known_gaps() == []
        klines.answer_klines = None
        assert await ask(history, minute_query()) == list(range(-300, 1))
        assert await ask(history, minute_query(end=-100)) == list(range(-300, -99))

    async def test_it_refuses_an_answer_of_more_than_it_asked_for(
        self, history: History, klines: KlineExchange
    ) -> None:
        candle = [opens(-9), "1", "1", "1", "1", "1", opens(-8) - 1, "1", 1, "0", "0", "0"]
        for body in (json.dumps([candle] * 6), "[" + "[1]," * 10_000 + "[1]]"):
            klines.answer_klines = (200, body, {})
            with pytest.raises(MarketUnavailableError):
                await ask(history, minute_query(limit=5))
        assert await stored_minutes() == []

    async def test_it_takes_a_candle_that_the_exchange_has_revised(
        self, history: History, klines: KlineExchange
    ) -> None:
        await store_minutes(-10, -8)
        klines.has(minute_row(-9))
        klines.has(minute_row(-8, close="1"))
        candles = await told(history, minute_query(start=-10, end=-7))
        assert [candle[CLOSE] for candle in candles] == [Decimal("97000.10"), Decimal("97000.10"), 1]

    async def test_it_asks_once_for_many_who_ask_alike(
        self, history: History, klines: KlineExchange, settings: Settings
    ) -> None:
        settings.HISTORY_CACHE_SECONDS = 2.0  # some may come to ask once it was answered
        klines.has(*(minute_row(minute) for minute in range(-10, 1)))
        answers = await asyncio.gather(*(ask(history, minute_query(limit=5)) for _ in range(20)))
        assert answers == [[-4, -3, -2, -1, 0]] * 20
        assert len(klines.asked) == 1

    async def test_it_writes_an_answer_once_for_many_who_ask_alike(
        self, history: History, klines: KlineExchange, settings: Settings
    ) -> None:
        settings.HISTORY_CACHE_SECONDS = 2.0
        klines.has(*(minute_row(minute) for minute in range(-10, 1)))
        pages = await asyncio.gather(*(history.page(minute_query(limit=5)) for _ in range(20)))
        assert len({id(page.candles) for page in pages}) == 1

    @pytest.mark.parametrize("interval", [Interval.SECOND_1, Interval.DAY_3, Interval.WEEK_1, Interval.MONTH_1])
    async def test_it_knows_every_interval(self, klines: KlineExchange, interval: Interval) -> None:
        times = list(islice(open_times(interval, 1_600_000_000_000, NOW), 30))
        klines.has(*(candle_row(time, interval) for time in times))
        given = HistoryQuery(symbol="BTCUSDT", interval=interval, start=times[0], end=times[-1], limit=1000)
        for _ in range(2):
            page = await History(ManualClock(NOW)).page(given)
            assert page.candles == candles_json(candle_row(time, interval) for time in times)
        assert len(klines.asked) == 1


@row("CM-29")
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("closed_connections")
async def test_it_answers_what_is_stored_while_the_exchange_is_away(history: History, klines: KlineExchange) -> None:
    klines.answer_klines = (500, "", {})
    await store_minutes(-9, -8, -6, -5)
    assert await ask(history, minute_query(limit=8)) == [-6, -5]
    assert await ask(history, minute_query(limit=6)) == [-5]
    assert await ask(history, minute_query(start=-9)) == [-9, -8]
    assert await ask(history, minute_query(start=-6, end=-5)) == [-6, -5]
    unknown = [minute_query(start=-7), minute_query(end=-10), minute_query(start=-7, end=-7), minute_query(limit=5)]
    for given in unknown:
        with pytest.raises(MarketUnavailableError, match="The exchange can't answer now"):
            await ask(history, given)


@row("CM-47")
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("closed_connections")
async def test_it_answers_another_who_asks_alike_while_the_first_has_no_turn_to_store(
    history: History, klines: KlineExchange, settings: Settings
) -> None:
    settings.HISTORY_CACHE_SECONDS = 2.0
    klines.has(*(minute_row(minute) for minute in range(-10, 1)))
    with ExitStack() as busy:
        klines.when_asked = lambda: busy.enter_context(turns_held(*["first"] * MOST_OF_ONE))
        first = asyncio.create_task(ask_as("first", history))
        await until(lambda: klines.asked)
        second = asyncio.create_task(ask_as("second", history))
        await until(second.done)
        assert not first.done()
        assert await stored_minutes() == []
    newest = [-4, -3, -2, -1, 0]
    assert (await first, await second, await stored_minutes()) == (newest, newest, newest[:-1])
    assert len(klines.asked) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("closed_connections")
async def test_it_stores_what_was_learned_also_where_the_first_leaves(history: History, klines: KlineExchange) -> None:
    klines.has(*(minute_row(minute) for minute in range(-10, 1)))
    with ExitStack() as busy:
        klines.when_asked = lambda: busy.enter_context(turns_held(*["first"] * MOST_OF_ONE))
        first = asyncio.create_task(ask_as("first", history))
        await until(lambda: klines.asked)
        first.cancel()
        await asyncio.wait([first])
    await until(lambda: "first" not in history._turns.takers())
    assert await stored_minutes() == [-4, -3, -2, -1]


async def ask_as(requester: str, history: History) -> list[int]:
    """Ask for the newest five minutes; return those of the answer."""
    with asking(requester):
        return await ask(history, minute_query(limit=5))
