"""Publishing what the outbox holds, in its order; what was published is deleted.

Whoever has just stored something hands it on, so that nobody waits for it to be read; after a crash, or where the layer
was away, the outbox tells what is left. Each channel's events are numbered, under the fencing number of whoever holds
the lease: so gateways notice what the layer has lost, and leave out what a worker sends that another has superseded.
What could not be published is published again; so is what was published and could not be deleted, under the id of its
row, by which gateways that had it leave it out. Of a layer over several hosts, only what is told over one that is away
waits.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from functools import partial

import structlog

from streaming.batches import batched
from streaming.clock import Clock
from streaming.events import BaseEvent, Envelope, NamedEvent
from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import ANY_HOST
from streaming.stored_events.channel_numbers import ChannelNumbers
from streaming.stored_events.event_outbox import EventOutbox, OutboxRow
from streaming.stored_events.refusals import Refusals
from streaming.stored_events.unavailable_hosts import UnavailableHosts
from streaming.times import moment
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.fencing import Fence

_BATCH = 500
_BATCH_SECONDS = 2.0
_MOST_A_TURN = 2000
_NOBODY, _NOTHING = "nobody", "nothing"
"""A group that nobody has joined, and a message to it: where the layer takes it, as it takes events, it is there."""

logger = structlog.get_logger(__name__)


class OutboxPublisher:
    """Publishes the outbox of the app `name` for the worker whose lease `fence` is, and its fencing number `epoch`."""

    def __init__(
        self,
        hub: Hub,
        database: DatabaseThread,
        outbox: EventOutbox,
        *,
        name: str,
        fence: Fence | None,
        epoch: int,
        clock: Clock,
    ) -> None:
        self._hub = hub
        self._database = database
        self._outbox = outbox
        self._fence = fence
        self._epoch = epoch
        self._clock = clock
        self._numbers = ChannelNumbers()
        self._away = UnavailableHosts(f"channel layer of {name}", clock)
        self._refusals = Refusals()
        self._published: set[int] = set()
        self.has_more = False
        """Whether more waits than was published at a time: the worker isn't held up by what has piled up."""

    @property
    def published(self) -> frozenset[int]:
        """What was published and still stands in the outbox: whoever stores deletes it, and notes that it has."""
        return frozenset(self._published)

    def note_deleted(self, ids: Collection[int]) -> None:
        """Note what of `published` was deleted."""
        self._published.difference_update(ids)

    async def delete_published(self) -> None:
        """Delete what was published, where nobody has while storing; raise `LeaseLostError` where the lease is lost."""
        if ids := self.published:
            await self._database.run(self._outbox.delete_fenced, ids, fence=self._fence)
            self.note_deleted(ids)

    async def publish_stored(self, rows: Sequence[OutboxRow]) -> bool:
        """Publish what has just been stored, before which nothing else waits; return whether all of it was.

        What a host of the layer would carry that is away isn't tried: `publish_waiting` does.
        """
        tried = [row for row in rows[:_MOST_A_TURN] if not self._away.holds_up(self._hosts_of(row))]
        for batch in batched(tried, _BATCH):
            if not await self._publish_batch(batch):
                return False
        return len(tried) == len(rows)

    async def publish_waiting(self) -> Collection[int | str]:
        """Publish what waits, or as much as the layer takes; return the subjects that it is of.

        Of more than can be told at a time each owner's comes in turn. What was published last is deleted by whoever
        stores or waits next. What waits for a host that is away, and was read once, is read again when that is back.
        Raise what the database raises.
        """
        self.has_more = False
        await self.delete_published()
        await self._look_for_hosts()
        rows = await self._database.run(partial(self._outbox.read, _MOST_A_TURN, but=self._away.waiting))
        subjects = {row.told.subject_id for row in rows if row.told.subject_id is not None}
        for batch in batched(rows, _BATCH):
            await self.delete_published()
            if not await self._publish_batch(batch) and not self._away.names:
                return subjects
        self.has_more = len(rows) == _MOST_A_TURN
        return subjects

    async def publish(self, event: BaseEvent, *, owner: str = "") -> None:
        """Publish an event at once that nothing is stored of; raise what the layer raises."""
        envelope = self._numbered(event, owner, stored=0)
        owner = "" if isinstance(event, NamedEvent) else owner  # it names its owner itself
        await self._hub.publish(event, owner=owner, epoch=self._epoch, sequence=envelope.sequence)

    def _numbered(self, event: BaseEvent, owner: str, *, stored: int) -> Envelope:
        """Number it among those that its readers hear of: of a name that many share each hears what is theirs."""
        whose = event.owner if isinstance(event, NamedEvent) else ""
        sequence = self._numbers.following((self._hub.channel_of(event, owner), whose))
        return Envelope(epoch=self._epoch, sequence=sequence, event=event, stored=stored)

    async def _publish_batch(self, rows: Sequence[OutboxRow]) -> bool:
        """Publish them, or what can be; return whether all were."""
        published = await self._publish(rows)
        self._published.update(published)
        return len(published) == len(rows)

    async def _publish(self, rows: Sequence[OutboxRow]) -> list[int]:
        """Publish them, or what can be; return the ids of what was, or tells nothing."""
        if unreadable := {row.id: row.unreadable for row in rows if row.unreadable}:
            await self._set_aside(unreadable)
            rows = [row for row in rows if not row.unreadable]
        self._refusals.begin()
        shares: dict[frozenset[str], list[OutboxRow]] = {}
        for row in rows:
            shares.setdefault(self._hosts_of(row), []).append(row)
        published = await asyncio.gather(*(self._publish_share(hosts, share) for hosts, share in shares.items()))
        return [pk for ids in published for pk in ids]

    async def _publish_share(self, hosts: frozenset[str], rows: Sequence[OutboxRow]) -> list[int]:
        """Publish what goes over the same hosts of the layer."""
        try:
            await self._send(rows)
        except Exception as error:  # noqa: BLE001 - whatever a layer raises: it is published again
            asked = hosts or {ANY_HOST}
            away = asked if isinstance(error, TimeoutError) else [one for one in asked if not await self._is_there(one)]
            if away:
                self._away.note_away(away, error)
                self._away.wait(hosts, [row.id for row in rows])
                return []
            return await self._publish_each(rows)
        self._away.note_there(hosts)
        return [row.id for row in rows]

    async def _publish_each(self, rows: Sequence[OutboxRow]) -> list[int]:
        """Publish one after another, as one of them is at fault; what is behind it of its subject waits for it."""
        published: list[int] = []
        for row in rows:
            if self._refusals.holds_up(row):
                continue
            try:
                await self._send([row])
            except TimeoutError as error:
                self._away.note_away(self._hosts_of(row) or {ANY_HOST}, error)
                break
            except Exception as error:  # noqa: BLE001 - whatever it is that is wrong with it
                self._refusals.note(row, error)
            else:
                published.append(row.id)
        await self._set_aside(self._refusals.taken_final())
        return published

    async def _set_aside(self, refused: Mapping[int, str]) -> None:
        if refused:
            logger.error("events can't be published, and are set aside in the outbox", reasons=dict(refused))
            now = moment(self._clock.now_ms())
            await self._database.run(self._outbox.refuse, refused, fence=self._fence, now=now)

    async def _send(self, rows: Sequence[OutboxRow]) -> None:
        owned = ((row.told.event, _owner(row), row.id) for row in rows if row.told.event is not None)
        numbered = [(self._numbered(event, owner, stored=stored), owner) for event, owner, stored in owned]
        if numbered:
            async with asyncio.timeout(_BATCH_SECONDS):
                await self._hub.publish_owned(numbered)

    def _hosts_of(self, row: OutboxRow) -> frozenset[str]:
        """Return the hosts of the layer that a row is told over; none where any, or all, are the same to it."""
        if row.told.event is None:
            return frozenset()
        try:
            return self._hub.hosts_of(row.told.event, _owner(row))
        except Exception:  # noqa: BLE001 - whatever is wrong with it: where it is sent, that is told
            return frozenset()

    async def _look_for_hosts(self) -> None:
        """Note which of the hosts that were away are there again."""
        away = self._away.names
        answers = await asyncio.gather(*map(self._is_there, away))
        for host, is_there in zip(away, answers, strict=True):
            if is_there:
                self._away.note_there(frozenset({host}))

    async def _is_there(self, host: str) -> bool:
        try:
            async with asyncio.timeout(_BATCH_SECONDS):
                if host == ANY_HOST:
                    await self._hub.send_all([(_NOBODY, {"type": _NOTHING})])
                else:
                    await self._hub.send_at(host, _NOBODY, {"type": _NOTHING})
        except Exception:  # noqa: BLE001 - whatever a layer raises
            return False
        return True


def _owner(row: OutboxRow) -> str:
    return "" if row.told.owner_id is None else str(row.told.owner_id)
