"""Storing what a turn has changed, until it is stored.

Where another has changed a sub-account meanwhile, it is loaded anew, and the turn's trades are applied to it again; all
others stay as they are in memory.
Whose changes can't be stored, whatever is tried, is left alone, so that all others' are.
"""

from collections.abc import Collection, Iterable, Mapping

import structlog
from django.db import DataError, IntegrityError

from streaming.clock import Clock
from streaming.database.errors import DATABASE_OUTAGES, AnyDatabaseError
from streaming.market.own_source import own_source
from streaming.stored_events.outbox_publisher import OutboxPublisher
from streaming.times import moment
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.fencing import Fence, LeaseLostError
from trading.engine.live.state import InstanceFigures
from trading.live.ending import give_back, hands_of, has_ended
from trading.live.errors import StaleVersionError
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.worker.followed_positions import FollowedPositions
from trading.live.worker.following import Following
from trading.live.worker.sub_account_loading import SubAccountLoading
from trading.live.worker.worker_storing import StoredTurn, changes_refused, live_store
from trading.models import Strategy
from trading.signals.track_records import RecordsByHorizon, TrackRecords

_NO_HAND = 0
"""The id of no sub-account."""

logger = structlog.get_logger(__name__)


class TurnStoring:
    """Stores what has changed in `following`, behind the `fence`; `publisher` says what the outbox needs no longer."""

    def __init__(
        self,
        following: Following,
        *,
        loading: SubAccountLoading,
        positions: FollowedPositions,
        publisher: OutboxPublisher,
        database: DatabaseThread,
        fence: Fence | None,
        clock: Clock,
    ) -> None:
        self._following = following
        self._loading = loading
        self._positions = positions
        self._publisher = publisher
        self._database = database
        self._fence = fence
        self._clock = clock
        self._records = TrackRecords(own_source())

    async def store(self, touched: set[int]) -> StoredTurn:
        """Store what has changed in the sub-accounts of these ids, and how far the market was followed; return it.

        Raise `LeaseLostError`, and what the database raises where it fails for all of them.
        """
        left, given = set[int](), set[int]()
        while True:
            loaded = await self._with_hands(self._held(touched), left, given)
            touched |= {one.row.pk for one in loaded}
            try:
                stored = await self._stored(loaded)
            except StaleVersionError as stale:
                touched |= await self._apply_again((stale.ids | given) - left)
                given.clear()
                logger.debug("changed by another meanwhile", sub_accounts=sorted(stale.ids))
            except (LeaseLostError, *DATABASE_OUTAGES):
                raise
            except Exception as error:
                if isinstance(error, AnyDatabaseError) and not isinstance(error, IntegrityError | DataError):
                    raise
                refused = await self._refused(touched, left)
                if not refused:
                    raise
                left |= refused
                touched |= await self._apply_again(touched - left)
                touched -= left
                given.clear()
            else:
                self._following.note_stored(touched)
                return stored

    def _held(self, ids: Iterable[int]) -> list[LoadedSubAccount]:
        held = self._following.sub_accounts
        return [held[pk] for pk in sorted(ids) if pk in held]

    async def _apply_again(self, ids: Collection[int]) -> set[int]:
        """Load sub-accounts anew, and apply this turn's trades to them; return what else has changed by it."""
        loaded = await self._loading.loaded(ids)
        for pk in ids - loaded.keys():
            self._following.drop(pk)
        for again in loaded.values():
            self._following.put_again(again)
        return self._following.advance()

    async def _refused(self, touched: set[int], left: Collection[int]) -> frozenset[int]:
        """Leave alone those whose changes can't be stored, so that all others are; return which."""
        touched |= await self._apply_again(touched.difference(left))
        loaded = await self._with_hands(self._held(touched), left, set())
        records = await self._track_records(loaded)
        refused = await self._database.run(changes_refused, loaded, records=records, now=moment(self._clock.now_ms()))
        for pk in refused:
            self._following.drop(pk)
        return refused

    async def _with_hands(
        self, loaded: list[LoadedSubAccount], left: Collection[int], given: set[int]
    ) -> list[LoadedSubAccount]:
        """Give back what grids hold that have ended; return all of which something has changed, their hands too.

        Where a hand is `left` alone, is gone, or can't be loaded, the grids that would give back to it are left alone.
        Who has given and who has got is added to `given`: of these all are loaded anew, or none.
        """
        ended = [one for one in loaded if has_ended(one)]
        if not ended:
            return loaded
        hand_of = await self._database.run(hands_of, [one.row for one in ended])
        hands = await self._hands(set(hand_of.values()).difference(left))
        for one in ended:
            hand = hands.get(hand_of.get(one.row.pk, _NO_HAND))
            if hand is None:
                logger.error("nobody is there to give back to what it holds", instance=one.row.instance_id)
                self._following.drop(one.row.pk)
            else:
                give_back(one, hand)
                given |= {one.row.pk, hand.row.pk}
        loaded = [one for one in loaded if one.row.pk in self._following.sub_accounts]
        known = {one.row.pk for one in loaded}
        return [*loaded, *(hand for pk, hand in hands.items() if pk not in known)]

    async def _hands(self, ids: set[int]) -> dict[int, LoadedSubAccount]:
        """Return hands by id, as they are held, or loaded; without those that can't be."""
        held = {one.row.pk: one for one in self._held(ids)}
        return held | await self._loading.loaded(ids - held.keys())

    async def _stored(self, loaded: Collection[LoadedSubAccount]) -> StoredTurn:
        figures = {one.row.pk: found for one in loaded if (found := self._figures_of(one)) is not None}
        records = await self._track_records(loaded)
        positions, published = self._positions.moved(self._following.symbols), self._publisher.published
        stored = await self._database.run(
            live_store,
            loaded,
            figures=figures,
            records=records,
            positions=positions,
            published=published,
            fence=self._fence,
            now=moment(self._clock.now_ms()),
        )
        self._positions.note_stored(positions)
        self._publisher.note_deleted(published)
        return stored

    async def _track_records(self, loaded: Iterable[LoadedSubAccount]) -> Mapping[str, RecordsByHorizon]:
        """Return what is told with new signals; it is read before anything is locked."""
        strategies = advising(loaded)
        return await self._database.run(self._records.of, strategies) if strategies else {}

    def _figures_of(self, loaded: LoadedSubAccount) -> InstanceFigures | None:
        market = self._following.market_of(loaded.instance_symbol)
        return None if loaded.driver is None or market is None else loaded.driver.figures(market)


def advising(loaded: Iterable[LoadedSubAccount]) -> list[Strategy]:
    """Return the strategies with signals that aren't stored yet."""
    return [one.strategy_row for one in loaded if one.strategy_row and one.strategy and one.strategy.has_advised]
