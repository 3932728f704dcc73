"""Filling the stored history from the simulator: every candle once, whatever goes wrong on the way."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from streaming.events import Interval, Source
from streaming.market.backfill.backfill import archive_url, candles_backfill, candles_check
from streaming.market.backfill.errors import BackfillRefusedError, BackfillStoppedError
from streaming.market.backfill.plan import CandleOrigin
from streaming.market.backfill.report import SeriesReport
from streaming.market.backfill.request import BackfillRequest, RequestLimits, backfill_request
from streaming.market.candle_ranges import CandleRange
from streaming.market.models import Candle, CandleGap
from streaming.market.sources.answers import KlineRow
from streaming.market.sources.binance.rest import USED_WEIGHT_HEADER, BinanceRest
from streaming.market.sources.rest.client import ExchangeRest
from streaming.market.sources.rest.weight_budget import WeightBudget
from streaming.market.stored_candles import missing_ranges, stored_candles
from streaming.simulator.archive.faults import ArchiveFault, ArchiveFaultKind
from streaming.simulator.server import SimulatedExchange
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock
from tests.market import frames
from tests.market.backfill.conftest import NOW, Heard, ms
from tests.market.conftest import EXCHANGE_INFO
from tests.market.frames import KLINES
from tests.market.scripted_exchange import ScriptedExchange

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("closed_connections", "addresses"),
]

MINUTES_OF_A_DAY = 1440
FILL = CandleRange(ms("2026-03-01"), ms("2026-03-02T23:59"))


def request(
    start: str = "2026-03-01",
    end: str | None = "2026-03-03",
    *,
    interval: str = "1m",
    symbols: tuple[str, ...] = ("BTCUSDT",),
    origin: CandleOrigin = CandleOrigin.AUTO,
    verify: bool = False,
) -> BackfillRequest:
    """Return a request at the simulator's time: by default, two days of minutes, which are in archive files."""
    return backfill_request(
        source=Source.SIMULATOR, symbols=symbols, intervals=[interval], start=start, end=end, origin=origin,
        verify=verify, now_ms=NOW, limits=RequestLimits(maximum_candles=100_000, settled=10_000),
    )  # fmt: skip


Fill = Callable[..., Awaitable[SeriesReport]]


@pytest.fixture
def fill(heard: Heard, clock: ManualClock) -> Fill:
    """Return what fills one series, and hears of it."""

    async def fill(**asked: Any) -> SeriesReport:
        (report,) = await candles_backfill(request(**asked), heard, clock=clock)
        return report

    return fill


@sync_to_async
def stored(interval: Interval = Interval.MINUTE_1, symbol: str = "BTCUSDT") -> tuple[KlineRow, ...]:
    """Return what is stored of a series."""
    return stored_candles(source=Source.SIMULATOR, symbol=symbol, interval=interval)


@sync_to_async
def missing(within: CandleRange = FILL) -> list[CandleRange]:
    """Return what isn't stored."""
    return missing_ranges(
        source=Source.SIMULATOR, symbol="BTCUSDT", interval=Interval.MINUTE_1, start=within.start, end=within.end,
        known_gaps_too=True,
    )  # fmt: skip


