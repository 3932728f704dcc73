"""All clients of a run."""

import asyncio
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from random import Random

from tests.soak.clients.dialects import Dialect
from tests.soak.clients.honest import Honest
from tests.soak.clients.hostile import Hostile
from tests.soak.clients.notes import Counts, Door
from tests.soak.clients.restless import Restless, channels_of
from tests.soak.clients.resuming import ResumingWitness
from tests.soak.clients.witness import Witness
from tests.soak.deployment.market_place import SYMBOLS
from tests.soak.judging.numbers import Numbers
from tests.soak.judging.truth import Truth, feeds_of
from tests.soak.options import Options

Client = Witness | Restless | Honest | Hostile


class Clients:
    """The witnesses, the restless, and honest users beside a hostile one.

    Each has a generator of its own, from the seed and its name.
    """

    def __init__(self, options: Options, door: Door, truth: Truth) -> None:
        self.numbers = Numbers(options.bounds)
        self.counts = Counts()
        self._options = options
        self._door = door
        self.resuming = [self._resuming(number, truth) for number in range(options.resuming + 1)]
        """The first is the keeper."""
        self.witnesses = [*(self._witness(number, truth) for number in range(options.witnesses)), *self.resuming]
        self._restless = [self._restless_one(number) for number in range(options.restless)]
        self.honest = [self._honest_one(number) for number in range(options.honest)]
        hostile = Hostile(door=door, counts=self.counts, random=Random(f"{options.seed} hostile"))
        self._hostile = [hostile] if options.is_hostile else []

    @property
    def connected(self) -> int:
        """How many are there now."""
        others: list[Restless | Honest | Hostile] = [*self._restless, *self.honest, *self._hostile]
        return sum(bool(witness.open) for witness in self.witnesses) + sum(one.is_there for one in others)

    @asynccontextmanager
    async def all_there(self) -> AsyncIterator[None]:
        """Let them be there within the `with`; what one of them can't stand is raised."""
        async with asyncio.TaskGroup() as tasks:
            clients: list[Client] = [*self.witnesses, *self._restless, *self.honest, *self._hostile]
            running = [tasks.create_task(self._run(client)) for client in clients]
            try:
                yield
            finally:
                for task in running:
                    task.cancel()

    async def _run(self, client: Client) -> None:
        """Run a client; what nobody foresaw ends it alone, and is a finding."""
        try:
            await client.run()
        except Exception:  # noqa: BLE001 - it is told in the verdict, whatever it is
            self.counts.unforeseen.append(f"a client failed: {traceback.format_exc()}")

    def _witness(self, number: int, truth: Truth) -> Witness:
        dialect = list(Dialect)[number % len(Dialect)]
        name = f"{number + 1} ({dialect.value})"
        symbols = SYMBOLS[:2] if number % 2 else SYMBOLS[-2:]
        return Witness(
            name,
            dialect,
            feeds_of(symbols),
            door=self._door,
            truth=truth,
            counts=self.counts,
            random=Random(f"{self._options.seed} witness {number}"),
            gateway=number,
            stay=self._options.stay,
            batched=number % 6 == 3,
        )

    def _resuming(self, number: int, truth: Truth) -> ResumingWitness:
        is_keeper = number == 0
        dialect = Dialect.MARKET if is_keeper else list(Dialect)[number % len(Dialect)]
        symbols = SYMBOLS if is_keeper else SYMBOLS[:2] if number % 2 else SYMBOLS[-2:]
        return ResumingWitness(
            "the keeper" if is_keeper else f"resuming {number} ({dialect.value})",
            dialect,
            feeds_of(symbols),
            door=self._door,
            truth=truth,
            counts=self.counts,
            random=Random(f"{self._options.seed} resuming {number}"),
            gateway=number,
            stay=self._options.resuming_stay,
            batched=number % 6 == 4,
            numbers=self.numbers,
            bound=self._options.bounds.milliseconds / 1000,
            is_keeper=is_keeper,
        )

    async def all_back(self, seconds: float) -> None:
        """Call back those that resume, and wait, at most so long, until they are there."""
        for one in self.resuming:
            one.call_back()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while any(one.is_away or not one.open for one in self.resuming):  # noqa: ASYNC110 - of a process
                    await asyncio.sleep(0.2)

    def _honest_one(self, number: int) -> Honest:
        return Honest(
            name=f"honest-{number + 1}",
            door=self._door,
            counts=self.counts,
            random=Random(f"{self._options.seed} honest {number}"),
            gateway=number,
            address=f"127.0.0.{number + 10}",
        )

    def _restless_one(self, number: int) -> Restless:
        return Restless(
            door=self._door,
            counts=self.counts,
            random=Random(f"{self._options.seed} restless {number}"),
            channels=channels_of(SYMBOLS),
            misbehaves=bool(number % 2),
        )
