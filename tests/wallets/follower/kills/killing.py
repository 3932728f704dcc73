"""Wallets workers that are killed while a simulated chain moves: two of them, a gateway, and a client that hears all.

What either of them stores to be told is noted as it is committed, with who held the lease then. In the end what the
client heard is held against that, and what is stored against the chain itself.
"""

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import Enum, auto
from functools import partial
from random import Random
from typing import Any

import psycopg

from streaming.models import Lease
from tests.alerts.firing.stage import Stage
from tests.processes import Process
from tests.waiting import until, until_answer
from tests.wallets.follower.chain_steps import one_step
from tests.wallets.follower.conftest import NAME, FollowingRig
from tests.wallets.follower.fresh_read import assert_stored_as_fresh
from tests.wallets.follower.kills.listener import Listener, Told, told_of
from tests.wallets.follower.told import assert_told_as_stored, assert_versions_grow
from wallets.addresses import with_checksum
from wallets.models import Balance, Chain, OutboxEvent, TransactionWatch

LEASE_SECONDS, RENEWAL_SECONDS = 1.5, 0.3
SETTINGS = {
    "WALLETS_LEASE_SECONDS": str(LEASE_SECONDS),
    "WALLETS_LEASE_RENEWAL_SECONDS": str(RENEWAL_SECONDS),
    "ACCESS_TOKEN_MINUTES": "600",
    "LOG_LEVEL": "INFO",
    "WS_MAXIMUM_SUBSCRIPTIONS": "200",
}
LONG_SECONDS = 60.0
_MOST_BEHIND = 32
"""Blocks; with one more step, at most 65, a follower stays within the 128 whose balances nodes still answer."""
_DEPTHS = (1, 5, 64)
_MOST_CHANNELS = 150
"""So many the client listens to at most."""
_DELETIONS = 4711
"""The number of the lock that deletions of what was published wait for."""
_AWAITED = f"SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = {_DELETIONS} AND NOT granted".encode()
_PREPARE = f"""
    CREATE TABLE told_event (id bigint PRIMARY KEY, event text, worker text, holder text);
    CREATE FUNCTION note_told() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO told_event SELECT NEW.id, NEW.event, current_setting('application_name'), holder
        FROM streaming_lease WHERE name = 'wallets';
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER note_told AFTER INSERT ON wallets_outboxevent DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION note_told();
    CREATE FUNCTION wait_to_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_advisory_xact_lock_shared({_DELETIONS});
        RETURN NULL;
    END $$;
    CREATE TRIGGER wait_to_delete BEFORE DELETE ON wallets_outboxevent
        FOR EACH STATEMENT EXECUTE FUNCTION wait_to_delete();
"""  # noqa: S608 - no value of anybody's is in it


class KillMoment(Enum):
    """Who is killed, and when."""

    ANY = auto()
    """The one that follows, at a random moment while anything happens."""
    PUBLISHED = auto()
    """The one that follows, once it has published what it could not yet delete."""
    REORGANISING = auto()
    """The one that follows, a moment after up to 64 blocks were taken back."""
    STANDING_BY = auto()
    """The one that stands by."""


def planned(kills: int, random: Random) -> Iterator[KillMoment]:
    """Yield when to kill, each moment as often as the others, in random order."""
    moments = list(KillMoment)
    for number in range(kills):
        if number % len(moments) == 0:
            random.shuffle(moments)
        yield moments[number % len(moments)]


