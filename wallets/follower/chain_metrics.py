"""What Prometheus reads of each chain besides the worker's figures."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from channels.db import database_sync_to_async

from streaming.clock import Clock
from streaming.metrics.declared import Label, Metric, Sample, gauge
from streaming.metrics.sources import ReadSamples
from streaming.times import moment
from wallets.chain_state import WELL, ChainState
from wallets.declared_workers import WALLETS_WORKER
from wallets.models import Chain

_OF_WORKER = (WALLETS_WORKER.name,)
_CHAIN = Label("chain", most=50)

STATE = gauge(
    "tidewire_wallets_chain_state",
    "1 for the state that an enabled chain is in, 0 for the others.",
    labels=(_CHAIN, Label("state", tuple(ChainState))),
    processes=_OF_WORKER,
)
UP = gauge(
    "tidewire_wallets_chain_up",
    "Whether blocks of an enabled chain come (1), or not (0).",
    labels=(_CHAIN,),
    processes=_OF_WORKER,
)
BLOCK = gauge(
    "tidewire_wallets_chain_block_number",
    "The newest block up to which an enabled chain was followed.",
    labels=(_CHAIN,),
    processes=_OF_WORKER,
)
BEHIND = gauge(
    "tidewire_wallets_chain_blocks_behind",
    "How many blocks it is behind its node's newest one.",
    labels=(_CHAIN,),
    processes=_OF_WORKER,
)
METRICS: tuple[Metric, ...] = (STATE, UP, BLOCK, BEHIND)


def chains_source(clock: Clock) -> ReadSamples:
    """Return what reads how the enabled chains are."""

    async def read() -> Iterable[Sample]:
        return await database_sync_to_async(chain_samples)(moment(clock.now_ms()))

    return read


def chain_samples(now: datetime) -> list[Sample]:
    """Return how the enabled chains are at `now`; the database is asked."""
    return [sample for chain in Chain.objects.filter(is_enabled=True) for sample in _of_chain(chain, now)]


def _of_chain(chain: Chain, now: datetime) -> Iterator[Sample]:
    current = chain.state_at(now)
    yield from (Sample(STATE, state is current, (chain.name, state.value)) for state in ChainState)
    yield Sample(UP, current in WELL, (chain.name,))
    if chain.cursor_number is not None:
        yield Sample(BLOCK, chain.cursor_number, (chain.name,))
    if chain.cursor_number is not None and chain.head_number is not None:
        yield Sample(BEHIND, max(0, chain.head_number - chain.cursor_number), (chain.name,))