class TestSources:
    """Where candles come from."""

    @rule("1.8.1")
    async def test_archive_and_rest_give_the_same(self, fill: Fill) -> None:
        report = await fill()
        assert (report.added, report.changed, report.from_archive, report.from_rest) == (2880, 0, 2880, 0)
        from_archive = await stored()
        assert await missing() == []
        await sync_to_async(Candle.objects.all().delete)()
        report = await fill(origin=CandleOrigin.REST)
        assert (report.added, report.from_archive, report.from_rest) == (2880, 0, 2880)
        assert await stored() == from_archive

    async def test_what_the_archive_does_not_have_yet_comes_by_rest(
        self, fill: Fill, simulator: SimulatedExchange
    ) -> None:
        report = await fill(start="2026-03-07", end=None)
        assert (report.from_archive, report.from_rest) == (1440, 2 * 1440 + 12 * 60 - 1)
        assert [path for path in simulator.requests if "03-08.zip" in path] == []

    async def test_with_the_simulator_the_archive_is_its_own_even_where_binances_is_set(
        self, fill: Fill, settings: Settings, simulator: SimulatedExchange
    ) -> None:
        settings.EXCHANGE_ARCHIVE_URL = "https://data.binance.vision"
        report = await fill()
        assert (report.from_archive, archive_url()) == (2880, simulator.rest_url)
        settings.EXCHANGE_SOURCE = "binance"
        assert archive_url() == "https://data.binance.vision"

    @pytest.mark.parametrize("interval", ["1s", "1d", "3d", "1w", "1M"])
    async def test_every_length_of_candle_is_filled(self, fill: Fill, interval: str) -> None:
        start, end = ("2026-03-01", "2026-03-01T00:30") if interval == "1s" else ("2025-01-01", "2026-03-01")
        report = await fill(start=start, end=end, interval=interval)
        assert (report.added, report.unfilled, report.absent) == (report.wanted, (), ())

    async def test_long_candles_come_from_monthly_files_where_only_the_archive_may_be_asked(self, fill: Fill) -> None:
        report = await fill(start="2025-10-15", end="2026-02-01", interval="1w", origin=CandleOrigin.ARCHIVE)
        assert (report.from_archive, report.unfilled) == (15, ())

    async def test_with_the_archive_alone_the_newest_days_are_left(self, fill: Fill) -> None:
        report = await fill(start="2026-03-07", end=None, origin=CandleOrigin.ARCHIVE)
        assert (report.from_archive, report.from_rest) == (1440, 0)
        assert report.unfilled == (CandleRange(ms("2026-03-08"), ms("2026-03-10T11:58")),)

    async def test_several_symbols_come_one_after_the_other(self, heard: Heard, clock: ManualClock) -> None:
        symbols = ("BTCUSDT", "ETHUSDT")
        reports = await candles_backfill(request(symbols=symbols, interval="1h"), heard, clock=clock)
        assert [(one.name, one.added) for one in reports] == [("BTCUSDT 1h", 48), ("ETHUSDT 1h", 48)]


class TestAgain:
    """What a second run does."""

    async def test_it_asks_for_nothing_that_is_stored(self, fill: Fill, simulator: SimulatedExchange) -> None:
        await fill()
        simulator.requests.clear()
        report = await fill()
        assert (report.wanted, report.added, list(simulator.requests)) == (0, 0, [])

    async def test_it_fills_holes_alone(self, fill: Fill, simulator: SimulatedExchange) -> None:
        await fill()
        whole = await stored()
        hole = Candle.objects.filter(open_time__gte=FILL.start + 600_000, open_time__lt=FILL.start + 900_000)
        await sync_to_async(hole.delete)()
        simulator.requests.clear()
        report = await fill()
        assert (report.wanted, report.added, len(simulator.requests)) == (5, 5, 1)
        assert await stored() == whole

    async def test_it_verifies_what_is_stored_where_that_is_wanted(self, fill: Fill) -> None:
        await fill()
        whole = await stored()
        await sync_to_async(Candle.objects.filter(open_time=FILL.start).update)(close=1)
        assert (await fill()).wanted == 0
        report = await fill(verify=True)
        assert (report.wanted, report.added, report.changed) == (2880, 0, 1)
        assert await stored() == whole

    async def test_it_goes_on_where_it_was_cancelled(
        self, heard: Heard, clock: ManualClock, fill: Fill, simulator: SimulatedExchange
    ) -> None:
        class Impatient(Heard):
            def progress(self, report: SeriesReport) -> None:
                super().progress(report)
                if report.added:
                    running.cancel()

        impatient = Impatient()
        running = asyncio.ensure_future(candles_backfill(request(), impatient, clock=clock))
        with pytest.raises(asyncio.CancelledError):
            await running
        kept = await stored()
        assert len(kept) == impatient.reports[-1].added == MINUTES_OF_A_DAY
        report = await fill()
        assert (report.wanted, report.added) == (MINUTES_OF_A_DAY, MINUTES_OF_A_DAY)
        assert await missing() == []


