"""What a process knows of the exchange's symbols, in memory: loaded at the start, and again when they have changed.

A change is told once, and a process that was cut off then would miss it; so one that knows no symbols loads them too
whenever the bridge says that it knows some.
"""

import asyncio

import msgspec
from channels.db import database_sync_to_async

from streaming.clock import SystemClock
from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import Message
from streaming.layer.groups import GATEWAYS_GROUP
from streaming.market import selectors
from streaming.market.bridge.status import BRIDGE_STATUS_MESSAGE, decode_status
from streaming.market.models import TRADING
from streaming.outage import Outage
from streaming.workers.background_task import BackgroundTask
from streaming.workers.waiting import wait_for

SYMBOLS_CHANGED_MESSAGE = "symbols.changed"


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


class SymbolDirectory(BackgroundTask):
    """Holds the exchange's symbols in memory, and loads them again when they have changed.

    Names are exact: `btcusdt` is an unknown symbol. After a failure it loads again in `retry` s.
    """

    def __init__(self, hub: Hub, *, retry: float = 2.0) -> None:
        self._hub = hub
        self._retry = retry
        self._outage = Outage("table of symbols", SystemClock())
        self._symbols: dict[str, SymbolFacts] = {}
        self._known = asyncio.Event()
        self._changed = asyncio.Event()

    async def start(self) -> None:
        """Load the symbols, and begin to listen for changes; where the database doesn't answer, load them later."""
        await self._hub.listen(GATEWAYS_GROUP, SYMBOLS_CHANGED_MESSAGE, self._note_change)
        await self._hub.listen(GATEWAYS_GROUP, BRIDGE_STATUS_MESSAGE, self._note_status)
        if not await self._load():
            self._changed.set()
        await super().start()

    @property
    def known(self) -> bool:
        """True once at least one symbol is known."""
        return self._known.is_set()

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

    def _note_status(self, message: Message) -> None:
        if self._symbols:
            return
        try:
            status = decode_status(message["status"])
        except msgspec.DecodeError:  # whoever keeps the statuses says so
            return
        if status.symbols_known:
            self._changed.set()

    async def _run(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            if not await self._load():
                self._changed.set()
                await asyncio.sleep(self._retry)

    async def _load(self) -> bool:
        try:
            rows = await database_sync_to_async(selectors.listed_symbols)()
        except Exception as error:  # noqa: BLE001 - nothing may end what keeps the symbols known
            self._outage.failed(error)
            return False
        self._outage.worked()
        facts = (SymbolFacts(name=name, base=base, quote=quote, status=status) for name, base, quote, status in rows)
        self._symbols = {one.name: one for one in facts}
        if self._symbols:
            self._known.set()
        return True
