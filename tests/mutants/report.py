"""What a sample of mutants has shown, as Markdown."""

from collections.abc import Iterator, Sequence

from benchmarks.markdown import markdown_table
from tests.mutants.judging import Judgement, Outcome

_NOTICED = {Outcome.KILLED, Outcome.TIMED_OUT}


def report(judgements: Sequence[Judgement], failing: Sequence[str]) -> str:
    """Return a table by packages, each survivor with what was changed, and which tests fail without a mutant."""
    packages = sorted({each.mutant.source.package for each in judgements})
    lines = [
        _line(package, [each for each in judgements if each.mutant.source.package == package]) for package in packages
    ]
    table = markdown_table(["package", "mutants", *Outcome, "noticed"], [*lines, _line("**all**", judgements)])
    return "\n\n".join([table, *_survivors(judgements), *_failing(failing)])


def share_noticed(judgements: Sequence[Judgement]) -> float:
    """Return the share, from 0 to 1, of which some test noticed."""
    return sum(each.outcome in _NOTICED for each in judgements) / len(judgements)


def place(judgement: Judgement) -> str:
    """Return where a mutant differs, as editors read it."""
    return f"{judgement.mutant.source.path}:{judgement.text.line}"


def _line(name: str, judgements: Sequence[Judgement]) -> list[str]:
    counts = [sum(each.outcome is outcome for each in judgements) for outcome in Outcome]
    return [name, str(len(judgements)), *map(str, counts), f"{share_noticed(judgements):.0%}"]


def _survivors(judgements: Sequence[Judgement]) -> Iterator[str]:
    for each in sorted(judgements, key=place):
        if each.outcome is Outcome.SURVIVED:
            yield f"`{place(each)}`\n\n```diff\n{each.text.difference}\n```"


def _failing(files: Sequence[str]) -> Iterator[str]:
    if files:
        yield "These fail without a mutant, too, and were not asked:\n\n" + "\n".join(f"- `{file}`" for file in files)
