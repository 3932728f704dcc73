"""The services of these tests: what is started is what answers, and nothing of it stays."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.own_services import own_redis


def test_it_takes_no_other_server_for_its_own_and_leaves_none_behind() -> None:
    with own_redis() as other:
        before = _children()
        with pytest.raises(AssertionError, match="it ended with exit code 1"), own_redis(urlsplit(other.url).port):
            pytest.fail("two servers on one port")
        assert _children() == before


def _children() -> list[str]:
    """Return the processes that this one has started and that are there still, whichever thread did (Linux)."""
    tasks = Path("/proc/self/task").iterdir()
    return sorted(child for task in tasks for child in (task / "children").read_text(encoding="ascii").split())
