"""Lines that owners have drawn on the chart of a symbol, as the form of a rule offers and writes them.

A line is written as two points with a time and a price: `2026-11-26T10:00Z 64000, 2026-11-27T10:00Z 65000`.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format

from accounts.drawings.models import SymbolDrawings
from accounts.drawings.parameters import Drawing, DrawingKind
from accounts.drawings.services import SYMBOL_DRAWINGS, drawings_of
from streaming.numbers import exact_decimal, in_plain_notation
from streaming.times import iso_time, moment, time_of

_ENDS = ("start", "end")


def lines_drawn(owner_id: int, symbol: str) -> Mapping[str, str]:
    """Return the trend lines that a user has drawn on a symbol: what people read of each, by the line as it is written.

    A horizontal line is none of them: as a level it is a threshold.
    """
    row = SYMBOL_DRAWINGS.named(owner_id, symbol) or SymbolDrawings()
    written = [_written(drawing) for drawing in drawings_of(row) if drawing.kind is DrawingKind.TREND]
    return {line: line_in_words(line) for line in written}


def line_in_words(written: str) -> str:
    """Return `Rising from 64000 (26 Nov 2026, 10:00 UTC) to …`; what can't be read as a line, as it is."""
    line = line_of_text(written)
    try:
        times = [date_format(moment(time_of(line[end]["time"])), "SHORT_DATETIME_FORMAT") for end in _ENDS]
        start, end = (exact_decimal(line[end]["price"]) for end in _ENDS)
    except ValueError:
        return written
    way = "Level" if start == end else "Rising" if start < end else "Falling"
    return f"{way} from {in_plain_notation(start)} ({times[0]}) to {in_plain_notation(end)} ({times[1]})"


def line_of_text(text: str) -> dict[str, dict[str, str]]:
    """Return a written line as it is given; what isn't one, its reader refuses."""
    start, _, end = text.partition(",")
    points = {name: point.strip().partition(" ") for name, point in zip(_ENDS, (start, end), strict=True)}
    return {name: {"time": time, "price": price.strip()} for name, (time, _, price) in points.items()}


def text_of_line(line: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a line that is kept as it is written; nothing of none."""
    points = [line[name] for name in _ENDS if name in line]
    return ", ".join(f"{iso_time(point['time'])} {point['price']}" for point in points)


def _written(drawing: Drawing) -> str:
    start, end = sorted(drawing.points, key=lambda point: point.time)
    points = zip(_ENDS, (start, end), strict=True)
    return text_of_line({name: {"time": one.time, "price": in_plain_notation(one.price)} for name, one in points})
