"""How soon rules that fire are stored, and how soon a firing reaches its user.

`burst`: ten thousand rules of a hundred users on one symbol fire at one price; until all of them are stored, with a
notification and a delivery each, on PostgreSQL. `latency`: from a price's publication to the notification's frame at a
client, while a thousand prices a second come. Every part is a process of its own; the bridge is this one.
"""

import asyncio
import json
import random
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from tests.alerts.firing.market import price, price_topic
from tests.alerts.firing.stage import Bridging, Stage, now_ms, stage
from tests.waiting import until, until_now

_RULES = 10_000
_USERS = 100
_BURST_SYMBOL = "BURSTUSDT"
_SYMBOLS = tuple(f"SYM{number}USDT" for number in range(50))
_TICKS_PER_SECOND = 1000
_SLICE_SECONDS = 0.01
_FIRINGS_PER_SECOND = 5
_SECONDS = 60.0
_LONG = 120.0
_NEVER_NOISE = ("ALERTS_NOISE_PER_MINUTE", "ALERTS_NOISE_PER_HOUR", "ALERTS_NOISE_PER_USER_PER_HOUR")
_QUIET = {"LOG_LEVEL": "INFO", "ALERTS_LEASE_SECONDS": "5", **dict.fromkeys(_NEVER_NOISE, "1000000")}


class Burst(msgspec.Struct, frozen=True, kw_only=True):
    """One burst; `stored_seconds` from the price's publication until the last delivery is in the database."""

    rules: int
    load_seconds: float
    """Until the evaluator had loaded all rules."""
    stored_seconds: float


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    """From a price's publication to the frame, over all firings of a round."""

    ticks_per_second: float
    firings: int
    median_ms: float
    p99_ms: float
    maximum_ms: float


def bursts(*, rounds: int) -> list[Burst]:
    """Let them all fire at once, `rounds` times on a new database."""
    return [_burst() for _ in range(rounds)]


def latencies(*, rounds: int) -> list[Latency]:
    """Measure `rounds` times, on one deployment."""
    with tempfile.TemporaryDirectory(prefix="alerts-") as name, stage(Path(name), **_QUIET) as running:
        running.list_symbols(_SYMBOLS)
        running.serve()
        for symbol in _SYMBOLS:
            running.rule(symbol=symbol, threshold=100)
        running.worker().wait_for("alerts are evaluated")
        running.worker("run_deliveries").wait_for("the worker starts")
        running.wait_for_readers(map(price_topic, _SYMBOLS))
        return [asyncio.run(_latency(running)) for _ in range(rounds)]


def _burst() -> Burst:
    with tempfile.TemporaryDirectory(prefix="alerts-") as name, stage(Path(name), **_QUIET) as running:
        running.list_symbols([_BURST_SYMBOL])
        _write_rules(running)
        began = time.monotonic()
        worker = running.worker()
        worker.wait_for("alerts are evaluated")
        loaded = time.monotonic() - began
        running.wait_for_readers([price_topic(_BURST_SYMBOL)])
        asyncio.run(_publish(running, 90))
        until_now(lambda: _count(running, "alerts_alertrule WHERE state = 'armed'") == _RULES, seconds=_LONG)
        began = time.monotonic()
        asyncio.run(_publish(running, 110))
        until_now(lambda: _count(running, "alerts_delivery") == _RULES, seconds=_LONG, explain=lambda: worker.output)
        return Burst(rules=_RULES, load_seconds=round(loaded, 2), stored_seconds=round(time.monotonic() - began, 2))


