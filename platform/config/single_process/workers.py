"""What one process runs beside its server: every worker, and the simulator where no real exchange is to be had."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext

import msgspec
import structlog
from channels.db import database_sync_to_async
from django.conf import settings

from config.single_process.further_markets import (
    FurtherMarket,
    prices_are_combined,
    simulated_further_markets,
    start_further_bridges,
)
from config.single_process.reachability import reachable_stream_url
from streaming.events import Source
from streaming.gateway.runtime import current_runtime
from streaming.installed import installed_workers, retention_rules
from streaming.market.candles.storage import candles_forget
from streaming.market.models import SourceChoices
from streaming.market.own_source import own_source
from streaming.simulator.market.instruments import INSTRUMENTS, STABLECOIN
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from streaming.workers.process import new_process_id
from streaming.workers.worker import Worker, WorkerContext
from streaming.workers.worker_runner import work

REACH_SECONDS = 5.0
Say = Callable[[str, str], None]
"""Tells people something: a subject in one word, and a text."""

logger = structlog.get_logger(__name__)


class ExchangeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Which exchange was asked for: `simulator` doesn't even try to reach the real one.

    Where the simulator runs, `control` lets whoever reaches its port ask for faults.
    """

    simulator: bool = False
    seed: int = 1
    control: bool = False


@asynccontextmanager
async def exchange(options: ExchangeOptions, say: Say) -> AsyncIterator[tuple[FurtherMarket, ...]]:
    """Choose the exchange, and run the simulator where it is the one.

    Give the markets that are to be read beside it: where it is simulated, so are they.
    """
    if await real_exchange_answers(options, say):
        yield ()
        return
    instruments = (*INSTRUMENTS, STABLECOIN) if prices_are_combined() else INSTRUMENTS
    simulated = ExchangeSettings(control=options.control, instruments=instruments)
    simulator = SimulatedExchange(seed=options.seed, settings=simulated)
    await simulator.start()
    await database_sync_to_async(candles_forget)(source=Source.SIMULATOR)  # of another market than this one
    say_where_the_simulator_is(options, say, simulator.rest_url)
    settings.EXCHANGE_SOURCE = Source.SIMULATOR.value
    settings.EXCHANGE_REST_URL = simulator.rest_url
    settings.EXCHANGE_STREAM_URLS = [simulator.stream_url]
    try:
        async with simulated_further_markets(simulator, control=options.control) as further:
            yield further
    finally:
        await simulator.stop()


async def real_exchange_answers(options: ExchangeOptions, say: Say) -> bool:
    """Return whether the exchange of `EXCHANGE_SOURCE` can be reached, and was not ruled out; say so.

    That may be a simulated one in a process of its own.
    """
    if options.simulator:
        return False
    name = _configured_exchange()
    say("exchange", f"trying to reach {name}, for at most {REACH_SECONDS:g} s")
    stream_url = await reachable_stream_url(REACH_SECONDS)
    if stream_url and own_source() is Source.SIMULATOR:
        say("exchange", f"{name}: {stream_url}; its prices are not real")
    elif stream_url:
        say("exchange", f"{name}, live: {stream_url}")
    return stream_url is not None


def say_where_the_simulator_is(options: ExchangeOptions, say: Say, rest_url: str) -> None:
    """Say that the simulator stands in, why, and where faults can be asked for."""
    silent = f"{_configured_exchange()} did not answer within {REACH_SECONDS:g} s"
    reason = "as asked" if options.simulator else silent
    say("exchange", f"the simulator ({reason}): {rest_url}; its prices are not real")
    if options.control:
        say("control", f"{rest_url}/simulator/faults")


def _configured_exchange() -> str:
    """Return what people call the exchange that `EXCHANGE_SOURCE` names; a simulated one has a process of its own."""
    is_simulated = own_source() is Source.SIMULATOR
    return "a simulated exchange" if is_simulated else str(SourceChoices(own_source()).label)


async def run_beside_server(worker: Worker) -> None:
    """Run a worker on the hub of this process's gateway.

    On the memory layer no other process is reached: so none may work instead, and none is told that this one does.
    """
    runtime = await current_runtime()
    is_alone = not settings.REDIS_URLS
    context = WorkerContext(
        hub=runtime.hub,
        clock=runtime.clock,
        holder=new_process_id(),
        epoch=runtime.clock.now_ms() if is_alone else None,
        metrics=runtime.metric_sources,
    )
    with runtime.own_workers.running(worker.name) if is_alone else nullcontext():
        await work(worker, context, retention=retention_rules(worker.name))


def start_workers(further: Iterable[FurtherMarket] = ()) -> list[asyncio.Task[None]]:
    """Begin to run every worker beside the server, and to read further markets; a task is called by its title."""
    loop = asyncio.get_running_loop()
    own = [loop.create_task(run_beside_server(worker), name=worker.title) for worker in installed_workers().values()]
    return own + start_further_bridges(further)


class Workers:
    """The workers of a process whose server runs the event loop; `stop` may be called without `start`, and twice."""

    def __init__(self, options: ExchangeOptions, say: Say) -> None:
        self._options = options
        self._say = say
        self._exchange = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Choose the exchange, and begin to work for it."""
        further = await self._exchange.enter_async_context(exchange(self._options, self._say))
        self._tasks = start_workers(further)
        for task in self._tasks:
            task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """End all of them."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self._exchange.aclose()

    @staticmethod
    def _ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            logger.error("a worker has ended", worker=task.get_name(), exc_info=task.exception())
