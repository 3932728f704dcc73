"""How many examples tests take that hypothesis makes of random values."""

import os

import hypothesis

_USUAL = int(os.environ.get("TEST_EXAMPLES", "40"))
"""Of a test that doesn't say so itself; TEST_EXAMPLES=1000 looks for longer."""
_MOST_WHERE_FAST = 10
_TESTS, _FAST = "tests", "fast"

hypothesis.settings.register_profile(_TESTS, deadline=None, max_examples=_USUAL)  # a busy machine is no failure
hypothesis.settings.register_profile(_FAST, deadline=None, max_examples=_MOST_WHERE_FAST)


def choose_how_many(*, fast: bool) -> None:
    """Let the tests that are loaded from now on take as many as all tests do, or as `fast` ones."""
    hypothesis.settings.load_profile(_FAST if fast else _TESTS)


def examples(count: int) -> hypothesis.settings:
    """Return the settings of a test that takes `count`, or fewer where it is to be fast."""
    is_fast = hypothesis.settings.get_current_profile_name() == _FAST
    return hypothesis.settings(max_examples=min(count, _MOST_WHERE_FAST) if is_fast else count)