class TestBadFiles:
    """Files that can't be trusted: nothing of them is stored, and REST gives what they lack."""

    @rule("1.8.4")
    @pytest.mark.parametrize("kind", ArchiveFaultKind)
    async def test_their_candles_come_by_rest(
        self, fill: Fill, simulator: SimulatedExchange, heard: Heard, kind: ArchiveFaultKind
    ) -> None:
        await fill(origin=CandleOrigin.REST)
        truth = await stored()
        await sync_to_async(Candle.objects.all().delete)()
        simulator.archive.faults.inject(ArchiveFault(kind=kind, files="*-03-01", row=30, rows=7))
        report = await fill()
        by_rest = 7 if kind is ArchiveFaultKind.HOLE else MINUTES_OF_A_DAY
        assert (report.from_rest, report.from_archive) == (by_rest, 2 * MINUTES_OF_A_DAY - by_rest)
        assert await stored() == truth
        (note,) = heard.notes
        assert "BTCUSDT-1m-2026-03-01.zip" in note.replace(".csv", ".zip")
        assert note.endswith("; asking REST for them")

    @pytest.mark.parametrize("kind", sorted(set(ArchiveFaultKind) - {ArchiveFaultKind.HOLE}))
    async def test_nothing_of_them_is_stored(
        self, fill: Fill, simulator: SimulatedExchange, kind: ArchiveFaultKind
    ) -> None:
        simulator.archive.faults.inject(ArchiveFault(kind=kind, files="*-03-01", row=30, rows=7))
        report = await fill(origin=CandleOrigin.ARCHIVE)
        assert report.unfilled == (CandleRange(ms("2026-03-01"), ms("2026-03-01T23:59")),)
        assert (await stored())[0].open_time == ms("2026-03-02")

    async def test_an_archive_that_is_away_is_asked_no_more(
        self, fill: Fill, settings: Settings, heard: Heard, unused_tcp_port_url: str
    ) -> None:
        settings.EXCHANGE_ARCHIVE_URL = unused_tcp_port_url
        report = await fill(start="2026-02-20", end="2026-02-26")
        assert (report.from_rest, report.unfilled) == (6 * MINUTES_OF_A_DAY, ())
        assert heard.notes[-1].startswith("the archive does not answer and is asked no more")

    @pytest.fixture
    def unused_tcp_port_url(self) -> str:
        """Return an address at which nobody listens."""
        return "http://127.0.0.1:1"


class TestGaps:
    """Candles that the exchange itself doesn't have."""

    async def test_before_its_first_candle_nothing_is_asked_for(self, fill: Fill, simulator: SimulatedExchange) -> None:
        report = await fill(start="2020-12-01", end="2021-01-03", interval="1h")
        assert (report.added, report.unfilled) == (48, ())
        assert report.absent == (CandleRange(ms("2020-12-01"), ms("2020-12-31T23:00")),)
        simulator.requests.clear()
        again = await fill(start="2020-12-01", end="2021-01-03", interval="1h")
        assert (again.wanted, again.absent, list(simulator.requests)) == (0, report.absent, [])

    async def test_a_range_before_its_first_candle_is_refused(self, fill: Fill) -> None:
        for _ in range(2):
            with pytest.raises(BackfillRefusedError, match="The exchange has no candles of BTCUSDT 1h in this range"):
                await fill(start="2020-01-01", end="2020-02-01", interval="1h")
        assert not await sync_to_async(Candle.objects.exists)()


ROW = ["1", "1", "1", "1", "1", 0, "1", 1, "1", "1", "0"]


def klines(*minutes: int) -> str:
    """Return the answer with candles of so many minutes after `FILL` begins."""
    rows = []
    for minute in minutes:
        time = FILL.start + minute * 60_000
        rows.append([time, *ROW[:5], time + 59_999, *ROW[6:]])
    return json.dumps(rows)


