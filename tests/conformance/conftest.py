"""The places where a conformance test runs; docs/generate_conformance.py knows these fixtures by name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.generate_conformance import EVERYWHERE, FIXTURES
from tests.conformance.asking.spelling import DIALECTS, Dialect
from tests.conformance.places import Place, Places

_HERE = Path(__file__).parent


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests of one place run in a row, in whichever order they are: one deployment runs at a time."""
    ours = [number for number, item in enumerate(items) if item.path.is_relative_to(_HERE)]
    by_place = sorted((items[number] for number in ours), key=_place_number)
    for number, item in zip(ours, by_place, strict=True):
        items[number] = item


def _place_number(item: pytest.Item) -> int:
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    named = [parameters[name] for name in ("place", "hasty") if name in parameters]
    return EVERYWHERE.index(named[0]) if named else -1


@pytest.fixture(scope="package")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """All places, each started when it is first asked for; the last ends before the tests of other packages go on."""
    with Places(lambda: tmp_path_factory.mktemp("var")) as running:
        yield running


@pytest.fixture(params=FIXTURES["place"])
def place(places: Places, request: pytest.FixtureRequest) -> Place:
    """Where a whole deployment is, and wherever else the decorators in `rows` say."""
    return places[request.param]


@pytest.fixture(params=FIXTURES["hasty"])
def hasty(places: Places, request: pytest.FixtureRequest) -> Place:
    """On each server, with short times and low limits."""
    return places.hasty(request.param)


@pytest.fixture(params=DIALECTS, ids=lambda dialect: dialect.name)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Each dialect in turn."""
    spoken: Dialect = request.param
    return spoken
