"""Loading sub-accounts from their rows as they are now, with the gates that their orders pass."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

import structlog

from streaming.database.errors import AnyDatabaseError
from streaming.workers.database_thread import DatabaseThread
from trading.instruments import StoredInstruments
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.rows.loading import sub_accounts_load
from trading.risk.gates import Gates

logger = structlog.get_logger(__name__)


class SubAccountLoading:
    """Loads for one worker, which holds the gates of what it has loaded."""

    def __init__(
        self, database: DatabaseThread, now: datetime, *, attach: Callable[[LoadedSubAccount], None] | None = None
    ) -> None:
        """Let `attach` give each one that is loaded what it shares with others."""
        self._database = database
        self._attach = attach
        self._instruments = StoredInstruments()
        self._gates = Gates(now, holds_all=True)

    async def loaded(self, ids: Collection[int]) -> dict[int, LoadedSubAccount]:
        """Return those of the sub-accounts that exist, by id; one that can't be loaded is logged, and left out."""
        loaded = await self._database.run(self._loaded, ids) if ids else {}
        return {pk: one for pk, one in loaded.items() if self._is_attached(pk, one)}

    async def read_gates(self, loaded: Iterable[LoadedSubAccount], *, now: datetime) -> None:
        """Read anew what their orders may do."""
        held: Sequence[LoadedSubAccount] = tuple(loaded)
        await self._database.run(self._gates.read_again, held, now=now)

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
        self._gates.read(loaded.values())
        return loaded
