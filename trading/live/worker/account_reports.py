"""What users own: told of `account:` and `portfolio:` from the rows, after changes and as prices move.

Both are states: what isn't told now is told with the next change, and a new subscriber reads the rows.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal

import msgspec

from streaming.batches import batched
from streaming.clock import Clock
from streaming.events import BaseEvent
from streaming.outage import Outage
from streaming.times import moment
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.fencing import Fence, LeaseLostError
from trading.events import Account, Portfolio
from trading.live.events.publish_event import PublishEvent
from trading.live.portfolios.holdings import accounts_of, symbols_of_pairs
from trading.live.portfolios.portfolios import portfolios_now
from trading.models import Lot

_SHARE = 10
"""Reading and telling takes at most this part of the time, however much there is to be told."""
_BATCH = 200
"""So many users are read at a time."""

Prices = Callable[[], Mapping[str, Decimal]]
"""Returns the last price of each symbol that the worker follows."""
FindPrices = Callable[[Collection[str]], Awaitable[Mapping[str, Decimal]]]
"""Returns the last prices of other symbols, as far as any process holds one."""


class Holders(msgspec.Struct, frozen=True):
    """The ids of the users who hold anything of which the price can move, and the symbols that they hold."""

    owners: frozenset[int]
    symbols: frozenset[str]


class Owned(msgspec.Struct, frozen=True):
    """What is told of a user."""

    accounts: tuple[Account, ...]
    portfolio: Portfolio | None


class AccountReports:
    """Tells the users of whom `note_changed` has told of their accounts and portfolios; of what differs only.

    A user is told at most each `pause` seconds. Each `interval` seconds, and first of all, all are looked at who hold
    positions. A symbol that is followed no more is told at its last price until another one is found.
    """

    def __init__(
        self,
        *,
        database: DatabaseThread,
        prices: Prices,
        find_prices: FindPrices,
        publish: PublishEvent,
        fence: Fence | None,
        clock: Clock,
        pause: float,
        interval: float,
    ) -> None:
        self._database = database
        self._prices = prices
        self._find_prices = find_prices
        self._known: dict[str, Decimal] = {}
        self._publish = publish
        self._fence = fence
        self._clock = clock
        self._pause = pause
        self._interval = interval
        self._changed: set[int] = set()
        self._told: dict[int, Owned] = {}
        self._looked_at = -math.inf
        self._outage = Outage("telling of accounts and portfolios", clock)

    def note_changed(self, owner_ids: Iterable[int]) -> None:
        """Let these users be told soon of what is stored of them by now."""
        self._changed.update(owner_ids)

    async def run(self) -> None:
        """Tell of changes until cancelled; raise `LeaseLostError` where another has the lease."""
        while True:
            began = self._clock.monotonic()
            await self.tell_changed()
            spent = self._clock.monotonic() - began
            await asyncio.sleep(max(self._pause, (_SHARE - 1) * spent))

    async def tell_changed(self) -> None:
        """Tell whoever is to be told now; what fails is tried again with the next turn."""
        changed: set[int] = set()
        try:
            await self._look_at_holders()
            changed, self._changed = self._changed, set()
            for batch in batched(sorted(changed), _BATCH):
                await self._tell(batch)
                changed.difference_update(batch)
        except LeaseLostError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever database and layer raise: nothing is lost by it
            self._changed |= changed
            self._outage.failed(error)
        else:
            self._outage.worked()

    async def _look_at_holders(self) -> None:
        if self._clock.monotonic() - self._looked_at < self._interval:
            return
        self._looked_at = self._clock.monotonic()
        holders = await self._database.run(holders_of_positions)
        found = await self._find_prices(holders.symbols - self._prices().keys())
        self._known = {symbol: price for symbol, price in self._known.items() if symbol in holders.symbols} | dict(
            found
        )
        self._changed |= holders.owners
        self._told = {owner: told for owner, told in self._told.items() if owner in self._changed}

    async def _tell(self, owner_ids: Collection[int]) -> None:
        now = moment(self._clock.now_ms())
        self._known |= self._prices()
        owned = await self._database.run(owned_by, owner_ids, self._known, fence=self._fence, now=now)
        for owner_id, one in owned.items():
            for event in _differing(self._told.get(owner_id), one):
                await self._publish(event, owner=str(owner_id))
            self._told[owner_id] = one
            await asyncio.sleep(0)


def owned_by(
    owner_ids: Collection[int], prices: Mapping[str, Decimal], *, fence: Fence | None, now: datetime
) -> dict[int, Owned]:
    """Return what is told of users who have an account; a few queries for all of them."""
    accounts = accounts_of(owner_ids, now=now)
    portfolios = portfolios_now(accounts.keys(), prices, fence=fence, now=now)
    return {owner: Owned(tuple(each), portfolios.get(owner)) for owner, each in accounts.items()}


def holders_of_positions() -> Holders:
    """Return who holds anything, and what."""
    rows = Lot.objects.order_by().values_list("sub_account__account__owner", "asset", "sub_account__quote").distinct()
    held = list(rows)
    symbols = symbols_of_pairs({(base, quote) for _, base, quote in held})
    return Holders(frozenset(owner for owner, *_ in held), frozenset(symbols.values()))


def _differing(before: Owned | None, now: Owned) -> Iterator[BaseEvent]:
    """Yield what says anything else than what was told last."""
    known = {account.account: account for account in before.accounts} if before else {}
    for account in now.accounts:
        if not _says_the_same(known.get(account.account), account):
            yield account
    if now.portfolio is not None and not _says_the_same(before.portfolio if before else None, now.portfolio):
        yield now.portfolio


def _says_the_same(before: Account | Portfolio | None, now: Account | Portfolio) -> bool:
    return before is not None and msgspec.structs.replace(before, time=now.time) == now
