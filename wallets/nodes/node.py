"""One node of a chain, whichever way it is asked."""

import asyncio
import re
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from streaming.batches import batched
from wallets.nodes.errors import NodeRefusedError
from wallets.nodes.json_rpc import Call

MOST_IN_A_BATCH = 100
"""Calls; nodes of providers allow as many, geth by itself 1,000."""
HASHES_SECONDS = 0.25
"""For so long hashes are gathered before whoever listens is called: a busy chain has hundreds of them a second."""
_MOST_HASHES = 500
_MOST_TIMES_PUT_BACK = 3
_HASH = re.compile(r"0x[0-9a-fA-F]{64}")


class NodeLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How long a node may take (seconds), and how much it may answer (bytes)."""

    open_seconds: float = 5.0
    answer_seconds: float = 10.0
    answer_bytes: int = 64 * 2**20


class Hints:
    """What a node has told by itself: that there is a new head, and hashes of transactions in its pool.

    `heard` is called at each head, and for all hashes that come within `HASHES_SECONDS` together. Of more hashes than
    anybody reads in time the newest are kept.
    """

    def __init__(self, heard: Callable[[], None]) -> None:
        self._heard = heard
        self._hashes: deque[str] = deque(maxlen=_MOST_HASHES)
        self._taken: list[str] = []
        self._times_put_back = 0
        self._gathering: asyncio.TimerHandle | None = None

    def note_head(self) -> None:
        """Note that there is a new head; which one is asked."""
        self._heard()

    def note_hash(self, given: object) -> None:
        """Note a transaction in the pool; what is no hash is passed over, for it can't be asked for."""
        if isinstance(given, str) and _HASH.fullmatch(given):
            self._hashes.append(given.lower())
            if self._gathering is None:
                self._gathering = asyncio.get_running_loop().call_later(HASHES_SECONDS, self._tell_hashes)

    def take_hashes(self) -> list[str]:
        """Return the hashes that have come since the last time; say `asked` or `put_back` once that is known."""
        self._taken = list(self._hashes)
        self._hashes.clear()
        return self._taken

    def asked(self) -> None:
        """Note that the hashes that were taken are done with."""
        if self._taken:
            self._taken, self._times_put_back = [], 0

    def put_back(self) -> None:
        """Have the hashes that were taken, if any were, taken again: what they were for has failed.

        Three times in a row at most: an answer about one of them may be what fails.
        """
        if self._times_put_back < _MOST_TIMES_PUT_BACK:
            self._hashes = deque([*self._taken, *self._hashes], maxlen=_MOST_HASHES)
        self._times_put_back += bool(self._taken)
        self._taken = []

    def _tell_hashes(self) -> None:
        self._gathering = None
        if self._hashes:
            self._heard()


class Node(Protocol):
    """A node that is connected; `close` it once it isn't wanted any more.

    What it raises is a `NodeError` or an `InconsistentNodeError`; after either it is asked nothing more.
    """

    @property
    def url(self) -> str:
        """Its address."""
        ...

    @property
    def tells_heads(self) -> bool:
        """Whether it tells of new heads by itself; else it has to be asked."""
        ...

    async def exchange(self, calls: Sequence[Call]) -> list[Any]:
        """Return the outcome of each call, of at most `MOST_IN_A_BATCH`."""
        ...

    async def close(self) -> None:
        """Close the connection; harmless if that was done already."""
        ...


async def outcomes(node: Node, calls: Sequence[Call]) -> list[Any]:
    """Return what a node answers to each call: its result, or the `NodeRefusedError` that it is refused with."""
    answered: list[Any] = []
    for batch in batched(calls, MOST_IN_A_BATCH):
        answered += await node.exchange(batch)
    return answered


async def results(node: Node, calls: Sequence[Call]) -> list[Any]:
    """Return what a node answers to each call; raise `NodeRefusedError` where it refuses one."""
    answered = await outcomes(node, calls)
    for outcome in answered:
        if isinstance(outcome, NodeRefusedError):
            raise outcome
    return answered


async def result(node: Node, method: str, *parameters: Any) -> Any:
    """Return what a node answers to one call; raise `NodeRefusedError` where it refuses it."""
    return (await results(node, [Call(method, parameters)]))[0]
