"""One line for each change, however often it was tried."""

from typing import Any

import pytest

from streaming.outage import Outage
from tests.manual_clock import ManualClock


def test_it_says_once_that_something_is_away_and_once_that_it_is_back(caplog: pytest.LogCaptureFixture) -> None:
    clock = ManualClock()
    outage = Outage("layer", clock)
    states = [outage.is_on]
    for _ in range(5):
        outage.failed(ConnectionError("refused"))
        clock.advance(1.5)
    states.append(outage.is_on)
    for _ in range(3):
        outage.worked()
    states.append(outage.is_on)
    assert states == [False, True, False]
    assert [record.exc_info for record in caplog.records] == [None, None]
    away, back = (_fields(record.msg) for record in caplog.records)
    assert (away["event"], away["what"]) == ("no answer; trying again", "layer")
    assert away["reason"] == "ConnectionError('refused')"
    assert (back["event"], back["what"], back["seconds"], back["failures"]) == ("it answers again", "layer", 7.5, 5)


def test_it_begins_anew_with_each_outage(caplog: pytest.LogCaptureFixture) -> None:
    outage = Outage("layer")
    for _ in range(2):
        outage.failed(TimeoutError())
        outage.worked()
    assert [_fields(record.msg).get("failures") for record in caplog.records] == [None, 1, None, 1]


def _fields(message: object) -> dict[str, Any]:
    assert isinstance(message, dict)
    return message
