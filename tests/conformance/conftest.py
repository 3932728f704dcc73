"""The places where a conformance test runs; docs/generate_conformance.py knows these fixtures by name."""

from collections.abc import Iterator

import pytest

from docs.generate_conformance import PLACES
from tests.conformance.asking.spelling import DIALECTS, Dialect
from tests.conformance.places import Place, Places


@pytest.fixture(scope="package")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """All places, each started when it is first asked for; they end before the tests of other packages go on."""
    with Places(lambda: tmp_path_factory.mktemp("var")) as running:
        yield running


@pytest.fixture(params=PLACES["place"])
def place(places: Places, request: pytest.FixtureRequest) -> Place:
    """Everywhere."""
    return places[request.param]


@pytest.fixture(params=PLACES["serve_place"])
def serve_place(places: Places, request: pytest.FixtureRequest) -> Place:
    """On `serve`."""
    return places[request.param]


@pytest.fixture(params=PLACES["shared_place"])
def shared_place(places: Places, request: pytest.FixtureRequest) -> Place:
    """Where the channel layer can be reached from outside: on Redis."""
    return places[request.param]


@pytest.fixture(params=PLACES["daphne_place"])
def daphne_place(places: Places, request: pytest.FixtureRequest) -> Place:
    """On Daphne."""
    return places[request.param]


@pytest.fixture(params=PLACES["hasty"])
def hasty(places: Places, request: pytest.FixtureRequest) -> Place:
    """Everywhere, with short times and low limits."""
    return places.hasty(request.param)


@pytest.fixture(params=PLACES["hasty_serve"])
def hasty_serve(places: Places, request: pytest.FixtureRequest) -> Place:
    """On `serve`, with short times and low limits."""
    return places.hasty(request.param)


@pytest.fixture(params=PLACES["hasty_daphne"])
def hasty_daphne(places: Places, request: pytest.FixtureRequest) -> Place:
    """On Daphne, with short times and low limits."""
    return places.hasty(request.param)


@pytest.fixture(params=PLACES["without_market"])
def without_market(places: Places, request: pytest.FixtureRequest) -> Place:
    """On `serve`, with short times and low limits, where no symbols are known."""
    return places.hasty(request.param)


@pytest.fixture(params=DIALECTS, ids=lambda dialect: dialect.name)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Each dialect in turn."""
    spoken: Dialect = request.param
    return spoken
