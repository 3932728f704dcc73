"""What tests of the history of events share."""

import pytest

from tests.manual_clock import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that the test moves."""
    return ManualClock()