class TestOddExchange:
    """An exchange that doesn't do as it should."""

    @pytest.fixture(autouse=True)
    def scripted(self, exchange: ScriptedExchange, settings: Settings, addresses: None) -> ScriptedExchange:
        """Let a scripted exchange answer REST."""
        settings.EXCHANGE_REST_URL = exchange.rest_url
        return exchange

    async def ask(self, fill: Fill) -> SeriesReport:
        """Ask for ten minutes."""
        return await fill(end="2026-03-01T00:10", origin=CandleOrigin.REST)

    async def test_what_it_lacks_is_told_and_remembered(self, fill: Fill, scripted: ScriptedExchange) -> None:
        scripted.rest_first[KLINES] = [(200, klines(0, 1, 4, 5, 6, 8), {})] * 2
        scripted.rest[KLINES] = (200, "[]", {})
        report = await self.ask(fill)
        assert (report.added, report.unfilled) == (6, ())
        assert [(gap.start - FILL.start) // 60_000 for gap in report.absent] == [2, 7, 9]
        asked = len(scripted.rest_requests)
        again = await self.ask(fill)
        assert (again.wanted, again.absent, len(scripted.rest_requests)) == (0, report.absent, asked)

    async def test_what_it_has_after_all_comes_with_verify(self, fill: Fill, scripted: ScriptedExchange) -> None:
        scripted.rest[KLINES] = (200, klines(0, 9), {})
        await self.ask(fill)
        scripted.rest[KLINES] = (200, klines(*range(10)), {})
        report = await fill(end="2026-03-01T00:10", origin=CandleOrigin.REST, verify=True)
        assert (report.added, report.absent) == (8, ())
        assert not await sync_to_async(CandleGap.objects.exists)()

    async def test_candles_that_can_not_be_are_told_and_not_stored(
        self, fill: Fill, scripted: ScriptedExchange, heard: Heard
    ) -> None:
        rows = json.loads(klines(*range(10)))
        rows[3][0] += 17
        rows[5][2] = "0.5"
        scripted.rest[KLINES] = (200, json.dumps(rows), {})
        report = await self.ask(fill)
        assert report.added == 8
        assert "gave 2 candles that can't be" in heard.notes[0]
        assert [(gap.start - FILL.start) // 60_000 for gap in (*report.absent, *report.unfilled)] == [3, 5]

    async def test_rows_in_any_order_twice_and_of_other_times_do_no_harm(
        self, fill: Fill, scripted: ScriptedExchange
    ) -> None:
        scripted.rest[KLINES] = (200, klines(-5, 9, 3, 3, *range(10), 500), {})
        report = await self.ask(fill)
        assert (report.added, await stored()) == (10, tuple(sorted(await stored(), key=lambda row: row.open_time)))

    async def test_an_exchange_without_any_candle_is_asked_twice_and_no_more(
        self, fill: Fill, scripted: ScriptedExchange
    ) -> None:
        scripted.rest[KLINES] = (200, "[]", {})
        for _ in range(2):
            with pytest.raises(BackfillRefusedError, match="has no candles"):
                await self.ask(fill)
        assert len([path for path in scripted.rest_requests if KLINES in path]) == 2

    @pytest.mark.parametrize(
        "answers",
        [
            pytest.param(["[]"], id="nothing at all, once"),
            pytest.param([klines(5)], id="its first candle is not its first"),
            pytest.param([json.dumps([[10**13, *ROW]])], id="its first candle is of the future"),
            pytest.param([klines(0), "[]"], id="a page of nothing, once"),
        ],
    )
    async def test_what_it_denies_once_is_no_gap_for_good(
        self, fill: Fill, scripted: ScriptedExchange, answers: list[str]
    ) -> None:
        scripted.rest_first[KLINES] = [(200, answer, {}) for answer in answers]
        scripted.rest[KLINES] = (200, klines(*range(10)), {})
        assert (await self.ask(fill)).added == 10
        assert not await sync_to_async(CandleGap.objects.exists)()

    @pytest.mark.parametrize("answer", [klines(500), json.dumps([[FILL.start + 17, *ROW]])])
    async def test_nothing_follows_from_what_an_odd_answer_lacks(
        self, fill: Fill, scripted: ScriptedExchange, answer: str
    ) -> None:
        scripted.rest[KLINES] = (200, answer, {})
        assert (await self.ask(fill)).unfilled
        assert not await sync_to_async(CandleGap.objects.exists)()

    async def test_a_symbol_that_rest_refuses_may_be_in_the_archive(
        self, fill: Fill, scripted: ScriptedExchange, heard: Heard
    ) -> None:
        scripted.rest[KLINES] = (400, '{"code":-1122,"msg":"Invalid symbolStatus."}', {})
        report = await fill()
        assert (report.from_archive, report.unfilled) == (2880, ())
        assert heard.notes == ["the exchange's REST gives no candles of BTCUSDT: Invalid symbolStatus."]

    async def test_where_neither_has_them_they_are_told_as_missing(
        self, fill: Fill, scripted: ScriptedExchange, settings: Settings
    ) -> None:
        settings.EXCHANGE_ARCHIVE_URL = "http://127.0.0.1:1"
        scripted.rest[KLINES] = (400, '{"code":-1122,"msg":"Invalid symbolStatus."}', {})
        report = await fill()
        assert (report.added, report.unfilled, report.absent) == (0, (FILL,), ())

    async def test_it_stops_where_the_exchange_is_away_and_keeps_what_it_has(
        self, fill: Fill, scripted: ScriptedExchange, heard: Heard
    ) -> None:
        scripted.rest[KLINES] = (200, klines(0, 1, 2), {})
        await self.ask(fill)
        scripted.rest[KLINES] = (503, "", {})
        with pytest.raises(BackfillStoppedError, match="The exchange does not answer"):
            await fill(end="2026-03-01T05:00", origin=CandleOrigin.REST)
        assert len(await stored()) == 3

    async def test_an_unknown_symbol_is_refused_before_anything_is_fetched(
        self, heard: Heard, clock: ManualClock, scripted: ScriptedExchange
    ) -> None:
        scripted.rest[EXCHANGE_INFO] = (200, json.dumps(frames.exchange_info("BTCUSDT")), {})
        with pytest.raises(BackfillRefusedError, match=r"no symbol 'BTCUSD'\. The closest are BTCUSDT"):
            await candles_backfill(request(symbols=("BTCUSDT", "BTCUSD")), heard, clock=clock)
        assert not await sync_to_async(Candle.objects.exists)()
        assert heard.reports == []


class TestLimits:
    """What a backfill costs the exchange."""

    async def test_it_stays_within_the_exchanges_weight(
        self, heard: Heard, clock: ManualClock, simulator: SimulatedExchange
    ) -> None:
        waited: list[float] = []

        async def pause(seconds: float) -> None:
            waited.append(seconds)
            clock.advance(seconds)

        budget = WeightBudget(40, clock, ceiling=190)
        rest = BinanceRest(
            ExchangeRest(simulator.rest_url, timeout=10, budget=budget, used_weight_header=USED_WEIGHT_HEADER)
        )
        asked = request("2026-02-01", "2026-02-20", origin=CandleOrigin.REST)
        (report,) = await candles_backfill(asked, heard, rest=rest, clock=clock, pause=pause)
        assert (report.added, report.unfilled) == (19 * MINUTES_OF_A_DAY, ())
        assert waited
        assert all(0 < seconds <= 60 for seconds in waited)
        assert rest.used_weight <= 40


class TestCheck:
    """Telling what is missing."""

    async def test_it_tells_gaps_and_asks_for_no_candle(
        self, fill: Fill, clock: ManualClock, simulator: SimulatedExchange
    ) -> None:
        await fill()
        await sync_to_async(Candle.objects.filter(open_time=FILL.start + 60_000).delete)()
        simulator.requests.clear()
        (report,) = await candles_check(request(), clock=clock)
        assert report.unfilled == (CandleRange(FILL.start + 60_000, FILL.start + 60_000),)
        assert list(simulator.requests) == []

    async def test_what_the_exchange_does_not_have_is_no_gap_of_ours(self, fill: Fill, clock: ManualClock) -> None:
        await fill(start="2020-12-01", end="2021-01-03", interval="1h")
        (report,) = await candles_check(request("2020-12-01", "2021-01-03", interval="1h"), clock=clock)
        assert (report.unfilled, report.absent) == ((), (CandleRange(ms("2020-12-01"), ms("2020-12-31T23:00")),))
