"""What a worker tells of the events that it has still to tell: figures that each app with an outbox has."""

from collections.abc import Mapping
from datetime import datetime

from streaming.events import FigureUnit
from streaming.times import milliseconds
from streaming.workers.declared_figures import Figure, FigureValue
from streaming.workers.worker import Backlog

OUTBOX_FIGURES = (
    Figure(name="events_waiting", title="Events to be told"),
    Figure(name="oldest_event", title="The oldest waits for", unit=FigureUnit.MILLISECONDS),
)


def outbox_figures(untold: Backlog, now: datetime) -> Mapping[str, FigureValue]:
    """Return how much waits, and for how long (ms) the oldest of it has."""
    age = None if untold.oldest is None else max(0, milliseconds(now) - milliseconds(untold.oldest))
    return {"events_waiting": FigureValue(untold.due), "oldest_event": FigureValue(age)}
