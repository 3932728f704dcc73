"""When the candles of a span open, from the exchange's first day on. Pure."""

from streaming.simulator.candles.candles import next_open_time, open_time_at
from streaming.simulator.candles.days import FIRST_DAY


def open_times_until(
    interval: str, newest: int, start: int | None, end: int | None, *, limit: int, offset: int = 0
) -> list[int]:
    """Return up to `limit` open times from `start` to `end` (both inclusive), oldest first, none after `newest`.

    With a start the oldest ones from there, without one the newest. `offset` is that of the time zone, in ms.
    """
    if start is not None and start > newest:
        return []
    latest = newest if end is None else min(end, newest)
    if latest < FIRST_DAY:
        return []
    last = open_time_at(interval, latest, offset)
    if start is None:
        return _back_from(interval, last, limit, offset)
    return _on_from(interval, max(start, FIRST_DAY), last, limit, offset)


def _on_from(interval: str, start: int, last: int, limit: int, offset: int) -> list[int]:
    time = open_time_at(interval, start, offset)
    if time < start:
        time = next_open_time(interval, time, offset)
    times: list[int] = []
    while time <= last and len(times) < limit:
        times.append(time)
        time = next_open_time(interval, time, offset)
    return times


def _back_from(interval: str, last: int, limit: int, offset: int) -> list[int]:
    times: list[int] = []
    while last >= FIRST_DAY and len(times) < limit:
        times.append(last)
        last = open_time_at(interval, last - 1, offset)
    times.reverse()
    return times