def _write_rules(running: Stage) -> None:
    """Write the rules as their use case would; over REST it would take minutes."""
    running.write(
        "INSERT INTO accounts_user (id, password, username, email, is_superuser, is_staff, is_active, first_name,"
        " last_name, date_joined, token_generation) VALUES (%s, '', %s, %s, false, false, true, '', '', now(), 0)",
        [(1000 + number, f"bench{number}", f"bench{number}@bench.invalid") for number in range(_USERS)],
    )
    condition: dict[str, object] = {
        "source": "price",
        "field": "price",
        "operator": "crossing_up",
        "hysteresis": "0",
        "parameters": {},
    }
    running.write(
        "INSERT INTO alerts_alertrule (owner_id, name, symbol, conditions, combine, source, operator, threshold,"
        " interval, trigger, cooldown_seconds, severity, channels, template, enabled, created_at, updated_at, state,"
        " error, memory, firings, beginnings) VALUES (%s, %s, %s, %s, 'all', 'price', 'crossing_up', %s, '',"
        " 'every_time', 0, 'info', '[]', '', true, now(), now(), 'pending', '', '{}', 0, 0)",
        [_rule_row(number, condition) for number in range(_RULES)],
    )


def _rule_row(number: int, condition: dict[str, object]) -> tuple[object, ...]:
    threshold = f"{100 + number / 2000:.4f}"
    conditions = json.dumps([{**condition, "indicator": "", "threshold": threshold}])
    return 1000 + number % _USERS, f"rule {number}", _BURST_SYMBOL, conditions, threshold


def _count(running: Stage, what: str) -> int:
    count: int = running.query(f"SELECT count(*) FROM {what}")[0][0]  # noqa: S608 - our own tables
    return count


async def _publish(running: Stage, value: int) -> None:
    async with Bridging(running.environment) as bridge:
        await bridge.publish(price_topic(_BURST_SYMBOL), price(_BURST_SYMBOL, value, now_ms()))


async def _latency(running: Stage) -> Latency:
    told: dict[int, float] = {}
    seen: dict[int, float] = {}
    async with Bridging(running.environment) as bridge, connect(running.socket_url) as client:
        await _log_in(client, running.token)
        reading = asyncio.create_task(_read(client, seen))
        ticks, seconds = await _tick(bridge, told)
        await until(lambda: len(seen) >= len(told), seconds=_LONG)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    return _figures([seen[moment] - at for moment, at in told.items()], ticks / seconds)


async def _log_in(client: ClientConnection, token: str) -> None:
    await client.send(json.dumps({"type": "auth", "token": token}))
    await client.send(json.dumps({"type": "subscribe", "channels": ["notifications"]}))
    async for text in client:
        if json.loads(text)["type"] == "subscribed":
            return


async def _read(client: ClientConnection, seen: dict[int, float]) -> None:
    async for text in client:
        frame = json.loads(text)
        if frame["type"] == "notification":
            seen[frame["data"]["data"]["firedAt"]] = time.monotonic()


async def _tick(bridge: Bridging, told: dict[int, float]) -> tuple[int, float]:
    """Publish prices below the threshold, and now and then one above it; return how many, and in how long."""
    begin, ticks, moment = time.monotonic(), 0, now_ms()
    while (elapsed := time.monotonic() - begin) < _SECONDS:
        for _ in range(int(elapsed * _TICKS_PER_SECOND) - ticks):
            moment, ticks = max(moment + 1, now_ms()), ticks + 1
            symbol = _SYMBOLS[ticks % len(_SYMBOLS)]
            fires = ticks % (_TICKS_PER_SECOND // _FIRINGS_PER_SECOND + 1) == 0 and ticks > _TICKS_PER_SECOND
            if fires:
                told[moment] = time.monotonic()
            value = 105 if fires else random.randint(90, 95)
            await bridge.publish(price_topic(symbol), price(symbol, value, moment))
        await asyncio.sleep(_SLICE_SECONDS)
    return ticks, time.monotonic() - begin


def _figures(latencies: Iterable[float], ticks_per_second: float) -> Latency:
    ordered = sorted(latencies)
    return Latency(
        ticks_per_second=round(ticks_per_second),
        firings=len(ordered),
        median_ms=round(1000 * ordered[len(ordered) // 2], 1),
        p99_ms=round(1000 * ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 1),
        maximum_ms=round(1000 * ordered[-1], 1),
    )
