"""Keeping the symbols current: the bridge fetches what the exchange lists, stores it, and tells every process."""

import asyncio
from collections.abc import Callable
from random import Random

import structlog
from channels.db import database_sync_to_async

from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.events import Source
from streaming.layer.groups import GATEWAYS_GROUP
from streaming.market.errors import EmptyExchangeInfoError
from streaming.market.publishing.sender import Sender
from streaming.market.services import symbols_store
from streaming.market.sources.errors import ExchangeBusyError, ExchangeError, ParseError
from streaming.market.sources.source import SourceRest
from streaming.market.symbols.directory import SYMBOLS_CHANGED_MESSAGE
from streaming.times import moment

_LONGEST_RETRY_SECONDS = 60.0

logger = structlog.get_logger(__name__)


class SymbolRefresher:
    """Fetches the exchange's symbols now and then, stores them, and tells every process.

    `known` is true once symbols were stored; `observe` is called when it becomes so.
    """

    def __init__(
        self,
        sender: Sender,
        rest: SourceRest,
        observe: Callable[[], None],
        *,
        source: Source,
        refresh: float,
        retry: float,
        clock: Clock,
        random: Random,
    ) -> None:
        self._sender = sender
        self._stored = asyncio.Event()
        self._rest = rest
        self._observe = observe
        self._source = source
        self._refresh = refresh
        self._retry = retry
        self._clock = clock
        self._random = random
        self.known = False

    async def run(self) -> None:
        """Fetch and store every `refresh` seconds, after a failure in `retry` and then ever longer, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_fetching())
            tasks.create_task(self._publish_changes())

    async def _keep_fetching(self) -> None:
        failures = 0
        while True:
            wait = await self._attempt(failures)
            failures = 0 if wait is None else failures + 1
            await asyncio.sleep(self._refresh if wait is None else wait)

    async def _attempt(self, failures: int) -> float | None:
        """Fetch and store once; return None, or after how many seconds to try again."""
        ceiling = min(_LONGEST_RETRY_SECONDS, self._retry * 2.0 ** min(failures, 64))
        wait = self._random.uniform(self._retry / 2, ceiling)
        try:
            await self._fetch_and_store()
        except ExchangeBusyError as error:
            wait = max(wait, error.retry_after)
            logger.warning("symbols could not be fetched", reason=str(error), next_attempt_in=round(wait, 3))
        except (ExchangeError, ParseError, EmptyExchangeInfoError, AnyDatabaseError) as error:
            logger.warning("symbols could not be fetched", reason=str(error), next_attempt_in=round(wait, 3))
        else:
            return None
        return wait

    async def _fetch_and_store(self) -> None:
        info = await self._rest.symbols()
        now = moment(self._clock.now_ms())
        stored = await database_sync_to_async(symbols_store)(info=info, source=self._source, now=now)
        logger.info(
            "symbols stored",
            listed=stored.listed,
            trading=stored.trading,
            unlisted=stored.unlisted,
            unreadable=info.unreadable,
        )
        self._stored.set()
        if not self.known:
            self.known = True
            self._observe()

    async def _publish_changes(self) -> None:
        """Tell every process of what was stored, until it got out."""
        while True:
            await self._stored.wait()
            self._stored.clear()
            message = {"type": SYMBOLS_CHANGED_MESSAGE}
            await self._sender.send_until_taken(GATEWAYS_GROUP, message, pause=self._retry)
