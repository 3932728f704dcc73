"""What a process knows of the exchange's symbols, in memory: loaded at the start, and again when they have changed."""

import asyncio

import msgspec
import structlog
from channels.db import database_sync_to_async
from django.db import DatabaseError

from streaming.hub import Hub, Message
from streaming.market import selectors
from streaming.market.demand import GATEWAYS_GROUP
from streaming.market.models import TRADING
from streaming.market.waiting import wait_for

SYMBOLS_CHANGED_MESSAGE = "symbols.changed"
_RETRY_SECONDS = 2.0

logger = structlog.get_logger(__name__)


class SymbolFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What subscribing needs to know of a symbol; `status` is the exchange's word."""

    name: str
    base: str
    quote: str
    status: str

    @property
    def is_trading(self) -> bool:
        """True where the symbol trades now."""
        return self.status == TRADING


class SymbolDirectory:
    """See the module. Names are exact: `btcusdt` is an unknown symbol."""

    def __init__(self) -> None:
        self._symbols: dict[str, SymbolFacts] = {}
        self._bases: frozenset[str] = frozenset()
        self._known = asyncio.Event()
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self, hub: Hub) -> None:
        """Load the symbols, and begin to listen for changes; where the database doesn't answer, load them later."""
        await hub.listen(GATEWAYS_GROUP, SYMBOLS_CHANGED_MESSAGE, self._note_change)
        if not await self._load():
            self._changed.set()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Listen no more; calling it twice is harmless."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    @property
    def known(self) -> bool:
        """True once at least one symbol is known."""
        return self._known.is_set()

    @property
    def bases(self) -> frozenset[str]:
        """The base assets of the symbols that trade."""
        return self._bases

    def __len__(self) -> int:
        """Return how many symbols are known, trading or not."""
        return len(self._symbols)

    def find(self, name: str) -> SymbolFacts | None:
        """Return what is known of a symbol; None where it is unknown."""
        return self._symbols.get(name)

    def is_trading(self, name: str) -> bool:
        """Return whether a symbol is known and trades."""
        facts = self._symbols.get(name)
        return facts is not None and facts.is_trading

    async def wait_until_known(self, timeout: float) -> bool:  # noqa: ASYNC109 - waiting is what it is for
        """Wait at most `timeout` seconds until symbols are known; return whether they are."""
        return await wait_for(self._known, timeout)

    def _note_change(self, message: Message) -> None:
        self._changed.set()

    async def _run(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            if not await self._load():
                self._changed.set()
                await asyncio.sleep(_RETRY_SECONDS)

    async def _load(self) -> bool:
        try:
            rows = await database_sync_to_async(selectors.listed_symbols)()
        except DatabaseError as error:
            logger.warning("symbols could not be loaded; trying again", reason=str(error))
            return False
        facts = (SymbolFacts(name=name, base=base, quote=quote, status=status) for name, base, quote, status in rows)
        self._symbols = {one.name: one for one in facts}
        self._bases = frozenset(one.base for one in self._symbols.values() if one.is_trading)
        if self._symbols:
            self._known.set()
        return True