class KillRun:
    """One run; `seed` decides what happens on the chain, and when who is killed.

    `handovers` are for how many seconds nobody held the lease, from each kill of the one that followed; of so many
    `transactions` the client heard.
    """

    def __init__(self, stage: Stage, rig: FollowingRig, *, seed: int) -> None:
        self.handovers: list[float] = []
        self.events = self.transactions = 0
        self._stage = stage
        self._rig = rig
        self._random = Random(seed)
        self._names: dict[str, Process] = {}
        self._workers: list[Process] = []
        self._listener: Listener | None = None

    async def play(self, kills: int) -> None:
        """Kill so often; fail where anything was lost, told twice, or stored by one that didn't hold the lease."""
        await self._rig.make_chain(owner="demo")
        self._query(_PREPARE)
        wallets = [f"wallet:{with_checksum(address)}" for address in self._rig.node.chain.accounts[:2]]
        channels = [f"blocks:{NAME}", *wallets]
        async with Listener.connected(self._stage.socket_url, self._stage.token, channels) as listener:
            self._listener = listener
            self._workers = [self._started(), self._started()]
            await self._caught_up()
            await self._let_a_transaction_be_heard()
            for moment in planned(kills, self._random):
                await self._kill(moment)
                listener.check()
            await self._end(listener)

    async def _kill(self, moment: KillMoment) -> None:
        follows = await self._holder()
        (stands_by,) = (worker for worker in self._workers if worker is not follows)
        await asyncio.to_thread(stands_by.wait_for, "another holds the lease|the lease is ours")
        match moment:
            case KillMoment.ANY | KillMoment.STANDING_BY:
                await self._let_happen(self._random.randint(1, 12))
                await self._replace(stands_by if moment is KillMoment.STANDING_BY else follows)
            case KillMoment.PUBLISHED:
                await self._kill_before_deleting(follows)
            case KillMoment.REORGANISING:
                depth = self._random.choice(_DEPTHS)
                self._rig.control("mine", blocks=depth)
                await self._near_the_head()
                self._rig.control("reorganise", depth=depth, length=depth + 1)
                await asyncio.sleep(self._random.random() * 0.1)
                await self._replace(follows)

    async def _let_happen(self, steps: int) -> None:
        for _ in range(steps):
            await self._near_the_head()
            one_step(self._rig, self._random)
            await asyncio.sleep(self._random.random() * 0.05)
        await self._hear_transactions()

    async def _let_a_transaction_be_heard(self) -> None:
        """Let things happen until one is watched: later a slow worker may store none before it is killed."""
        while not await self._rig.read(_watched_transactions):
            await self._let_happen(1)
            await self._caught_up()
        await self._hear_transactions()

    async def _hear_transactions(self) -> None:
        """Have the client listen to the transactions that are watched by now, as many as it may."""
        assert self._listener is not None
        hashes = await self._rig.read(_watched_transactions)
        unheard = [channel for each in hashes if (channel := f"tx:{each}") not in self._listener.told]
        room = _MOST_CHANNELS - len(self._listener.told)
        if unheard[:room]:
            await self._listener.subscribe(unheard[:room])

    async def _kill_before_deleting(self, follows: Process) -> None:
        await self._caught_up()
        async with self._deletions_held() as is_awaited:
            await self._let_happen(1)
            self._rig.control("mine")
            await until_answer(is_awaited, expected=True, seconds=LONG_SECONDS)
            await self._replace(follows)

    async def _replace(self, worker: Process) -> None:
        """Kill a worker and start another; where it followed, wait until the other does."""
        followed = await self._holder() is worker
        killed_at = time.monotonic()
        worker.signal(signal.SIGKILL)
        await asyncio.to_thread(worker.wait)
        self._workers.remove(worker)
        self._workers.append(self._started())
        if followed:
            await self._holder()
            self.handovers.append(time.monotonic() - killed_at)

    def _started(self) -> Process:
        """Start a worker that PostgreSQL knows by its name."""
        name = f"worker {len(self._names) + 1}"
        self._names[name] = self._stage.worker("run_wallets", PGAPPNAME=name)
        return self._names[name]

    async def _holder(self) -> Process:
        """Return the worker that holds the lease, once one that lives does."""
        found: list[Process] = []

        async def is_held() -> bool:
            holder = await self._rig.read(_lease_holder)
            found[:] = [worker for worker in self._workers if f"-{worker.id}-" in holder]
            return bool(found)

        await until_answer(is_held, expected=True, seconds=LONG_SECONDS)
        return found[0]

    async def _caught_up(self) -> None:
        head = self._rig.node.chain.head
        await self._rig.until_row(lambda row: row.cursor_hash == head.hash, seconds=LONG_SECONDS)

    async def _near_the_head(self) -> None:
        await self._rig.until_row(partial(_is_near, self._rig), seconds=LONG_SECONDS)

    async def _nothing_waits(self) -> None:
        await until_answer(lambda: self._rig.read(OutboxEvent.objects.exists), expected=False, seconds=LONG_SECONDS)

    @asynccontextmanager
    async def _deletions_held(self) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
        """Have deletions of what was published wait; the value tells whether one does."""
        with psycopg.connect(self._stage.environment["DATABASE_URL"], autocommit=True) as connection:
            await asyncio.to_thread(connection.execute, f"SELECT pg_advisory_lock({_DELETIONS})".encode())

            def is_awaited() -> bool:
                return connection.execute(_AWAITED).fetchone() is not None

            yield partial(asyncio.to_thread, is_awaited)

    async def _end(self, listener: Listener) -> None:
        """Let the last worker catch up, and judge what is stored, and what was told by whom."""
        await self._caught_up()
        self._rig.control("mine")
        await self._caught_up()
        await until_answer(lambda: self._rig.read(Balance.objects.filter(is_outdated=True).count), 0)
        await self._nothing_waits()
        await assert_stored_as_fresh(self._rig)
        rows = self._query("SELECT event, worker, holder FROM told_event ORDER BY id")
        self.events = len(rows)
        await self._rig.read(assert_told_as_stored, self._rig, [event for event, _, _ in rows])
        assert_versions_grow(event for event, _, _ in rows)
        await self._check_told(listener, [json.loads(event) for event, _, _ in rows])
        assert [row[1:] for row in rows if f"-{self._names[row[1]].id}-" not in row[2]] == []

    async def _check_told(self, listener: Listener, stored: list[dict[str, Any]]) -> None:
        """Look whether the client was told each event once, in its order; of a transaction since it listens to it."""
        expected: dict[str, list[Told]] = {channel: [] for channel in listener.told}
        for event in stored:
            if (channel := _channel_of(event)) in expected:
                expected[channel].append(told_of(event["@type"], event))
        transactions = {channel: expected.pop(channel) for channel in listener.told if channel.startswith("tx:")}
        assert transactions, "no transaction was heard of"
        await until(lambda: all(_has_heard(listener, each, expected[each]) for each in expected), seconds=LONG_SECONDS)
        assert {channel: listener.told[channel] for channel in expected} == expected
        for channel, whole in transactions.items():
            told = listener.told[channel]
            await until(partial(_has_ended, told, whole), seconds=LONG_SECONDS)
            assert _is_told_since(told, whole), (told, whole)
        self.transactions = len(transactions)

    def _query(self, statement: str) -> list[tuple[Any, ...]]:
        return self._stage.query(statement)


def _channel_of(event: dict[str, Any]) -> str:
    match event["@type"]:
        case "block":
            return f"blocks:{event['chain']}"
        case "wallet":
            return f"wallet:{event['address']}"
    return f"tx:{event['hash']}"


def _has_heard(listener: Listener, channel: str, expected: list[Told]) -> bool:
    return len(listener.told[channel]) >= len(expected)


def _has_ended(told: list[Told], whole: list[Told]) -> bool:
    return bool(told) and told[-1] == whole[-1]


def _is_told_since(told: list[Told], whole: list[Told]) -> bool:
    """Return whether a client was told how far a transaction was when it came, and then each step, in their order."""
    return told == whole[-len(told) :]


def _watched_transactions() -> list[str]:
    return list(TransactionWatch.objects.order_by("-id").values_list("transaction__hash", flat=True))


def _lease_holder() -> str:
    lease = Lease.objects.filter(name="wallets", expires_at__gt=datetime.now(UTC)).first()
    return lease.holder if lease else ""


def _is_near(rig: FollowingRig, row: Chain) -> bool:
    return row.cursor_number is not None and rig.node.chain.head.number - row.cursor_number <= _MOST_BEHIND
