"""Loading sub-accounts from their rows as they are now, with the gates that their orders pass."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

import structlog
from django.db.models import Max

from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.market.models import Symbol
from streaming.times import moment
from streaming.workers.database_thread import DatabaseThread
from trading.engine.instrument import Instrument
from trading.instruments import StoredInstruments
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.rows.loading import sub_accounts_load
from trading.risk.gates import Gates

logger = structlog.get_logger(__name__)


class SubAccountLoading:
    """Loads for one worker, which holds the gates of what it has loaded."""

    def __init__(
        self, database: DatabaseThread, clock: Clock, *, attach: Callable[[LoadedSubAccount], None] | None = None
    ) -> None:
        """Let `attach` give each one that is loaded what it shares with others."""
        self._database = database
        self._clock = clock
        self._attach = attach
        self._instruments = StoredInstruments()
        self._symbols_stored_at: datetime | None = None
        self._gates = Gates(self._now(), holds_all=True)

    async def loaded(self, ids: Collection[int]) -> dict[int, LoadedSubAccount]:
        """Return those of the sub-accounts that exist, by id; one that can't be loaded is logged, and left out."""
        loaded = await self._database.run(self._loaded, ids) if ids else {}
        return {pk: one for pk, one in loaded.items() if self._is_attached(pk, one)}

    async def read_gates(self, loaded: Iterable[LoadedSubAccount]) -> None:
        """Read anew what their orders may do."""
        held: Sequence[LoadedSubAccount] = tuple(loaded)
        await self._database.run(self._gates.read_again, held, now=self._now())

    def forget(self, ids: Collection[int]) -> None:
        """Let sub-accounts count no more as they were loaded: another has ended them."""
        self._gates.forget(ids)

    async def take_changed_instruments(self, held: Iterable[LoadedSubAccount]) -> Mapping[str, Instrument]:
        """Load by the filters that the exchange has by now; return the instruments in which they are others.

        What was loaded before keeps its own. So does what a strategy among those that are `held` trades: what it was
        told, and is told again once it is loaded anew, is in ticks and steps of before.
        """
        strategies = {one.instance_symbol for one in held if one.strategy is not None}
        changed = await self._database.run(self._changed_instruments, strategies)
        if changed:
            logger.warning("the exchange has changed filters of what is traded", symbols=sorted(changed))
            self._instruments = StoredInstruments({**self._instruments, **changed}.values())
        return changed

    def _changed_instruments(self, but: Collection[str]) -> Mapping[str, Instrument]:
        """Return what is stored otherwise than it is used; where no symbols were stored since it was asked, nothing."""
        stored_at = Symbol.objects.aggregate(at=Max("updated_at"))["at"]
        if stored_at == self._symbols_stored_at:
            return {}
        self._symbols_stored_at = stored_at
        stored = StoredInstruments()
        stored.load(self._instruments.keys() - but)
        return {name: one for name, one in stored.items() if one != self._instruments[name]}

    def _is_attached(self, pk: int, one: LoadedSubAccount) -> bool:
        """Give one what it shares with others; return whether it can have that."""
        if self._attach is None:
            return True
        try:
            self._attach(one)
        except AnyDatabaseError:
            raise
        except Exception:
            logger.exception("a sub-account can't be loaded", sub_account=pk)
            return False
        return True

    def _loaded(self, ids: Collection[int]) -> dict[int, LoadedSubAccount]:
        """Load them together; where one is at fault (its symbol is gone, say), each by itself, without those."""
        try:
            return self._loaded_together(ids)
        except AnyDatabaseError:
            raise
        except Exception:
            if len(ids) == 1:
                logger.exception("a sub-account can't be loaded", sub_account=next(iter(ids)))
                return {}
        return {pk: one for each in ids for pk, one in self._loaded({each}).items()}

    def _loaded_together(self, ids: Collection[int]) -> dict[int, LoadedSubAccount]:
        loaded = sub_accounts_load(ids, lock=False, instruments=self._instruments, gate_of=self._gates.gate_of)
        self._gates.read(loaded.values(), now=self._now())
        return loaded

    def _now(self) -> datetime:
        return moment(self._clock.now_ms())
