"""What a worker does, in figures, as apps declare and read them: without a model, so that declarations need none."""

from collections.abc import Awaitable, Callable, Mapping

import msgspec

from streaming.events.system import FigureUnit


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure, as an app declares it: `name` is for programs, `title` for people."""

    name: str
    title: str
    unit: FigureUnit = FigureUnit.COUNT


class FigureValue(msgspec.Struct, frozen=True, array_like=True):
    """What a figure is now; None where there is nothing to count. `detail` is for operators; a long one is cut."""

    value: int | None
    detail: str = ""


ReadFigures = Callable[[], Awaitable[Mapping[str, FigureValue]]]
"""Returns the values by the names of the declared figures, all of them; it may ask the database."""


class FigureSource:
    """Where a worker's figures are read while it works: `read` is None while it stands by, or says nothing."""

    def __init__(self) -> None:
        self.read: ReadFigures | None = None
