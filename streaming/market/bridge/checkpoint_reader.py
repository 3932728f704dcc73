"""Where the bridge before this one stopped, as the shared cache has it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable

import msgspec
import structlog

from streaming.clock import Clock
from streaming.events import Source
from streaming.market.gaps.limits import GapLimits
from streaming.market.publishing.checkpoints import Checkpoint, decode_checkpoint
from streaming.market.publishing.last_values import LastValues
from streaming.market.publishing.resend_buffer import COUNTED
from streaming.topics.topic import Topic

_TRIES = 2

logger = structlog.get_logger(__name__)


class CheckpointReader:
    """Finds checkpoints: at the start of a turn those of all topics, later only those whose readers were not heard.

    What a process gave up and wants again begins afresh: its readers of now were promised nothing of before. So does
    what a bridge left that read another source. Where the cache can't be asked, somebody may have stopped anywhere
    within the time for which checkpoints are kept, before the exchange's time that `exchange_now` gives: ours may have
    jumped. `epoch` is the fencing number of the turn: once it has read, no former bridge moves a checkpoint.
    """

    def __init__(
        self,
        last_values: LastValues,
        limits: GapLimits,
        clock: Clock,
        *,
        source: Source,
        epoch: int,
        has_lapsed: Callable[[Topic], bool],
        exchange_now: Callable[[], Awaitable[int]],
    ) -> None:
        self._last_values = last_values
        self._limits = limits
        self._clock = clock
        self._source = source
        self._epoch = epoch
        self._has_lapsed = has_lapsed
        self._exchange_now = exchange_now
        self._began = clock.monotonic()
        self._served: set[Topic] = set()

    async def checkpoints(self, topics: Collection[Topic]) -> dict[Topic, Checkpoint]:
        """Return where these topics were left, if that is known and not too long ago."""
        age = self._maximum_age()
        by_key = {topic.key: topic for topic in self._left(topics)}
        if not by_key:
            return {}
        shares = self._last_values.shares(by_key)
        answers = await asyncio.gather(*(self._read(share, age) for share in shares))
        unknown = [key for share, answer in zip(shares, answers, strict=True) if answer is None for key in share]
        found = {by_key[key]: _decoded(key, body) for answer in answers if answer for key, body in answer.items()}
        of_source = {topic: left for topic, left in found.items() if left is not None and left.source is self._source}
        return of_source | await self._oldest([by_key[key] for key in unknown], age)

    async def _oldest(self, topics: Collection[Topic], age: float) -> dict[Topic, Checkpoint]:
        """Return for topics of which nothing can be known where somebody may have left them at the earliest."""
        if not topics:
            return {}
        logger.warning("it is not known where the bridge before this one stopped", topics=len(topics))
        oldest = await self._exchange_now() - round(age * 1000)
        return dict.fromkeys(topics, Checkpoint(source=self._source, number=None, time=oldest))

    async def _read(self, keys: Collection[str], age: float) -> dict[str, bytes] | None:
        """Ask, and once more where that failed: a bridge that begins on a busy machine is as slow as its cache.

        Not knowing costs more than waiting: all of the last minutes is told anew, and who has numbers hears it twice.
        """
        try:
            async with asyncio.timeout(self._limits.checkpoint_wait):
                for _ in range(_TRIES):
                    found = await self._last_values.read_checkpoints(keys, maximum_age=age, epoch=self._epoch)
                    if found is not None:
                        break
                return found
        except TimeoutError:
            logger.warning("the cache took too long to say where the bridge before this one stopped", topics=len(keys))
            return None

    def _left(self, topics: Iterable[Topic]) -> list[Topic]:
        """Return those of the topics that somebody may have left without a word."""
        counted = [topic for topic in topics if topic.kind in COUNTED]
        if not self._is_taking_over:
            self._served.clear()
            return [topic for topic in counted if self._has_lapsed(topic)]
        left = [topic for topic in counted if topic not in self._served or self._has_lapsed(topic)]
        self._served.update(counted)
        return left

    def _maximum_age(self) -> float:
        return self._limits.checkpoint_age if self._is_taking_over else self._limits.rejoin_age

    @property
    def _is_taking_over(self) -> bool:
        return self._clock.monotonic() - self._began < self._limits.takeover


def _decoded(key: str, body: bytes) -> Checkpoint | None:
    try:
        return decode_checkpoint(body)
    except msgspec.DecodeError as error:
        logger.warning("a checkpoint could not be decoded", topic=key, reason=str(error))
        return None
