"""The curve of a run as an SVG: equity over buying and holding, and the drawdown below. Written by hand: two lines and
an area need no library.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from streaming.times import moment
from trading.engine.backtests.results.result import BacktestResult

_WIDTH, _LEFT, _RIGHT = 960, 80, 20
_TICKS = 4
_EQUITY, _HELD, _DRAWDOWN, _GRID, _TEXT = "#2563eb", "#9ca3af", "#dc2626", "#e5e7eb", "#374151"


class _Panel(NamedTuple):
    """Where values are drawn: from `top` down, between the lowest and the highest of them."""

    top: int
    height: int
    lowest: float
    highest: float

    def y(self, value: float) -> float:
        """Return how far down a value is."""
        return self.top + self.height * (self.highest - value) / ((self.highest - self.lowest) or 1)


def equity_chart(result: BacktestResult, *, title: str) -> str:
    """Return the picture of a result, as the text of an SVG."""
    points = result.equity
    curves = (*points.equity, *points.buy_and_hold)
    above = _Panel(50, 300, min(curves), max(curves))
    below = _Panel(390, 110, -max(*points.drawdown, 0.01), 0.0)
    xs = _xs(points.times)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} 540" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="540" fill="#ffffff"/>',
        _text(_LEFT, 24, title, size=15),
        *_grid(above, "{:,.2f}"),
        *_grid(below, "{:.1%}"),
        *_times(points.times, xs),
        _line(xs, [above.y(value) for value in points.buy_and_hold], _HELD),
        _line(xs, [above.y(value) for value in points.equity], _EQUITY),
        _line(xs, [below.y(-value) for value in points.drawdown], _DRAWDOWN),
        _text(_LEFT, 44, "equity", colour=_EQUITY),
        _text(_LEFT + 60, 44, "buy and hold", colour=_HELD),
        _text(_LEFT, 384, "drawdown", colour=_DRAWDOWN),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _xs(times: Sequence[int]) -> list[float]:
    span = (times[-1] - times[0]) or 1
    return [_LEFT + (_WIDTH - _LEFT - _RIGHT) * (time - times[0]) / span for time in times]


def _grid(panel: _Panel, form: str) -> Iterator[str]:
    for tick in range(_TICKS + 1):
        value = panel.lowest + (panel.highest - panel.lowest) * tick / _TICKS
        y = panel.y(value)
        yield f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_GRID}"/>'
        yield _text(_LEFT - 6, y + 4, form.format(value), anchor="end")


def _times(times: Sequence[int], xs: Sequence[float]) -> Iterator[str]:
    for tick in range(_TICKS + 1):
        at = (len(times) - 1) * tick // _TICKS
        anchor = {0: "start", _TICKS: "end"}.get(tick, "middle")
        yield _text(xs[at], 524, f"{moment(times[at]):%Y-%m-%d %H:%M}", anchor=anchor)


def _line(xs: Sequence[float], ys: Sequence[float], colour: str) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 12, colour: str = _TEXT) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="{size}" fill="{colour}">{escape(words)}</text>'
