"""What the tests of the backfill share: an exchange whose time stands still, and somebody who listens."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from streaming.market.backfill.report import SeriesReport
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from tests.manual_clock import ManualClock


def ms(text: str) -> int:
    """Return a time of UTC in ms."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


NOW = ms("2026-03-10T12:00")


class Heard:
    """Keeps what a backfill tells."""

    def __init__(self) -> None:
        self.reports: list[SeriesReport] = []
        self.notes: list[str] = []

    def progress(self, report: SeriesReport) -> None:
        """Keep a state."""
        self.reports.append(report)

    def note(self, report: SeriesReport, text: str) -> None:
        """Keep a note."""
        self.notes.append(text)


@pytest.fixture
def heard() -> Heard:
    """Return somebody who listens."""
    return Heard()


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that stands still."""
    return ManualClock(NOW)


@pytest.fixture
async def simulator(clock: ManualClock) -> AsyncIterator[SimulatedExchange]:
    """Run a simulated exchange, whose market moves only when a test says so."""
    settings = ExchangeSettings(tick_interval=None, instruments=INSTRUMENTS[:2], weight_limit=200)
    exchange = SimulatedExchange(seed=7, clock=clock, settings=settings)
    await exchange.start()
    yield exchange
    await exchange.stop()


@pytest.fixture
def addresses(simulator: SimulatedExchange, settings: Settings, tmp_path: Path) -> None:
    """Let the settings name the simulator, with a budget that no test uses up by chance."""
    settings.VAR_DIR = tmp_path
    settings.EXCHANGE_SOURCE = "simulator"
    settings.EXCHANGE_REST_URL = simulator.rest_url
    settings.EXCHANGE_ARCHIVE_URL = simulator.rest_url
    settings.EXCHANGE_REST_WEIGHT_PER_MINUTE = 100_000
    settings.BACKFILL_RETRY_SECONDS = 0.01
