"""`python -m benchmarks.wallets.following watch|balances|blocks|catch_up JSON`: rows, and a follower that is measured.

`watch` makes a chain by its `NodeDescription`, with 100,000 wallets of a thousand users; `balances` stores, once the
chain is followed, that each of them has nothing, so that none is asked for as new; `blocks` follows blocks of a chain
in this process, and prints what each cost; `catch_up` follows a chain up to a block, and prints how long it took. All
in the database that the environment names.
"""

import asyncio
import gc
import sys
import time

import django
import msgspec

from benchmarks.wallets.busy_chain import BusyChain, NodeDescription

WALLETS = 100_000
_USERS = 1_000
_CHAIN = "bench"
_USERS_SQL = """
    INSERT INTO accounts_user (id, password, username, email, is_superuser, is_staff, is_active, first_name, last_name,
        date_joined, token_generation)
    SELECT 10000 + number, '', 'bench' || number, 'bench' || number || '@bench.invalid', false, false, true, '', '',
        now(), 0 FROM generate_series(0, %s - 1) AS number
"""
_WALLETS_SQL = """
    INSERT INTO wallets_wallet (id, owner_id, chain_id, address, label, created_at, is_being_read)
    SELECT 'w' || number, 10000 + number %% %s, %s, '0x' || lpad(to_hex(number), 40, '0'), '', now(), false
    FROM generate_series(1, %s) AS number
"""
_BALANCES_SQL = """
    INSERT INTO wallets_balance (chain_id, address, asset, amount, block_number, block_hash, changed_at, is_outdated)
    SELECT chain_id, address, asset, '0', 0, %s, now(), false
    FROM (SELECT DISTINCT chain_id, address FROM wallets_wallet) AS watched,
        (SELECT 'native' AS asset UNION SELECT address FROM wallets_token) AS assets
    ON CONFLICT DO NOTHING
"""


class BlocksWanted(msgspec.Struct, frozen=True):
    """So many blocks are measured, after those until as many transactions are watched as become final."""

    blocks: int
    transactions: int
    touching: int


class CatchingUp(msgspec.Struct, frozen=True):
    """Up to which block a chain is followed."""

    head: int


class BlockSeconds(msgspec.Struct, frozen=True):
    """What one block took beyond the node's answers, and of that the processor time of this process."""

    wall: float
    processor: float


class CaughtUp(msgspec.Struct, frozen=True):
    """How many blocks were followed, in how long, and with how much processor time."""

    blocks: int
    wall: float
    processor: float


def main() -> None:
    """Do what the command line says."""
    what, given = sys.argv[1:]
    django.setup()
    match what:
        case "watch":
            _watch(msgspec.json.decode(given, type=NodeDescription))
        case "balances":
            _store_balances()
        case "blocks":
            _say(asyncio.run(_blocks(msgspec.json.decode(given, type=BlocksWanted))))
        case "catch_up":
            _say(asyncio.run(_catch_up(msgspec.json.decode(given, type=CatchingUp))))


def _say(told: object) -> None:
    sys.stdout.write(msgspec.json.encode(told).decode() + "\n")


def _watch(node: NodeDescription) -> None:
    """Have the node's chain followed, with its watched accounts, the first of them the demo user's, and many others."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from django.db import connection, transaction  # noqa: PLC0415 - after the set-up

    from accounts.models import User  # noqa: PLC0415
    from wallets.models import Chain, Token, Wallet  # noqa: PLC0415

    owner, now = User.objects.get(username="demo"), datetime.now(UTC)
    with transaction.atomic(), connection.cursor() as cursor:
        chain = Chain.objects.create(name=_CHAIN, chain_id=node.chain_id, symbol="ETH", nodes=[node.url])
        for number, token in enumerate(node.tokens):
            Token.objects.create(chain=chain, address=token, symbol=f"T{number}", decimals=6, is_listed=True)
        cursor.execute(_USERS_SQL, [_USERS])
        Wallet.objects.bulk_create(
            Wallet(owner=owner, chain=chain, address=address.lower(), created_at=now) for address in node.watched
        )
        cursor.execute(_WALLETS_SQL, [_USERS, _CHAIN, WALLETS - len(node.watched)])


def _store_balances() -> None:
    from django.db import connection  # noqa: PLC0415 - after the set-up

    with connection.cursor() as cursor:
        cursor.execute(_BALANCES_SQL, [f"0x{0:064x}"])
    _analyze()


def _analyze() -> None:
    """Have the database know of its tables, as it does by itself within a minute."""
    from django.db import connection  # noqa: PLC0415 - after the set-up

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


async def _blocks(wanted: BlocksWanted) -> list[BlockSeconds]:
    from benchmarks.wallets.measured_follower import MeasuredFollower, NodeInMemory, held_storage  # noqa: PLC0415
    from wallets.following.known_blocks import DEEPEST_REORGANISATION  # noqa: PLC0415

    chain, found = BusyChain(), []
    tokens = list(chain.node.chain.tokens)
    described = NodeDescription("ws://memory", chain.node.settings.chain_id, chain.watched, tokens)
    await asyncio.to_thread(_watch, described)
    node = NodeInMemory(chain.node)
    followed, storage = await held_storage(_CHAIN)
    follower = MeasuredFollower(followed, storage, node=node)
    await follower.turn()
    await asyncio.to_thread(_store_balances)
    for number in range(DEEPEST_REORGANISATION + wanted.blocks):
        if number == DEEPEST_REORGANISATION:
            await asyncio.to_thread(_analyze)
            gc.collect()
            gc.freeze()  # the node's objects, which the follower's collector would go through, are in another process
        chain.send(wanted.transactions, wanted.touching)
        chain.node.growth.mine()
        before = (time.perf_counter() - node.wall, time.process_time() - node.processor)
        await follower.turn()
        after = (time.perf_counter() - node.wall, time.process_time() - node.processor)
        if number >= DEEPEST_REORGANISATION:
            found.append(BlockSeconds(after[0] - before[0], after[1] - before[1]))
    return found


async def _catch_up(wanted: CatchingUp) -> CaughtUp:
    from benchmarks.wallets.measured_follower import MeasuredFollower, held_storage  # noqa: PLC0415

    followed, storage = await held_storage(_CHAIN)
    follower = MeasuredFollower(followed, storage)
    before, processor = time.perf_counter(), time.process_time()
    first = await follower.follow_to(wanted.head)
    return CaughtUp(wanted.head - first, time.perf_counter() - before, time.process_time() - processor)


if __name__ == "__main__":
    main()
