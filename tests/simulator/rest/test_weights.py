"""Who asks for too much is refused until the minute is over; who goes on all the same is banned, ever longer."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from streaming.simulator.rest.parameters import RestError
from streaming.simulator.rest.weights import BanRules, RequestWeights
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from tests.manual_clock import ManualClock
from tests.simulator.conftest import NOON

MINUTE = 60_000
BANS = BanRules(first=90.0, longest=200.0)


def refusal_of(weights: RequestWeights, now: int) -> RestError:
    with pytest.raises(RestError) as refusal:
        weights.admit(now)
    return refusal.value


def exhausted(now: int, rules: BanRules = BANS) -> RequestWeights:
    weights = RequestWeights(10, rules)
    weights.add(10, now)
    with pytest.raises(RestError, match="current limit is 10") as refusal:
        weights.add(1, now)
    assert (refusal.value.status, refusal.value.code) == (429, -1003)
    return weights


def test_it_says_how_long_to_wait_up_to_the_next_minute() -> None:
    weights = RequestWeights(10)
    weights.add(10, NOON + 12_500)
    with pytest.raises(RestError) as refusal:
        weights.add(1, NOON + 12_500)
    assert refusal.value.retry_after == 48
    weights.admit(NOON + 12_500 + 48_000)
    weights.add(10, NOON + 12_500 + 48_000)


def test_it_bans_who_goes_on_within_the_wait_and_each_time_for_twice_as_long() -> None:
    lengths = []
    now = NOON
    weights = RequestWeights(10, BANS)
    for _ in range(3):
        with pytest.raises(RestError):
            weights.add(11, now)
        ban = refusal_of(weights, now)
        assert (ban.status, ban.code) == (418, -1003)
        assert f"IP banned until {weights.banned_until}" in str(ban)
        lengths.append(ban.retry_after)
        assert refusal_of(weights, weights.banned_until - 1).retry_after == 1
        now = (weights.banned_until // MINUTE + 1) * MINUTE
        weights.admit(now)
    assert lengths == [90, 180, 200]


def test_it_doesnt_lengthen_a_ban_for_requests_during_it() -> None:
    weights = exhausted(NOON)
    refusal_of(weights, NOON + 1)
    until = weights.banned_until
    for second in range(10):
        refusal_of(weights, NOON + second * 1000)
    assert weights.banned_until == until


def test_it_tolerates_as_many_more_requests_as_it_is_told() -> None:
    weights = exhausted(NOON, BanRules(tolerated=2))
    assert [refusal_of(weights, NOON + 1).status for _ in range(4)] == [429, 429, 418, 418]


def test_it_counts_anew_each_minute() -> None:
    weights = RequestWeights(10)
    weights.add(7, NOON + MINUTE - 1)
    assert weights.used_at(NOON + MINUTE - 1) == 7
    assert weights.used_at(NOON + MINUTE) == 0


@pytest.fixture
async def strict(clock: ManualClock) -> AsyncIterator[httpx2.AsyncClient]:
    """Return a client of an exchange that allows no more than a weight of 25 a minute."""
    settings = ExchangeSettings(weight_limit=25, tick_interval=None, instruments=(), bans=BANS)
    exchange = SimulatedExchange(clock=clock, settings=settings)
    await exchange.start()
    async with httpx2.AsyncClient(base_url=exchange.rest_url, trust_env=False) as client:
        yield client
    await exchange.stop()


async def test_it_tells_limit_used_weight_429_and_418_over_http(strict: httpx2.AsyncClient, clock: ManualClock) -> None:
    info = await strict.get("/api/v3/exchangeInfo")
    [limit] = [row["limit"] for row in info.json()["rateLimits"] if row["rateLimitType"] == "REQUEST_WEIGHT"]
    assert (limit, info.headers["X-MBX-USED-WEIGHT-1M"]) == (25, "20")
    refused = await strict.get("/api/v3/exchangeInfo")
    assert (refused.status_code, refused.headers["X-MBX-USED-WEIGHT-1M"]) == (429, "40")
    assert refused.headers["Retry-After"] == "48"
    banned = await strict.get("/api/v3/ping")
    assert (banned.status_code, banned.headers["Retry-After"], banned.json()["code"]) == (418, "90", -1003)
    assert banned.headers["X-MBX-USED-WEIGHT-1M"] == "40"
    clock.advance(90)
    answer = await strict.get("/api/v3/ping")
    assert (answer.status_code, answer.headers["X-MBX-USED-WEIGHT-1M"]) == (200, "1")


async def test_it_bans_in_spite_of_a_wrong_parameter(strict: httpx2.AsyncClient) -> None:
    statuses = [
        (await strict.get(f"/api/v3/{path}")).status_code for path in ("exchangeInfo", "exchangeInfo", "klines")
    ]
    assert statuses == [200, 429, 418]


async def test_it_lets_who_waits_go_on_without_a_ban(strict: httpx2.AsyncClient, clock: ManualClock) -> None:
    for _ in range(3):
        assert (await strict.get("/api/v3/exchangeInfo")).status_code == 200
        refused = await strict.get("/api/v3/exchangeInfo")
        assert refused.status_code == 429
        clock.advance(int(refused.headers["Retry-After"]))
