"""Where the parts of a process have their figures read from, for as long as they work."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from streaming.metrics.declared import Sample

ReadSamples = Callable[[], Awaitable[Iterable[Sample]]]
"""Returns what metrics are now; it may ask the database. What it doesn't know it leaves out."""


class MetricSources:
    """The sources of one process, by their names, and the kinds of work that it does (`processes`).

    A part that stands by, or has ended, tells nothing.
    """

    def __init__(self, *processes: str) -> None:
        self.processes: set[str] = set(processes)
        self._reads: dict[str, ReadSamples] = {}

    def add(self, name: str, read: ReadSamples) -> None:
        """Have `read` asked from now on, in place of what was asked by that name."""
        self._reads[name] = read

    @contextmanager
    def added(self, name: str, read: ReadSamples) -> Iterator[None]:
        """Have `read` asked while the block runs; one that came later by the same name stays."""
        self.add(name, read)
        try:
            yield
        finally:
            if self._reads.get(name) is read:
                del self._reads[name]

    @property
    def current(self) -> Mapping[str, ReadSamples]:
        """What may be asked now, by name."""
        return dict(self._reads)
