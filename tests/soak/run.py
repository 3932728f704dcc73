"""A run: warm up, let every act have its turn, wait until all is quiet, send everybody home, and judge."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import msgspec

from tests.soak.clients.clients import Clients
from tests.soak.clients.notes import Door, now_ms
from tests.soak.deployment import installation as installations
from tests.soak.deployment.installation import Installation, Processes
from tests.soak.deployment.levels import Levels, Memory, differences, measure, memory_of
from tests.soak.deployment.market_place import MarketPlace, market_place
from tests.soak.deployment.schedule import Episode, FurtherAct, ProcessAct, schedule
from tests.soak.judging.judge import Finding, Verdict, clock
from tests.soak.judging.numbers import Numbers
from tests.soak.judging.run_judge import RunJudge
from tests.soak.options import DeploymentKind, Options

_SAMPLE_SECONDS = 5.0
_STATUS_SECONDS = 15.0
_BACK_SECONDS = 20.0
_MOMENT_MS = 500
_TRACE = "Traceback (most recent call last)"

Say = Callable[[str], None]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a run found: `left` is what was not given back, `grown` what grew, `broken` what failed on the way."""

    options: Options
    verdict: Verdict
    left: tuple[str, ...]
    grown: tuple[str, ...]
    broken: tuple[str, ...]
    acts: tuple[tuple[int, str], ...]
    """When each act began (ms since the epoch), and what it was."""
    figures: tuple[tuple[str, str], ...] = ()

    def act_before(self, time: int) -> str:
        """Return, in words, the last act that began before something was made, or a moment later."""
        begun = [(at, act) for at, act in self.acts if at <= time + _MOMENT_MS]
        return f"{begun[-1][1]} began at {clock(begun[-1][0])}" if begun else "nothing had gone wrong yet"

    @property
    def is_clean(self) -> bool:
        """True where nothing was found."""
        return not (self.verdict.findings or self.left or self.grown or self.broken)


