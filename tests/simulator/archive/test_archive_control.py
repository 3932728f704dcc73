"""Faults of the archive over HTTP: injected, listed and ended, or refused with a sentence."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from tests.manual_clock import ManualClock

PATH = "/data/spot/daily/klines/BTCUSDT/1d/BTCUSDT-1d-2026-11-17.zip"


@pytest.fixture
async def controlled(clock: ManualClock) -> AsyncIterator[httpx2.AsyncClient]:
    settings = ExchangeSettings(tick_interval=None, instruments=INSTRUMENTS[:1], control=True)
    exchange = SimulatedExchange(clock=clock, settings=settings)
    await exchange.start()
    async with httpx2.AsyncClient(base_url=exchange.rest_url, trust_env=False) as client:
        yield client
    await exchange.stop()


async def test_it_takes_a_file_away_and_gives_it_back(controlled: httpx2.AsyncClient) -> None:
    injected = await controlled.get("/simulator/archive-faults/missing?files=BTCUSDT-1d-*")
    assert injected.json() == {"kind": "missing", "files": "BTCUSDT-1d-*", "row": 0, "rows": 1}
    assert (await controlled.get("/simulator/archive-faults")).json() == [injected.json()]
    assert (await controlled.get(PATH)).status_code == 404
    for ended in (True, False):
        answer = await controlled.get("/simulator/archive-faults/missing/end")
        assert answer.json() == {"kind": "missing", "ended": ended}
        assert (await controlled.get(PATH)).status_code == 200
    assert (await controlled.get("/simulator/archive-faults")).json() == []


async def test_it_takes_the_rows_of_a_hole(controlled: httpx2.AsyncClient) -> None:
    injected = await controlled.get("/simulator/archive-faults/hole?row=60&rows=15")
    assert injected.json() == {"kind": "hole", "files": "*", "row": 60, "rows": 15}


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ("lost", "there is no fault 'lost' of the archive; there are missing, truncated"),
        ("lost/end", "there is no fault 'lost'"),
        ("hole?minutes=5", "takes files, row, rows; not 'minutes'"),
        ("hole?row=1&row=2", "row was given twice"),
        ("hole?row=-1", "row must be a whole number, not '-1'"),
        ("hole?rows=0", "rows must be 1 or more"),
        ("hole/end?row=1", "unknown parameter 'row'"),
    ],
)
async def test_it_refuses_with_a_sentence(controlled: httpx2.AsyncClient, request_: str, words: str) -> None:
    refused = await controlled.get(f"/simulator/archive-faults/{request_}")
    assert refused.status_code == 400
    assert words in refused.json()["error"]
    assert (await controlled.get("/simulator/archive-faults")).json() == []


async def test_there_is_nothing_further_below(controlled: httpx2.AsyncClient) -> None:
    assert (await controlled.get("/simulator/archive-faults/hole/begin")).status_code == 404
