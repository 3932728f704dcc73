"""What a backfill shows where it isn't on a terminal, and its summary."""

import io

import pytest
from msgspec.structs import replace

from streaming.events import Interval
from streaming.management.backfill_display import BarDisplay, LineDisplay, summary
from streaming.market.backfill.report import SeriesReport
from streaming.market.candle_ranges import CandleRange
from tests.manual_clock import ManualClock
from tests.market.backfill.conftest import ms

BEGUN = SeriesReport(symbol="BTCUSDT", interval=Interval.MINUTE_1, wanted=100_000)


class TestLines:
    """Plain lines."""

    @pytest.fixture
    def said(self) -> list[str]:
        """Return the lines."""
        return []

    @pytest.fixture
    def lines(self, said: list[str], clock: ManualClock) -> LineDisplay:
        """Return a display that tells every ten seconds."""
        return LineDisplay(said.append, clock, interval=10.0)

    def test_it_tells_the_beginning_now_and_then_the_rate_and_the_end(
        self, lines: LineDisplay, said: list[str], clock: ManualClock
    ) -> None:
        with lines.shown():
            for done in range(0, 100_001, 10_000):
                lines.progress(replace(BEGUN, done=done))
                clock.advance(4)
            lines.progress(replace(BEGUN, done=100_000, ended=True))
        assert said == [
            "BTCUSDT 1m: 100,000 candles to fetch",
            "BTCUSDT 1m: 30,000 of 100,000, 2,500/s, 28 s left",
            "BTCUSDT 1m: 60,000 of 100,000, 2,500/s, 16 s left",
            "BTCUSDT 1m: 90,000 of 100,000, 2,500/s, 4 s left",
            "BTCUSDT 1m: 100,000 of 100,000, 2,500/s",
        ]

    def test_it_tells_notes_at_once(self, lines: LineDisplay, said: list[str]) -> None:
        lines.progress(BEGUN)
        lines.note(BEGUN, "waiting 20 s for the exchange's limit")
        assert said[-1] == "BTCUSDT 1m: waiting 20 s for the exchange's limit"


def test_a_bar_shows_names_and_notes_as_they_are() -> None:
    output = io.StringIO()
    display = BarDisplay(output, colours=False)
    odd = SeriesReport(symbol="[red]币安USDT", interval=Interval.MINUTE_1, wanted=3)
    with display.shown():
        display.progress(odd)
        display.note(odd, "[bold]note[/]")
        display.progress(replace(odd, done=3))
    assert "[red]币安USDT 1m: [bold]note[/]" in output.getvalue()
    assert "3/3" in output.getvalue()


class TestSummary:
    """What is told at the end."""

    def test_it_tells_what_came_from_where(self) -> None:
        report = replace(BEGUN, added=70_000, changed=12, from_archive=60_000, from_rest=10_012, ended=True)
        assert summary([report]) == [
            "BTCUSDT 1m: 70,000 candles stored, 12 changed (60,000 from the archive, 10,012 by REST)"
        ]
        assert summary([replace(BEGUN, wanted=0, ended=True)]) == ["BTCUSDT 1m: nothing to fetch"]
        assert summary([BEGUN]) == ["BTCUSDT 1m: 0 candles stored, 0 changed"]

    def test_it_tells_gaps_and_whose_they_are(self) -> None:
        one = CandleRange(ms("2026-01-01T00:07"), ms("2026-01-01T00:07"))
        more = CandleRange(ms("2026-01-02"), ms("2026-01-02T00:09"))
        _, absent, unfilled = summary([replace(BEGUN, absent=(one,), unfilled=(more,), ended=True)])
        assert absent == "  the exchange has no candles for 2026-01-01 00:07 (1 candle)"
        assert unfilled == "  missing: 2026-01-02 00:00 to 2026-01-02 00:09 (10 candles)"

    def test_of_many_gaps_it_tells_ten_and_how_many_more(self) -> None:
        gaps = tuple(CandleRange(time, time) for time in range(0, 60_000 * 24, 120_000))
        lines = summary([replace(BEGUN, unfilled=gaps, ended=True)])
        assert (len(lines), lines[-1]) == (12, "  … and 2 more stretches")
