"""The commands of one session: rate, order, how many at a time, and one answer for each."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from typing import Any

import msgspec
import pytest
import structlog

from config.logs.logging import add_correlation_id
from streaming.commands.access import Who
from streaming.commands.command import Command
from streaming.commands.context import CommandContext
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode, Failure, Outcome, Success
from streaming.commands.parameters import Parameters, reader_of
from streaming.commands.registry import CommandKind, CommandRegistry
from streaming.commands.user_limits import Allowance, UserLimits, UserLimitSettings
from streaming.fan_out.hub import Hub
from streaming.gateway.commands.runner import CommandRunner
from streaming.gateway.settings import CommandLimits
from tests.manual_clock import ManualClock
from tests.streaming.commands.people import USER, context_of
from tests.waiting import until

logger = structlog.get_logger(__name__)


class Work(Parameters, frozen=True):
    """What the handler is to do."""

    end: str = "well"


class Bench:
    """A session's end of a runner: its tasks, the answers in their order, and a handler that waits until it may end."""

    def __init__(
        self, hub: Hub, clock: ManualClock, limits: CommandLimits, user_limits: UserLimits | None = None
    ) -> None:
        self.answers: list[tuple[str, Outcome]] = []
        self.running: list[str] = []
        self.may_end = asyncio.Event()
        self.tasks: set[asyncio.Task[None]] = set()
        self._hub = hub
        registry = CommandRegistry()
        work = CommandKind(action="work", access=Who.ANYONE, parameters=reader_of(Work), handler=self._work)
        registry.register(work)
        self.runner = CommandRunner(
            registry=registry,
            clock=clock,
            limits=limits,
            user_limits=user_limits or UserLimits(UserLimitSettings(), clock),
            requester=lambda: "user:1",
            spawn=self._spawn,
            respond=self._respond,
            context=lambda: context_of(USER, hub),
        )

    def submit(self, *names: str, end: str = "well") -> None:
        """Give commands with these ids."""
        for name in names:
            self.runner.submit(Command(name, "work", {"end": end}))

    @property
    def answered(self) -> list[str]:
        """The ids that were answered, in the order of the answers."""
        return [name for name, _ in self.answers]

    def codes(self) -> dict[str, str]:
        """Return how each ended."""
        return {name: outcome.code.value if isinstance(outcome, Failure) else "ok" for name, outcome in self.answers}

    async def disconnect(self) -> None:
        """End as a session does."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _respond(self, command_id: str, outcome: Outcome) -> None:
        if isinstance(outcome, Success):
            msgspec.json.encode(outcome.data)
        self.answers.append((command_id, outcome))

    async def _work(self, context: CommandContext, parameters: Work) -> Mapping[str, Any]:
        name = str(structlog.contextvars.get_contextvars()["command_id"])
        self.running.append(name)
        try:
            await self.may_end.wait()
        finally:
            self.running.remove(name)
        if parameters.end == "refused":
            raise CommandRefusedError(CommandErrorCode.CONFLICT, "not now")
        if parameters.end == "fault":
            raise RuntimeError("a fault of ours")
        if parameters.end == "unwritable":
            return {"answer": object()}
        logger.info("worked")
        return {"name": name}


LIMITS = CommandLimits(per_second=10, at_a_time=2, waiting=3, seconds=25)


@pytest.fixture
async def bench(hub: Hub, clock: ManualClock) -> AsyncIterator[Bench]:
    """Return a runner of two commands at a time, of which three more may wait."""
    one = Bench(hub, clock, LIMITS)
    yield one
    await one.disconnect()


async def test_it_answers_each_command_once(bench: Bench) -> None:
    bench.may_end.set()
    bench.submit("a", "b", "c")
    bench.submit("d", end="refused")
    await until(lambda: len(bench.answers) == 4)
    assert bench.codes() == {"a": "ok", "b": "ok", "c": "ok", "d": "CONFLICT"}
    await until(lambda: not bench.tasks)
    assert len(bench.answers) == 4


async def test_it_runs_a_few_at_a_time_and_the_others_in_their_order(bench: Bench) -> None:
    bench.submit("a", "b", "c", "d")
    await until(lambda: bench.running == ["a", "b"])
    bench.may_end.set()
    await until(lambda: len(bench.answers) == 4)
    assert bench.answered == ["a", "b", "c", "d"]


async def test_it_refuses_what_is_over_the_rate(bench: Bench, clock: ManualClock) -> None:
    bench.may_end.set()
    for number in range(10):
        bench.submit(str(number))
        await until(lambda number=number: len(bench.answers) == number + 1)  # type: ignore[misc]
    bench.submit("over", "over again")
    assert bench.answers[10:] == [
        (name, Failure(CommandErrorCode.RATE_LIMITED, "At most 10 commands a second"))
        for name in ("over", "over again")
    ]
    clock.advance(1.0)
    bench.submit("later")
    await until(lambda: bench.codes().get("later") == "ok")


async def test_it_closes_nobody_who_goes_on_over_the_rate(bench: Bench, clock: ManualClock) -> None:
    bench.may_end.set()
    for second in range(10):
        bench.submit(*(f"{second}.{number}" for number in range(10)))
        await until(lambda: not bench.tasks)
        clock.advance(0.5)
    assert len(bench.answers) == 100
    assert set(bench.codes().values()) == {"ok", "RATE_LIMITED"}


async def test_it_refuses_more_than_may_wait(bench: Bench) -> None:
    bench.submit("a", "b", "c", "d", "e", "f")
    assert bench.answers == [("f", Failure(CommandErrorCode.RATE_LIMITED, "Too many commands are waiting"))]
    bench.may_end.set()
    await until(lambda: len(bench.answers) == 6)
    assert bench.answered == ["f", "a", "b", "c", "d", "e"]


async def test_it_goes_on_after_a_fault(bench: Bench) -> None:
    bench.may_end.set()
    with structlog.testing.capture_logs() as logs:
        bench.submit("a", "b", end="fault")
        bench.submit("c")
        await until(lambda: len(bench.answers) == 3)
    assert bench.codes() == {"a": "INTERNAL_ERROR", "b": "INTERNAL_ERROR", "c": "ok"}
    assert [line["log_level"] for line in logs if "exc_info" in line] == ["error", "error"]


async def test_it_answers_where_what_the_handler_returned_can_not_be_written(bench: Bench) -> None:
    bench.may_end.set()
    with structlog.testing.capture_logs() as logs:
        bench.submit("a", end="unwritable")
        await until(lambda: bench.answers)
    assert bench.answers == [("a", Failure(CommandErrorCode.INTERNAL_ERROR, "Internal error"))]
    assert [line["event"] for line in logs if line["log_level"] == "error"] == [
        "a command's answer could not be written"
    ]


async def test_it_counts_the_time_that_a_command_waited(bench: Bench, clock: ManualClock) -> None:
    bench.submit("a", "b", "c")
    await until(lambda: bench.running == ["a", "b"])
    clock.advance(26)
    bench.may_end.set()
    await until(lambda: len(bench.answers) == 3)
    assert bench.answers[2] == ("c", Failure(CommandErrorCode.UNAVAILABLE, "work took too long"))


async def test_it_answers_a_command_that_takes_too_long(hub: Hub, clock: ManualClock) -> None:
    bench = Bench(hub, clock, CommandLimits(seconds=0.05))
    bench.submit("a")
    await until(lambda: bench.answers)
    assert bench.codes() == {"a": "UNAVAILABLE"}
    assert bench.running == []


async def test_it_answers_nothing_after_it_was_stopped(bench: Bench) -> None:
    bench.submit("a", "b", "c")
    await until(lambda: bench.running == ["a", "b"])
    bench.runner.stop()
    bench.runner.stop()
    bench.submit("d")
    bench.may_end.set()
    await until(lambda: not bench.tasks)
    assert bench.answers == []


async def test_it_begins_nothing_more_when_the_session_ends(bench: Bench) -> None:
    bench.submit("a", "b", "c")
    await until(lambda: bench.running == ["a", "b"])
    await bench.disconnect()
    await until(lambda: not bench.tasks)
    assert bench.running == []
    assert bench.answers == []


async def test_it_runs_each_with_the_sessions_names_in_its_logs(bench: Bench) -> None:
    bench.may_end.set()
    with structlog.testing.capture_logs(
        processors=[structlog.contextvars.merge_contextvars, add_correlation_id]
    ) as logs:
        bench.submit("a")
        await until(lambda: bench.answers)
    [line] = [line for line in logs if line["event"] == "worked"]
    assert {name: line[name] for name in ("client_id", "user_id", "action", "command_id", "correlation_id")} == {
        "client_id": "ws_1_abc",
        "user_id": "1",
        "action": "work",
        "command_id": "a",
        "correlation_id": "ws_1_abc:a",
    }
    assert "command_id" not in structlog.contextvars.get_contextvars()


async def test_it_shares_a_users_limits_with_the_users_other_sessions(hub: Hub, clock: ManualClock) -> None:
    shared = UserLimits(UserLimitSettings(user=Allowance(per_second=6, at_a_time=3), waiting=2), clock)
    one, two = (Bench(hub, clock, LIMITS, shared) for _ in range(2))
    one.submit("a", "b", "c")
    two.submit("d", "e", "over")
    await until(lambda: (one.running, two.running) == (["a", "b"], ["d"]))
    assert two.codes() == {"over": "RATE_LIMITED"}
    await one.disconnect()
    await until(lambda: two.running == ["d", "e"])
    two.submit("f")
    assert two.codes() == {"over": "RATE_LIMITED"}
    two.submit("g")
    assert two.answers[-1] == ("g", Failure(CommandErrorCode.RATE_LIMITED, "At most 6 commands a second of a user"))
    await two.disconnect()
    assert shared.at_work.takers() == {}


async def test_it_answers_in_time_where_the_users_other_sessions_take_all_turns(hub: Hub, clock: ManualClock) -> None:
    shared = UserLimits(UserLimitSettings(user=Allowance(per_second=9, at_a_time=1)), clock)
    one, two = (Bench(hub, clock, limits, shared) for limits in (LIMITS, msgspec.structs.replace(LIMITS, seconds=0.05)))
    one.submit("long")
    await until(lambda: one.running)
    two.submit("late")
    await until(lambda: two.codes() == {"late": "UNAVAILABLE"})
    await one.disconnect()
    await two.disconnect()


async def test_it_counts_nothing_of_a_session_that_ended_before_its_commands_began(
    hub: Hub, clock: ManualClock
) -> None:
    shared = UserLimits(UserLimitSettings(user=Allowance(per_second=100, at_a_time=1), waiting=2), clock)
    for _ in range(10):
        bench = Bench(hub, clock, LIMITS, shared)
        bench.submit("a", "b", "c")
        assert bench.codes() == {}
        bench.runner.stop()
        await bench.disconnect()
