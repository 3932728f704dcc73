"""Fetching the trades that newer ones wait for, beside the worker's turns: an exchange that is slow holds up nobody."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec
import structlog

from streaming.events import Trade
from streaming.market.errors import MarketError
from streaming.market.past_trades import trades_from
from trading.live.worker.followed_symbol import FollowedSymbol

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 8.0
_MOST_MISSING = 1_000_000
"""Where more are missing, none is fetched: that is another count of the exchange's, or days ago."""
_MOST_PAGES = 20
"""So many pages of a thousand trades may wait to be taken; who fetches more waits until some were."""

logger = structlog.get_logger(__name__)


class FetchedTrades(msgspec.Struct, frozen=True, kw_only=True):
    """Trades of a symbol, in their order.

    `answered` comes with the last of them: the first and the last id between which what hasn't come can't be had.
    """

    symbol: str
    trades: Sequence[Trade] = ()
    answered: tuple[int, int] | None = None


class CatchingUp:
    """One fetch at a time for each symbol of which trades are missing; `wake` is called when some have come.

    What can't be fetched, for whatever reason, is tried again as long as it is missing.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._fetches: dict[str, asyncio.Task[None]] = {}
        self._fetched: asyncio.Queue[FetchedTrades] = asyncio.Queue(_MOST_PAGES)

    def look(self, symbols: Mapping[str, FollowedSymbol]) -> None:
        """Fetch what is missing now, and no more what isn't."""
        missing = {name: one.sequence.missing for name, one in symbols.items() if one.sequence.missing is not None}
        for name in self._fetches.keys() - missing.keys():
            self._fetches.pop(name).cancel()
        for name, holes in missing.items():
            if name not in self._fetches and holes is not None:
                self._fetches[name] = asyncio.create_task(self._fetch(name, *holes), name=f"missing trades of {name}")

    def taken(self) -> Iterator[FetchedTrades]:
        """Yield what has come, each once."""
        while not self._fetched.empty():
            yield self._fetched.get_nowait()

    async def stop(self) -> None:
        """Fetch no more, and forget what has come; calling it twice is harmless."""
        fetches = list(self._fetches.values())
        self._fetches.clear()
        for fetch in fetches:
            fetch.cancel()
        await asyncio.gather(*fetches, return_exceptions=True)
        self._fetched = asyncio.Queue(_MOST_PAGES)

    async def _fetch(self, name: str, first: int, last: int) -> None:
        """Fetch a hole until the exchange has given what lies behind it, too: what it then hasn't given, it hasn't."""
        pause = _FIRST_PAUSE_SECONDS
        if last - first >= _MOST_MISSING:
            await self._hand_over(FetchedTrades(symbol=name, answered=(first, last)))
        while last - first < _MOST_MISSING and not await self._is_filled(name, first, last):
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        self._fetches.pop(name, None)
        self._wake()

    async def _hand_over(self, fetched: FetchedTrades) -> None:
        await self._fetched.put(fetched)
        self._wake()

    async def _is_filled(self, name: str, first: int, last: int) -> bool:
        newest = first
        try:
            async for page in trades_from(name, first):
                newest = page[-1].trade_id
                answered = (first, newest) if newest > last else None
                await self._hand_over(FetchedTrades(symbol=name, trades=page, answered=answered))
                if newest > last:
                    return True
        except MarketError as error:
            logger.warning("missing trades can't be fetched yet", symbol=name, ids=(first, last), reason=str(error))
        except Exception:
            logger.exception("missing trades can't be fetched by a fault; it is tried again", symbol=name)
        return False