class Run:
    """One run, from its warming up to its verdict. `say` tells a person what happens."""

    def __init__(self, options: Options, installation: Installation, place: MarketPlace, say: Say) -> None:
        self._options = options
        self._installation = installation
        self._place = place
        self._say = say
        self._random = Random(f"{options.seed} acts")
        self._processes = Processes(installation, Random(f"{options.seed} processes"))
        self._door = Door(installation.gateways, installation.deployment.token)
        self._clients = Clients(options, self._door, place.truth)
        self._judge = RunJudge(place.truth, self._clients.witnesses, options.patience)
        self._memory = Memory()
        self._on = "warming up"
        self._broken: list[str] = []
        self._acts: list[tuple[int, str]] = []
        self._silences: dict[str, int] = {}

    async def go(self) -> Outcome:
        """Run to the end, and return what was found."""
        for gateway in self._installation.gateways:
            await self._installation.wait_until_ready(gateway)
        before = await measure(self._installation, self._place, self._door)
        async with self._watching():
            async with self._clients.all_there():
                await self._let_things_go_wrong()
                self._on = "settling"
                await self._clients.all_back(_BACK_SECONDS)
                self._broken += [f"{one.name} did not come back" for one in self._clients.resuming if one.is_away]
                await self._settle()
                verdict = self._judge.look(now_ms(), is_over=True)
                verdict += Verdict(findings=tuple(self._clients.numbers.judged()))
            self._on = "leaving"
            self._say("all clients leave")
            left = await self._wait_until_given_back(before)
        grown = self._memory.growth(memory_of(self._installation).keys())
        self._broken += [*self._clients.counts.unforeseen, *self._tracebacks()]
        return Outcome(
            options=self._options,
            verdict=verdict,
            left=tuple(left),
            grown=tuple(grown),
            broken=tuple(self._broken),
            acts=tuple(self._acts),
            figures=self._figures(),
        )

    # -- what goes wrong ----------------------------------------------------------------------------------------

    async def _let_things_go_wrong(self) -> None:
        options = self._options
        episodes = schedule(Random(f"{options.seed} schedule"), options.all_acts, options.seconds)
        self._say(f"seed {options.seed}, {len(episodes)} episodes in {options.seconds:g} s:")
        for episode in episodes:
            self._say(f"  {episode}")
        await asyncio.sleep(options.warm_up)
        self._memory.is_warm()
        for number, episode in enumerate(episodes, 1):
            self._on = f"{episode.act.value} ({number}/{len(episodes)})"
            self._say(f"{self._on}: {self._standing()}")
            await self._play(episode)
            if number == options.episodes_to_warm_up(len(episodes)):
                self._memory.is_warm()

    async def _play(self, episode: Episode) -> None:
        self._acts.append((now_ms(), episode.act.value))
        if isinstance(episode.act, FurtherAct):
            await self._play_further(episode.act, episode)
            return
        self._judge.begin(now_ms())
        if isinstance(episode.act, ProcessAct):
            name = await self._processes.begin(episode.act)
            self._say(f"  {episode.act.value}: {name}")
            await asyncio.sleep(episode.seconds)
            await self._processes.finish(episode.act, name)
        else:
            await self._place.begin(episode, self._random)
            await asyncio.sleep(episode.seconds)
            self._place.end()
        self._judge.end(now_ms())
        await asyncio.sleep(episode.settle)
        silence = max(witness.take_silence() for witness in self._clients.witnesses)
        self._silences[episode.act.value] = max(silence, self._silences.get(episode.act.value, 0))
        self._say(f"  longest time without anything fresh at a connected witness: {silence / 1000:.1f} s")

    async def _play_further(self, act: FurtherAct, episode: Episode) -> None:
        """Let it befall the further markets: of the deployment's own all is owed as ever."""
        if act is FurtherAct.KILL:
            await self._processes.kill_further()
        await self._place.begin_further(act, episode.seconds)
        await asyncio.sleep(episode.seconds)
        self._place.end()
        await asyncio.sleep(episode.settle)

    # -- the end ------------------------------------------------------------------------------------------------

    async def _settle(self) -> None:
        """Wait until nothing is owed to any witness any more, or nothing more can be expected to come."""
        self._say(f"settling: {self._standing()}")
        deadline = now_ms() + self._options.patience.most
        await asyncio.sleep(self._options.patience.last / 1000)
        while self._judge.is_owed_anything(now_ms()) and now_ms() < deadline:  # noqa: ASYNC110 - of another process
            await asyncio.sleep(0.5)

    async def _wait_until_given_back(self, before: Levels) -> list[str]:
        """Return what is still held when the time for giving it back is over."""
        deadline = now_ms() + self._options.leave_seconds * 1000
        while True:
            try:
                left = differences(before, await measure(self._installation, self._place, self._door))
            except (OSError, TimeoutError) as error:
                left = [f"the deployment could not be asked: {error!r}"]
            if not left or now_ms() > deadline:
                return left
            await asyncio.sleep(1.0)

    # -- watching -----------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _watching(self) -> AsyncIterator[None]:
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _watch(self) -> None:
        """Sample memory, and tell how things stand; notice who has ended though nobody asked it to."""
        ended: set[int] = set()
        told_at = now_ms()
        while True:
            await asyncio.sleep(_SAMPLE_SECONDS)
            self._memory.take(memory_of(self._installation))
            for name, process in self._installation.processes.items():
                if process.has_ended and process.id not in ended:
                    ended.add(process.id)
                    self._broken.append(f"{name} ended by itself")
                    self._say(f"!! {name} ended by itself")
            if now_ms() - told_at > _STATUS_SECONDS * 1000:
                told_at = now_ms()
                self._say(f"  … {self._on}: {self._standing()}")

    def _standing(self) -> str:
        verdict = self._judge.look(now_ms())
        sizes = " ".join(f"{name} {size // 2**20}" for (name, _), size in memory_of(self._installation).items())
        return (
            f"{self._clients.connected} clients, {self._clients.counts.frames} frames, {verdict.seen} items witnessed, "
            f"{verdict.repaired} repaired, {verdict.told} told lost, {verdict.lost} LOST, "
            f"{len(verdict.findings)} findings; MB: {sizes}{_first_of_each_kind(verdict.findings)}"
        )

    def _tracebacks(self) -> list[str]:
        """Return the processes that printed a traceback, with its last line."""
        everybody = [*self._installation.retired, *self._installation.processes.items()]
        return [
            f"{name} printed a traceback: {_after(process.lines, number)}"
            for name, process in everybody
            for number, line in enumerate(process.lines)
            if _TRACE in line
        ]

    def _figures(self) -> tuple[tuple[str, str], ...]:
        counts, numbers = self._clients.counts, self._clients.numbers
        return (
            ("frames read", str(counts.frames)),
            ("what clients did", _counted(counts.moves)),
            ("how connections ended", _counted(counts.closes)),
            ("what was refused", _counted(counts.refused)),
            ("came back", _returns(numbers)),
            ("slowest answers to the honest, in ms", ", ".join(str(one.slowest_ms) for one in self._clients.honest)),
            ("longest silences, in seconds", ", ".join(f"{act} {ms / 1000:.1f}" for act, ms in self._silences.items())),
        )


def _first_of_each_kind(findings: Iterable[Finding]) -> str:
    """Return one of each kind of what was found, each on a line of its own: what it may be is seen while it happens."""
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.what, finding)
    return "".join(f"\n    {finding}" for finding in first.values())


def _returns(numbers: Numbers) -> str:
    longest = f"{numbers.longest_away / 1000:.1f} s"
    return f"{numbers.recovered} recovered, away for {longest} at most; {numbers.refused} told that they were not"


def _counted(counter: "dict[str, int]") -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items())) or "nothing"


def _after(lines: list[str], number: int) -> str:
    """Return the first line after a traceback's frames: the error."""
    rest = (line for line in lines[number + 1 :] if line and not line.startswith((" ", "|", "+")))
    return next(rest, "")


async def soak(options: Options, var_dir: Path, say: Say) -> Outcome:
    """Run once, in a deployment of its own whose files lie in `var_dir`, and return what was found."""
    deployment = installations.one_process if options.kind is DeploymentKind.ONE else installations.several_processes
    async with market_place(options.seed) as place:
        environment = {
            **place.environment,
            **(place.further_environment if options.kind is DeploymentKind.SEVERAL else {}),
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
            **options.environment,
        }
        say(f"deployment: {options.kind.value}; exchange: {place.exchange.rest_url}; files: {var_dir}")
        async with deployment(var_dir, environment) as installation:
            try:
                return await Run(options, installation, place, say).go()
            finally:
                _keep_outputs(installation, var_dir)


def _keep_outputs(installation: Installation, var_dir: Path) -> None:
    """Write what each process printed beside the deployment's other files."""
    everybody = [*installation.retired, *installation.processes.items()]
    for name, process in everybody:
        path = var_dir / f"{name.replace(' ', '-')}-{process.id}.log"
        path.write_text(process.output + "\n", encoding="utf-8")
