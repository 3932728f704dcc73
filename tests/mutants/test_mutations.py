"""A seed draws the same mutants again; each is one change, of what is run."""

from tests.mutants.mutations import Mutant, draw, mutate
from tests.mutants.sources import Source

_SOURCE = Source("shop.prices", "shop/prices.py")
_OTHER = Source("shop.sizes", "shop/sizes.py")
_TEXT = """@decorated
def first(numbers: list[int] | None, many: bool) -> int | None:
    \"\"\"Say nothing of 3 words.\"\"\"
    return numbers[0] if numbers and many else None
"""
_SOURCES = [(_SOURCE, _TEXT), (_OTHER, "LEAST, MOST = 1, 2\n")]
_ALL = 1000


def test_a_seed_draws_the_same_mutants_again() -> None:
    assert draw(_SOURCES, 4, seed=7) == draw(_SOURCES, 4, seed=7)
    assert len({tuple(draw(_SOURCES, 4, seed)) for seed in range(10)}) > 1


def test_it_draws_from_all_mutants_of_all_modules_and_none_twice() -> None:
    mutants = draw(_SOURCES, _ALL, seed=1)
    assert len(set(mutants)) == len(mutants) < _ALL
    texts = dict(_SOURCES)
    read = {mutate(mutant, texts[mutant.source]).text for mutant in mutants}
    assert len(read) == len(mutants)
    assert read.isdisjoint(texts.values())
    assert _TEXT.replace("numbers and many", "numbers or many") in read
    assert "LEAST, MOST = 1, 3\n" in read


def test_it_changes_neither_annotations_nor_docstrings() -> None:
    for mutant in draw([(_SOURCE, _TEXT)], _ALL, seed=1):
        assert mutate(mutant, _TEXT).text.splitlines()[:3] == _TEXT.splitlines()[:3]


def test_it_tells_where_a_mutant_differs_and_how() -> None:
    (number,) = {
        mutant.number for mutant in draw([(_SOURCE, _TEXT)], _ALL, seed=1) if "numbers[1]" in mutate(mutant, _TEXT).text
    }
    changed = mutate(Mutant(_SOURCE, number), _TEXT)
    assert changed.line == 4
    assert changed.difference.splitlines()[1:] == [
        '     """Say nothing of 3 words."""',
        "-    return numbers[0] if numbers and many else None",
        "+    return numbers[1] if numbers and many else None",
    ]
