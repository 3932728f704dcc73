"""What tests are spared is what none of them needs."""

import pytest

from tests.processes import ROOT
from tests.scheduling.spared import SPARED

_ITSELF = ROOT / "tests/scheduling/spared.py"


def test_no_source_asks_for_what_tests_are_spared() -> None:
    paths = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "platform/config").rglob("*.py")]
    sources = {path: path.read_text(encoding="utf-8") for path in paths if path != _ITSELF}
    for fixture, use in SPARED.items():
        assert [path for path, source in sources.items() if use in source] == [], f"{fixture} is needed again"


def test_each_of_it_is_there_to_be_spared(request: pytest.FixtureRequest) -> None:
    manager = request.session._fixturemanager
    assert all(manager.getfixturedefs(name, request.node) for name in SPARED)
    assert not set(SPARED) & set(request.fixturenames)
