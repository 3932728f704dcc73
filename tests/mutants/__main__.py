"""`python -m tests.mutants`: draw mutants by a seed, and print which no test notices: docs/mutants.md."""

import argparse
import resource
import secrets
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from tests.mutants.judging import Judge, Judgement
from tests.mutants.mutations import Mutant, draw
from tests.mutants.report import place, report
from tests.mutants.scratch_copy import scratch_copy
from tests.mutants.sources import Checkout
from tests.processes import ROOT

_PREPARED_AT_ONCE = 20
_MOST_BYTES = 4 << 30
"""What a process of a run may allocate: a mutant may never stop to."""


def main() -> int:
    """Run, and return the exit code: 2 where there is nothing to mutate."""
    arguments = _parser().parse_args()
    seed = secrets.randbelow(1_000_000) if arguments.seed is None else arguments.seed
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell takes Ctrl-C away from what it runs in the background
        signal.signal(ending, signal.default_int_handler)
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (_MOST_BYTES, most))
    with scratch_copy(ROOT) as copy:
        checkout = Checkout(copy)
        sources = [(each, (copy / each.path).read_text(encoding="utf-8")) for each in checkout.mutated(arguments.only)]
        mutants = draw(sources, arguments.count, seed)
        if not mutants:
            _say(f"No pure core and no services are in {' or '.join(arguments.only)}.")
            return 2
        _say(f"SEED={seed}: {len(mutants)} mutants of {len(sources)} modules")
        _judge_all(Judge(checkout), mutants, minutes=arguments.minutes, seed=seed)
    return 0


def _judge_all(judge: Judge, mutants: Sequence[Mutant], *, minutes: float, seed: int) -> None:
    begun = time.monotonic()
    judgements: list[Judgement] = []
    with suppress(KeyboardInterrupt):
        for judgement in _judgements(judge, mutants, begun + 60 * minutes):
            judgements.append(judgement)
            _say(f"{len(judgements)}: {judgement.outcome}, {judgement.seconds:.1f} s, {place(judgement)}")
    if judgements:
        head = (
            f"{len(judgements)} of {len(mutants)} mutants that SEED={seed} drew, "
            f"judged on {datetime.now(UTC):%d %B %Y} in {(time.monotonic() - begun) / 60:.0f} minutes."
        )
        _save(f"{head}\n\n{report(judgements, judge.failing)}\n", seed)


def _judgements(judge: Judge, mutants: Sequence[Mutant], end: float) -> Iterator[Judgement]:
    for begin in range(0, len(mutants), _PREPARED_AT_ONCE):
        some = mutants[begin : begin + _PREPARED_AT_ONCE]
        judge.prepare(some)
        for mutant in some:
            if time.monotonic() >= end:
                return
            yield judge.judge(mutant)


def _save(text: str, seed: int) -> None:
    file = ROOT / "var" / "mutants" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{seed}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    _say(f"\n{text}\nKept in {file.relative_to(ROOT)}.")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("mutants", description="Change the product at random, and see which test notices.")
    parser.add_argument(
        "--seed", type=int, help="to draw the same mutants again (default: a random one, which is told)"
    )
    parser.add_argument("--count", type=int, default=200, help="how many are drawn (default: %(default)d)")
    parser.add_argument(
        "--minutes", type=float, default=60.0, help="after which no other begins (default: %(default)g)"
    )
    parser.add_argument(
        "--only", nargs="*", default=(), help="packages or modules (default: all pure cores and services)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
