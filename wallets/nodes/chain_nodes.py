"""The nodes of one chain: one is used at a time, and the next where it fails, until all have failed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from streaming.clock import Clock
from wallets.chain import BlockReference
from wallets.errors import InconsistentNodeError
from wallets.following.node_answers import block_of, count_of
from wallets.nodes.errors import NodeError, NodeUnavailableError, WrongChainError
from wallets.nodes.http_node import HttpNode
from wallets.nodes.node import Hints, Node, NodeLimits, result
from wallets.nodes.websocket_node import WebSocketNode

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_MOST_DOUBLINGS = 10
PREFERENCE_SECONDS, LONGEST_PREFERENCE_SECONDS = 60.0, 600.0
_TRIED_SECONDS = 3.0
_SCHEMES = ("ws://", "wss://", "http://", "https://")


class ChainNodes:
    """The nodes at `urls` of the chain of that id, the preferred one first.

    A node that has failed is connected to again at once; if it fails again before it has done anything, it is left
    alone for half a second, twice as long each time, up to 30 seconds. While all are, nobody is asked. Once another has
    been used for `PREFERENCE_SECONDS`, `prefer` goes back to one that comes before it, where that has our tip again.
    """

    def __init__(
        self,
        urls: Sequence[str],
        chain_id: int,
        *,
        clock: Clock,
        heard: Callable[[], None],
        limits: NodeLimits | None = None,
    ) -> None:
        self.urls = tuple(urls)
        self.hints = Hints(heard)
        self._chain_id = chain_id
        self._clock = clock
        self._limits = limits or NodeLimits()
        self._node: Node | None = None
        self._place = 0
        self._chosen_at = clock.monotonic()
        self._failures = dict.fromkeys(self.urls, 0)
        self._not_before = dict.fromkeys(self.urls, 0.0)
        self._trial_pauses = dict.fromkeys(self.urls, PREFERENCE_SECONDS)
        self._no_trial_before = dict.fromkeys(self.urls, 0.0)

    async def node(self) -> Node:
        """Return the node that is used, or connect to the next that is there.

        Raise `NodeError` or `InconsistentNodeError` where none is, with what was wrong with the last one.
        """
        if self._node is not None:
            return self._node
        failure: NodeError | InconsistentNodeError = NodeUnavailableError("no node of the chain is to be asked now")
        for place in [*range(self._place, len(self.urls)), *range(self._place)]:
            if self._not_before[self.urls[place]] > self._clock.monotonic():
                continue
            self._place = place
            try:
                self._node = await self._opened(self.urls[place], self.hints, subscribes=True)
            except (NodeError, InconsistentNodeError) as error:
                failure = error
                self._note_failure(self.urls[self._place])
            else:
                self._chosen_at = self._clock.monotonic()
                return self._node
        raise failure

    @property
    def pause(self) -> float:
        """Return for how many seconds no node is to be asked; 0 where one is used."""
        if self._node is not None:
            return 0.0
        return max(0.0, min(self._not_before.values(), default=_LONGEST_PAUSE) - self._clock.monotonic())

    async def failed(self) -> str:
        """Leave the node that is used, if any is: it has failed, and the next has its turn; return its address."""
        url = self.urls[self._place] if self.urls else ""
        if self._node is not None:
            self._note_failure(self.urls[self._place])
            self._place = (self._place + 1) % len(self.urls)
            await self.close()
        return url

    def worked(self) -> None:
        """Note that the node that is used has done what was asked: its failures are forgotten."""
        self._failures[self.urls[self._place]] = 0

    async def prefer(self, tip: BlockReference) -> bool:
        """Use a node that comes before the one in use, where one is well again and has the block `tip`; return whether.

        It is tried each `PREFERENCE_SECONDS` while another is used. No block is read meanwhile: one that is silent for
        3 seconds is tried half as often each time, at least each `LONGEST_PREFERENCE_SECONDS`.
        """
        now = self._clock.monotonic()
        if self._node is None or now - self._chosen_at < PREFERENCE_SECONDS:
            return False
        self._chosen_at = now
        for place in range(self._place):
            url = self.urls[place]
            if max(self._not_before[url], self._no_trial_before[url]) <= now and (node := await self._well(url, tip)):
                await self.close()
                self._node, self._place = node, place
                return True
        return False

    async def another_that(self, is_so: Callable[[Node], Awaitable[bool]]) -> str | None:
        """Return the address of another node than the one that is used of which `is_so` is true; None where none is.

        All that aren't left alone are asked at once. One that fails, or takes longer than 3 seconds, has no say, and
        is left alone as if it were used.
        """
        used, now = self.urls[self._place], self._clock.monotonic()
        others = [url for url in self.urls if url != used and self._not_before[url] <= now]
        async with asyncio.TaskGroup() as group:
            answers = [group.create_task(self._is_so(url, is_so)) for url in others]
        return next((url for url, answer in zip(others, answers, strict=True) if answer.result()), None)

    async def close(self) -> None:
        """Close the connection to the node that is used."""
        if self._node is not None:
            node, self._node = self._node, None
            await node.close()

    async def _opened(self, url: str, hints: Hints, *, subscribes: bool) -> Node:
        if not url.startswith(_SCHEMES):
            raise NodeUnavailableError(f"a node's address begins with {', '.join(_SCHEMES)}")
        node = HttpNode(url, self._limits) if url.startswith("http") else WebSocketNode(url, self._limits, hints)
        try:
            await self._begin(node, subscribes=subscribes)
        except BaseException:
            await node.close()
            raise
        return node

    async def _well(self, url: str, tip: BlockReference) -> Node | None:
        """Return a connection to a node whose chain has the block `tip`; None where it can't be had soon."""
        node = None
        try:
            async with asyncio.timeout(_TRIED_SECONDS):  # no block is read meanwhile
                node = await self._opened(url, self.hints, subscribes=True)
                block = block_of(await result(node, "eth_getBlockByNumber", hex(tip.number), True))
                self._trial_pauses[url] = PREFERENCE_SECONDS
                if block is not None and block.reference == tip:
                    return node
        except TimeoutError:
            self._trial_pauses[url] = min(2 * self._trial_pauses[url], LONGEST_PREFERENCE_SECONDS)
            self._no_trial_before[url] = self._clock.monotonic() + self._trial_pauses[url]
        except (NodeError, InconsistentNodeError):
            self._trial_pauses[url] = PREFERENCE_SECONDS
        if node is not None:
            await node.close()
        return None

    async def _is_so(self, url: str, is_so: Callable[[Node], Awaitable[bool]]) -> bool:
        node = None
        try:
            async with asyncio.timeout(_TRIED_SECONDS):  # no block is read meanwhile
                node = await self._opened(url, Hints(_nothing), subscribes=False)
                return await is_so(node)
        except (NodeError, InconsistentNodeError, TimeoutError):
            self._note_failure(url)
            return False
        finally:
            if node is not None:
                await node.close()

    async def _begin(self, node: HttpNode | WebSocketNode, *, subscribes: bool) -> None:
        if isinstance(node, WebSocketNode):
            await node.open()
        answered = count_of(await result(node, "eth_chainId"))
        if answered != self._chain_id:
            raise WrongChainError(self._chain_id, answered)
        if subscribes and isinstance(node, WebSocketNode):
            await node.subscribe()

    def _note_failure(self, url: str) -> None:
        failures = self._failures[url]
        pause = min(_FIRST_PAUSE * 2 ** min(failures - 1, _MOST_DOUBLINGS), _LONGEST_PAUSE) if failures else 0.0
        self._failures[url] += 1
        self._not_before[url] = self._clock.monotonic() + pause


def _nothing() -> None:
    """Stand in where nobody listens."""
