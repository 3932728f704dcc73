"""The report counts by packages, and shows what no test noticed."""

from tests.mutants.judging import Judgement, Outcome
from tests.mutants.mutations import Mutant, MutatedText
from tests.mutants.report import report
from tests.mutants.sources import Source

_CORE = Source("shop.core.prices", "shop/core/prices.py")
_SERVICES = Source("shop.orders.services", "shop/orders/services.py")


def _judgement(source: Source, outcome: Outcome, line: int = 7) -> Judgement:
    return Judgement(Mutant(source, 0), MutatedText("", line, f"-old {line}\n+new {line}"), outcome, 1.5)


def test_it_counts_by_packages_and_shows_survivors_with_their_place() -> None:
    judgements = [
        _judgement(_CORE, Outcome.KILLED),
        _judgement(_CORE, Outcome.SURVIVED, line=12),
        _judgement(_CORE, Outcome.TIMED_OUT),
        _judgement(_SERVICES, Outcome.KILLED),
    ]
    assert report(judgements, []).splitlines() == [
        "| package | mutants | killed | timed out | survived | noticed |",
        "| --- | --- | --- | --- | --- | --- |",
        "| shop.core | 3 | 1 | 1 | 1 | 67% |",
        "| shop: services | 1 | 1 | 0 | 0 | 100% |",
        "| **all** | 4 | 2 | 1 | 1 | 75% |",
        "",
        "`shop/core/prices.py:12`",
        "",
        "```diff",
        "-old 12",
        "+new 12",
        "```",
    ]


def test_it_names_the_tests_that_could_not_be_asked() -> None:
    assert report([_judgement(_CORE, Outcome.KILLED)], ["tests/shop/test_buying.py"]).endswith(
        "were not asked:\n\n- `tests/shop/test_buying.py`"
    )
