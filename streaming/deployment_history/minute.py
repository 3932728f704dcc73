"""One minute of the deployment, gathered from moments. Pure; times are in ms since the epoch."""

from collections.abc import Iterator, Mapping

import msgspec

from streaming.deployment_history.figures import (
    COUNTED_FIGURES,
    FIGURES,
    Summary,
    summarised,
    worker_figure_name,
)
from streaming.events.system import GatewaysUpdate

MINUTE_MILLISECONDS = 60_000


class Minute(msgspec.Struct, frozen=True):
    """The figures of the minute that began at `began_at`, by name; those that nobody knew are left out."""

    began_at: int
    figures: Mapping[str, float]


class MinuteGathering:
    """Is told of moments, and gives each minute once it is over."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin afresh: another gateway has gone on, and knows by how much counts have grown meanwhile."""
        self._began_at: int | None = None
        self._values: dict[str, list[float | None]] = {}
        self._grown: dict[str, int] = {}
        self._counts: dict[str, Mapping[str, int]] = {}

    def add(self, told: GatewaysUpdate) -> Minute | None:
        """Note what a moment was like; return the minute before, where this is the first moment of another."""
        began_at = told.time // MINUTE_MILLISECONDS * MINUTE_MILLISECONDS
        before, self._began_at = self._began_at, began_at
        ended = self._end(before) if before is not None and before != began_at else None
        for name, value in _values_of(told):
            self._values.setdefault(name, []).append(value)
        for figure in COUNTED_FIGURES:
            self._count(figure.name, figure.read(told))
        return ended

    def _count(self, name: str, counts: Mapping[str, int]) -> None:
        """Add by how much counts have grown; those of a process that is new, from its start on."""
        before = self._counts.get(name)
        self._counts[name] = counts
        if before is not None:
            grown = sum(max(0, count - before.get(process, 0)) for process, count in counts.items())
            self._grown[name] = self._grown.get(name, 0) + grown

    def _end(self, began_at: int) -> Minute:
        summaries = {figure.name: figure.summary for figure in FIGURES}
        values = {name: summarised(each, summaries.get(name, Summary.GREATEST)) for name, each in self._values.items()}
        known = {name: value for name, value in values.items() if value is not None}
        ended = Minute(began_at, {**known, **self._grown})
        self._values, self._grown = {}, {}
        return ended


def _values_of(told: GatewaysUpdate) -> Iterator[tuple[str, float | None]]:
    for figure in FIGURES:
        yield figure.name, figure.read(told)
    for worker in told.workers:
        for one in worker.figures or ():
            yield worker_figure_name(worker.name, one.name), one.value
