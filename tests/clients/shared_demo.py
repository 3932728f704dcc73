"""The demo that the tests of a package share, for their `conftest.py` to import; it ends with the package's last test.

A demo that nobody asks any more would take a tenth of a processor from whatever else is tested.
"""

from collections.abc import Iterator

import pytest

from tests import deployments
from tests.deployments import Deployment

__all__ = ["demo"]


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The demo, in one process. All tests come from one address: what limits that has tests of its own."""
    uncounted = dict.fromkeys(("THROTTLE_TOKEN", "THROTTLE_REGISTER", "THROTTLE_REFRESH"), "")
    with deployments.demo(tmp_path_factory.mktemp("var"), uncounted | {"METRICS": "local"}) as running:
        yield running
