"""docs/protocol/commands.md: candles of the past."""

from typing import Any

from tests.conformance.asking import http
from tests.conformance.asking.speaker import speak
from tests.conformance.asking.spelling import MARKET
from tests.conformance.places import Place
from tests.conformance.rows import on_each_layer, row

HOUR = 3_600_000
START = 1_704_067_200_000
"""2024-01-01T00:00:00Z."""
DAY = {"symbol": "BTCUSDT", "interval": "1h"}


async def times_of(place: Place, **bounds: Any) -> list[int]:
    """Return when the candles open that a command gives."""
    async with speak(place, MARKET) as client:
        data = (await client.command("market.history", {**DAY, **bounds}))["data"]
    return [candle[0] for candle in data["candles"]]


@row("CM-25")
@on_each_layer
async def test_it_takes_the_oldest_from_a_start_and_the_newest_until_an_end(place: Place) -> None:
    hours = [START + hour * HOUR for hour in range(6)]
    assert await times_of(place, start=START, end=hours[-1]) == hours
    assert await times_of(place, start=START - 1, end=hours[-1], limit=2) == hours[:2]
    assert await times_of(place, start="2024-01-01T02:00:00+02:00", end="2024-01-01T01:00Z") == hours[:2]
    assert await times_of(place, end=hours[-1] + 1, limit=2) == hours[-2:]
    path = f"/api/v1/market/history/?symbol=BTCUSDT&interval=1h&start={START}&limit=3"
    assert [candle[0] for candle in http.get(place.http_url + path).json["candles"]] == hours[:3]


@row("CM-26")
async def test_it_answers_a_long_range_page_by_page(place: Place) -> None:
    end = START + 600 * HOUR
    first = await times_of(place, start=START, end=end)
    rest = await times_of(place, start=first[-1] + 1, end=end)
    assert (len(first), len(rest)) == (500, 101)
    assert [*first, *rest] == list(range(START, end + 1, HOUR))
    path = f"/api/v1/market/history/?symbol=BTCUSDT&interval=1h&start={START}&limit=1000"
    assert len(http.get(place.http_url + path).json["candles"]) == 1000


@row("CM-27")
async def test_it_answers_with_nothing_where_no_candle_opens(place: Place) -> None:
    empty: list[dict[str, int]] = [
        {"start": 0, "end": HOUR},
        {"start": START + 1, "end": START + 2},
        {"start": 4_102_444_800_000},
    ]
    for bounds in empty:
        assert await times_of(place, **bounds) == [], bounds


@row("CM-28")
async def test_it_names_what_is_wrong_with_a_range(place: Place) -> None:
    wrong: list[tuple[dict[str, Any], set[str]]] = [
        ({"start": START, "end": START - 1}, {"end"}),
        ({"start": "yesterday", "end": 10**30}, {"start", "end"}),
        ({"start": -1, "limit": 1001}, {"start", "limit"}),
        ({"end": "2024-01-01T00:00:00", "limit": "9" * 99}, {"end", "limit"}),
        ({"symbol": "btcusdt"}, {"symbol"}),
        ({"interval": "60"}, {"interval"}),
    ]
    async with speak(place, MARKET) as client:
        for bounds, fields in wrong:
            frame = await client.command("market.history", {**DAY, **bounds})
            assert frame["error"]["code"] == "VALIDATION_ERROR", bounds
            assert set(frame["error"]["fields"]) == fields, bounds
