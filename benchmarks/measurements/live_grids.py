"""A thousand grids on one symbol: what they cost the worker, how soon another takes over, and how soon all stop.

Two gateways, two workers, PostgreSQL and Redis, with the simulated exchange's trades. The kill switch is thrown at one
gateway while orders are placed at the other.
"""

import asyncio
import os
import signal
import time

import msgspec

from benchmarks.measurements.live_commands import TradingClient, order_at
from benchmarks.measurements.live_deployment import SYMBOL, LiveDeployment, live_deployment
from benchmarks.processor_time import seconds_used
from tests.waiting import until, until_now

_GRIDS = 1000
_QUIET_SECONDS, _SECONDS = 5.0, 20.0
_LONG = 120.0
_PAUSE_SECONDS = 0.01
_STOPPED = "trading_grid WHERE state = 'stopped'"
_SWITCH = {"action": "activate", "scope": "global", "reason": "measured"}


class LiveGrids(msgspec.Struct, frozen=True, kw_only=True):
    """A thousand grids of one deployment; `load` is the machine's, over a minute, at the end."""

    grids: int
    orders: int
    """That rest, of all grids."""
    start_seconds: float
    """From when the last grid was accepted until all ran."""
    trades_per_second: float
    fills_per_second: float
    worker_cores: float
    """The processor time that the worker used in a second."""
    takeover_seconds: float
    """From a SIGKILL of the worker until the other had loaded everything."""
    first_fill_seconds: float
    """From that until it had stored a fill."""
    switch_answer_seconds: float
    """From the command until its answer."""
    order_after_answer_ms: float
    """How long after the answer the last order was sent that was accepted; 0 where none was."""
    stopped_seconds: float
    """From the command until all grids had stopped."""
    load: float


def live_grids(*, rounds: int) -> list[LiveGrids]:
    """Measure `rounds` times, each on a deployment of its own."""
    return [_measured() for _ in range(rounds)]


def _measured() -> LiveGrids:
    with live_deployment(_GRIDS) as deployment:
        cores, trades, fills = asyncio.run(_cost(deployment))
        orders = deployment.count("trading_order WHERE ended_at IS NULL")
        takeover, first_fill = _takeover(deployment)
        answered, late, stopped = asyncio.run(_switch(deployment))
        return LiveGrids(
            grids=_GRIDS,
            orders=orders,
            start_seconds=round(deployment.start_seconds, 1),
            trades_per_second=round(trades, 1),
            fills_per_second=round(fills, 1),
            worker_cores=round(cores, 3),
            takeover_seconds=round(takeover, 1),
            first_fill_seconds=round(first_fill, 1),
            switch_answer_seconds=round(answered, 2),
            order_after_answer_ms=round(1000 * late, 1),
            stopped_seconds=round(stopped, 2),
            load=round(os.getloadavg()[0], 1),
        )


async def _cost(deployment: LiveDeployment) -> tuple[float, float, float]:
    """Return what the worker uses, and how many trades and fills there are, each in a second."""
    await asyncio.sleep(_QUIET_SECONDS)
    holder = deployment.holder()
    assert holder is not None
    async with TradingClient.connected(deployment.socket_url, deployment.token()) as client:
        await client.subscribe(f"trades:{SYMBOL}")
        fills, began, used = deployment.count("trading_fill"), time.monotonic(), seconds_used(holder.id)
        trades = client.trades
        await asyncio.sleep(_SECONDS)
        seconds = time.monotonic() - began
        cores, trades = (seconds_used(holder.id) - used) / seconds, client.trades - trades
    return cores, trades / seconds, (deployment.count("trading_fill") - fills) / seconds


def _takeover(deployment: LiveDeployment) -> tuple[float, float]:
    killed = deployment.holder()
    assert killed is not None
    other = next(worker for worker in deployment.workers if worker is not killed)
    began = time.monotonic()
    killed.signal(signal.SIGKILL)
    other.wait_for("trading begins", seconds=_LONG)
    loaded = time.monotonic() - began
    fills = deployment.count("trading_fill")
    until_now(lambda: deployment.count("trading_fill") > fills, seconds=_LONG, explain=deployment.said)
    return loaded, time.monotonic() - began


async def _switch(deployment: LiveDeployment) -> tuple[float, float, float]:
    """Return the seconds until the answer, from it to the last order that was accepted, and until all have stopped."""
    staff, trader = deployment.token("admin"), deployment.token()
    async with (
        TradingClient.connected(deployment.socket_url, staff) as switch,
        TradingClient.connected(deployment.socket_url_of(1), trader) as client,
    ):
        accepted: list[float] = []
        placing = asyncio.create_task(_place(client, deployment.price() * 0.9, accepted))
        await until(lambda: accepted, seconds=_LONG)
        began = time.monotonic()
        answer, seconds = await switch.command("system.kill_switch", _SWITCH)
        assert answer["success"], answer
        await until(lambda: deployment.count(_STOPPED) == _GRIDS, seconds=_LONG)
        stopped = time.monotonic() - began
        placing.cancel()
        await asyncio.gather(placing, return_exceptions=True)
    return seconds, max(0.0, *(at - began - seconds for at in accepted)), stopped


async def _place(client: TradingClient, price: float, accepted: list[float]) -> None:
    """Place orders one after the other, and note when those were sent that were accepted."""
    while True:
        sent = time.monotonic()
        answer, _ = await client.command("order.place", order_at(price))
        if answer["success"]:
            accepted.append(sent)
        await asyncio.sleep(_PAUSE_SECONDS)
