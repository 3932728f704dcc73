"""What an app shows on the admin's first page: cards, charts, and panels of its own."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol, Self

import msgspec


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One number with what it counts, a line below it, and where it leads."""

    title: str
    value: int
    foot: str
    link: str
    is_bad: bool = False


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A chart of bars: `data` and `options` are Chart.js's, as JSON, and `words` say what it shows."""

    title: str
    data: str
    options: str
    words: str


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """A section that the app's own template draws; `context` is what it draws."""

    template: str
    context: Mapping[str, Any]


class AdminFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What one app, or all of them, show one viewer."""

    cards: tuple[Card, ...] = ()
    charts: tuple[Chart, ...] = ()
    panels: tuple[Panel, ...] = ()

    @classmethod
    def merged(cls, figures: Iterable[Self]) -> Self:
        """Return the figures of several as one's, in their order."""
        each = tuple(figures)
        return cls(
            cards=tuple(card for one in each for card in one.cards),
            charts=tuple(chart for one in each for chart in one.charts),
            panels=tuple(panel for one in each for panel in one.panels),
        )


class Viewer(Protocol):
    """Who looks at the page."""

    def has_perm(self, perm: str) -> bool:
        """Return whether the viewer has a permission, such as `alerts.view_alertrule`."""
        ...


class CountFigures(Protocol):
    """Counts what the viewer may see, at `now` (aware)."""

    def __call__(self, viewer: Viewer, now: datetime) -> AdminFigures:
        """Return it; it asks the database."""
