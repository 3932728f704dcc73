import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.topics import patterns

SEGMENTS = st.sampled_from(["grid", "abc", "status", "a-1", "B_2"])
NAMES = st.lists(SEGMENTS, min_size=1, max_size=4)
PATTERNS = st.lists(SEGMENTS | st.just("*"), min_size=1, max_size=4)


def naive_match(pattern: Sequence[str], name: Sequence[str]) -> bool:
    """Match segment by segment, as the contract tells it."""
    if not pattern or not name:
        return not pattern and not name
    if list(pattern) == ["*"]:
        return True
    return pattern[0] in {"*", name[0]} and naive_match(pattern[1:], name[1:])


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("grid.*", "grid.abc.status", True),
        ("grid.*", "grid.def.order", True),
        ("grid.*", "grid", False),
        ("grid.*", "gridx.abc.status", False),
        ("grid.abc.*", "grid.abc.status", True),
        ("grid.abc.*", "grid.abcd.status", False),
        ("grid.*.status", "grid.abc.status", True),
        ("grid.*.status", "grid.def.status", True),
        ("grid.*.status", "grid.abc.order", False),
        ("grid.*.status", "grid.a.b.status", False),
        ("system.*", "system.health", True),
        ("*", "system.health", True),
        ("*", "grid.abc.status", True),
        ("*.status", "grid.abc.status", False),
        ("grid.abc.status", "grid.abc.status", True),
        ("grid.abc", "gridxabc", False),
    ],
)
def test_it_matches_as_the_contract_says(pattern: str, name: str, *, expected: bool) -> None:
    assert bool(patterns.any_of([pattern]).fullmatch(name)) is expected
    assert patterns.can_match(pattern, name) is expected


@given(PATTERNS, NAMES)
def test_it_matches_like_a_naive_matcher(pattern: list[str], name: list[str]) -> None:
    expected = naive_match(pattern, name)
    assert bool(patterns.any_of([".".join(pattern)]).fullmatch(".".join(name))) is expected
    assert patterns.can_match(".".join(pattern), ".".join(name)) is expected


@given(st.lists(PATTERNS, max_size=4), NAMES)
def test_it_matches_what_any_of_several_patterns_does(several: list[list[str]], name: list[str]) -> None:
    expected = any(naive_match(pattern, name) for pattern in several)
    joined = patterns.any_of([".".join(pattern) for pattern in several])
    assert bool(joined.fullmatch(".".join(name))) is expected


SHAPES = PATTERNS.filter(lambda shape: shape[-1] != "*")


@given(PATTERNS, SHAPES, st.data())
def test_it_can_match_the_shape_of_whatever_it_matches(
    pattern: list[str], shape: list[str], data: st.DataObject
) -> None:
    name = [data.draw(SEGMENTS) if segment == "*" else segment for segment in shape]
    assert patterns.can_match(".".join(pattern), ".".join(shape)) or not naive_match(pattern, name)


@given(PATTERNS, SHAPES)
def test_it_matches_a_name_of_every_shape_that_it_can_match(pattern: list[str], shape: list[str]) -> None:
    if patterns.can_match(".".join(pattern), ".".join(shape)):
        wanted = [*pattern, *["*"] * len(shape)]
        meeting = [next((one for one in both if one != "*"), "a") for both in zip(shape, wanted, strict=False)]
        assert naive_match(pattern, meeting)


@given(st.text(alphabet="ab*._-é \n", max_size=8))
def test_it_takes_only_segments_and_wildcards_for_patterns(text: str) -> None:
    expected = re.fullmatch(r"([ab_-]+|\*)(\.([ab_-]+|\*))*", text) is not None
    assert patterns.is_pattern(text) is expected


def test_it_bounds_the_length_of_a_segment() -> None:
    assert patterns.is_pattern("a" * 60)
    assert not patterns.is_pattern("a" * 61)
