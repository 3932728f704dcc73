"""Workers, gateways, Redis and PostgreSQL hit at random points while grids and strategies trade.

Nothing is lost, invented or doubled, and strategies decide what they decide in a backtest.

`TRADING_KILLS=300` has so many faults, `TRADING_ONLY="KILL_WORKER"` these kinds alone, `TRADING_SEED` repeats their
plan; CI has each kind once.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trading.live.chaos.commanding import Command, Commanding
from tests.trading.live.chaos.deployed import WAIT_SECONDS, Deployed, deployed
from tests.trading.live.chaos.faults import FaultKind, happen, planned
from tests.trading.live.chaos.judge import Judge
from tests.trading.live.chaos.misbehaving import check_misbehaving, start_misbehaving
from tests.trading.live.chaos.strategies import check_strategies, start_strategies
from tests.waiting import until_now

_KILLS = int(os.environ.get("TRADING_KILLS", str(len(FaultKind))))
_KINDS = [FaultKind[name] for name in os.environ.get("TRADING_ONLY", " ".join(FaultKind.__members__)).split()]
_SEED = int(os.environ.get("TRADING_SEED", "17"))
_SECONDS_EACH = 180
_GIVEN_AGAIN = 50

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.timeout(300 + _KILLS * _SECONDS_EACH)]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Deployed]:
    """Return a deployment of this try's own with two workers, on which grids and strategies trade."""
    with deployed(tmp_path) as made:
        start_strategies(made)
        yield made


def test_strategies_that_misbehave_are_stopped_and_harm_nobody_else(stage: Deployed) -> None:
    worker = stage.holder()
    start_misbehaving(stage)
    check_misbehaving(stage)
    assert (stage.holder(), worker.has_ended) == (worker, False)
    stage.wait_until_it_goes_on()
    Judge(stage).check_rows()
    check_strategies(stage)


def test_nothing_is_lost_invented_or_doubled_whatever_fails(stage: Deployed) -> None:
    print(f"TRADING_SEED={_SEED} TRADING_KILLS={_KILLS} of {', '.join(_KINDS)}")  # noqa: T201 - so that a run can be repeated
    judge = Judge(stage)
    with Commanding(stage, seed=_SEED) as client:
        for number, fault in enumerate(planned(_KILLS, _SEED, _KINDS), 1):
            print(f"{number}: {fault}", flush=True)  # noqa: T201 - which one it was that failed
            happen(fault, stage)
            if not fault.is_followed:
                stage.wait_until_it_goes_on()
            judge.check_rows()
            judge.check_executions()
            client.check()
        client.finish()
        _check_commands(client, judge)
    until_now(lambda: not stage.query("SELECT 1 FROM trading_outboxevent LIMIT 1"), seconds=WAIT_SECONDS)
    check_strategies(stage)
    judge.check_writers()
    stage.verify_audit()
    stage.replay_recordings()


def _check_commands(client: Commanding, judge: Judge) -> None:
    """Look whether each command acted once, also given again; say how many there were."""
    judge.check_answers(client.answered)
    done = [one for one in client.answered if one.has_acted][-_GIVEN_AGAIN:]
    again = client.give_again(done)
    assert [one.answer["data"] for one in again] == [one.answer["data"] for one in done]
    judge.check_answers(client.answered)
    print(_told(client.answered))  # noqa: T201 - what the run has shown


def _told(commands: list[Command]) -> str:
    acted = Counter(f"{one.action} {'done' if one.has_acted else one.answer['error']['code']}" for one in commands)
    repeated = sum(one.given > 1 for one in commands)
    slowest = max((one.seconds for one in commands), default=0)
    return f"{len(commands)} commands, {repeated} given more than once, the slowest {slowest:.1f} s: {dict(acted)}"
