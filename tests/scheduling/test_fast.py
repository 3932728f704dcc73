"""What the search for fast tests follows: these ask it about themselves."""

import subprocess
from collections.abc import Callable, Iterator

import hypothesis
import pytest

from tests.examples import choose_how_many, examples
from tests.scheduling.fast import FastTests


@pytest.fixture
def starting() -> Callable[[], object]:
    """What would start a process."""
    return lambda: subprocess.run(["true"], check=True)


@pytest.fixture
def starting_by_another(starting: Callable[[], object]) -> Callable[[], object]:
    """What would start a process, from a fixture of its own."""
    return starting


@pytest.fixture
def staying() -> Callable[[], object]:
    """What starts nothing."""
    return list


@pytest.fixture(params=["starting", "starting_by_another", "staying"])
def asked_for(request: pytest.FixtureRequest) -> str:
    """The name of a fixture that is asked for while the test runs."""
    request.getfixturevalue(request.param)
    return str(request.param)


@pytest.fixture
def asked_for_by_a_constant(request: pytest.FixtureRequest) -> Callable[[], object]:
    """What would start a process, named in the code."""
    found: Callable[[], object] = request.getfixturevalue("starting")
    return found


def test_it_follows_fixtures_that_parameters_name(request: pytest.FixtureRequest, asked_for: str) -> None:
    assert FastTests().is_fast(request.node) == (asked_for == "staying")


@pytest.mark.usefixtures("asked_for_by_a_constant")
def test_it_follows_fixtures_that_a_constant_names(request: pytest.FixtureRequest) -> None:
    assert not FastTests().is_fast(request.node)


@pytest.mark.usefixtures("starting")
def test_it_tells_the_same_of_a_fixture_that_it_has_searched(request: pytest.FixtureRequest) -> None:
    tests = FastTests()
    assert [tests.is_fast(request.node) for _ in range(2)] == [False, False]


@pytest.mark.parametrize("word", ["starting"])
def test_it_takes_a_parameter_for_no_fixture_where_none_is_asked_for(request: pytest.FixtureRequest, word: str) -> None:
    assert FastTests().is_fast(request.node), word


@pytest.mark.long
def test_it_leaves_out_what_says_that_it_is_long(request: pytest.FixtureRequest) -> None:
    assert not FastTests().is_fast(request.node)


@pytest.fixture
def _chosen_before() -> Iterator[None]:
    """What was chosen is chosen again afterwards."""
    name = hypothesis.settings.get_current_profile_name()
    yield
    hypothesis.settings.load_profile(name)


@pytest.mark.usefixtures("_chosen_before")
@pytest.mark.parametrize(("fast", "count", "taken"), [(False, 300, 300), (True, 300, 10), (True, 3, 3)])
def test_a_fast_test_takes_few_examples_whatever_it_says(count: int, taken: int, *, fast: bool) -> None:
    choose_how_many(fast=fast)
    assert examples(count).max_examples == taken
