"""`python -m tests.soak`: see docs/soak.md. Exit code 0: clean, 1: something was found, 2: it can't run."""

import argparse
import asyncio
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from streaming.simulator.faults.faults import FaultKind
from tests.processes import ROOT
from tests.services import POSTGRES_URL, REDIS_URL, is_listening
from tests.soak.deployment.schedule import Act, FurtherAct, ProcessAct
from tests.soak.options import DeploymentKind, Options
from tests.soak.report import Report
from tests.soak.run import Outcome, soak

_INTERRUPTED = 130


def main() -> int:
    """Run, and return the exit code."""
    arguments = _parser().parse_args()
    kinds = list(DeploymentKind) if arguments.deployment == "both" else [DeploymentKind(arguments.deployment)]
    missing = [url for url in (POSTGRES_URL, REDIS_URL) if DeploymentKind.SEVERAL in kinds and not is_listening(url)]
    if missing:
        print(f"Nothing listens at {' and '.join(missing)}; DEPLOYMENT=one needs neither.", file=sys.stderr)  # noqa: T201
        return 2
    seed = secrets.randbelow(1_000_000) if arguments.seed is None else arguments.seed
    folder = ROOT / "var" / "soak" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{seed}"
    report = Report(folder / "soak.log")
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            outcomes = runner.run(_run(kinds, arguments, seed, folder, report))
        report.conclude(outcomes)
        return 0 if all(outcome.is_clean for outcome in outcomes) else 1
    except KeyboardInterrupt:
        report.say("interrupted: nothing was judged")
        return _INTERRUPTED
    finally:
        report.close()


async def _run(
    kinds: list[DeploymentKind], arguments: argparse.Namespace, seed: int, folder: Path, report: Report
) -> list[Outcome]:
    outcomes = []
    for kind in kinds:
        options = Options(
            kind=kind,
            seed=seed,
            seconds=arguments.minutes * 60 if arguments.hours is None else arguments.hours * 3600,
            acts=tuple(arguments.only),
            scale=arguments.scale,
        )
        outcomes.append(await soak(options, folder / kind.value, report.say))
    return outcomes


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("soak", description="Let everything go wrong, and see what is lost.")
    parser.add_argument("--minutes", type=float, default=5.0, help="of each deployment (default: %(default)g)")
    parser.add_argument("--hours", type=float, help="instead of minutes; from half an hour on, with default settings")
    parser.add_argument("--seed", type=int, help="to repeat a run (default: a random one, which is told)")
    parser.add_argument("--deployment", choices=["one", "several", "both"], default="both")
    parser.add_argument("--scale", type=float, default=1.0, help="factor on the number of clients (default: 1)")
    parser.add_argument("--only", type=_act, nargs="*", default=(), help="what goes wrong (default: everything)")
    return parser


def _act(text: str) -> Act:
    acts: dict[str, Act] = {act.value: act for kind in (FaultKind, ProcessAct, FurtherAct) for act in kind}
    if text not in acts:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(acts)}")
    return acts[text]


if __name__ == "__main__":
    sys.exit(main())
