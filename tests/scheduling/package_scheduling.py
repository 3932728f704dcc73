"""Which tests belong into one process, and in which order processes take them, where several run side by side."""

from collections.abc import Iterable

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

TOGETHER = ("browser", "conformance", "wire", "faults", "packages")
"""The packages whose tests share deployments that take long to start, and load the machine while they run."""
LONG = (
    "tests/alerts/deliveries/sending/test_kills.py",
    "tests/alerts/firing/test_kills.py",
    "tests/deploy/",
    "tests/exchange_rules/acceptance/",
    "tests/sample_app/",
    "tests/soak/",
    "tests/trading/live/chaos/",
    "tests/trading/running/test_kills.py",
    "tests/upgrades/",
    "tests/wallets/follower/kills/",
    "tests/watch/",
)
"""Folders and files of few tests, each of which runs whole deployments or starts processes again and again."""


class PackageScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives each process whole files, and whole packages where their tests share deployments.

    All processes but one begin with those that take longest. The last one of several begins with the other files, and
    takes one of those when nothing else is left. So no long one is left to the end, when the others would have nothing
    to do, and there is always work for a processor while tests of deployments wait.
    """

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        nodes = self.nodes
        longest_first = len(nodes) == 1 or node is not nodes[-1]
        self.workqueue.move_to_end(next_scope(self.workqueue, longest_first=longest_first), last=False)
        super()._assign_work_unit(node)


def scope_of(nodeid: str) -> str:
    """Return the package or file, all of whose tests run in one process."""
    path = nodeid.partition("::")[0]
    package = path.split("/")[1]
    return package if package in TOGETHER else path


def next_scope(scopes: Iterable[str], *, longest_first: bool) -> str:
    """Return which of what is left is next: of those of one turn the first, which xdist lets be that of most tests."""
    return min(scopes, key=turn_of) if longest_first else max(scopes, key=turn_of)


def turn_of(scope: str) -> int:
    """Return where a package or file stands, the longest first."""
    if scope in TOGETHER:
        return TOGETHER.index(scope)
    return len(TOGETHER) + (not scope.startswith(LONG))
