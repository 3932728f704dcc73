"""What the tests of the wire share among themselves."""

from collections.abc import Iterator

import pytest

from tests import deployments
from tests.clients.shared_demo import demo
from tests.deployments import Deployment

__all__ = ["demo"]


@pytest.fixture(scope="package", params=list(deployments.KINDS))
def deployment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The demo, then several processes, which end before the tests of other packages go on: six are a load."""
    if request.param == deployments.ONE_PROCESS:
        yield request.getfixturevalue("demo")
        return
    with deployments.KINDS[request.param](tmp_path_factory.mktemp("var")) as running:
        yield running
