"""The tables of `fan_out`: one for each load, a line for each server."""

import statistics
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.markdown import markdown_table
from benchmarks.measurements.fan_out import LOAD_LIMIT, RATES, FanOut
from benchmarks.servers.servers import OURS

_HEAD = (
    "server", "CPU a frame, µs", "ours ÷ its", "median, ms", "p99, ms", "ours - its, ms", "delivered", "its core",  # noqa: RUF001 - the sign that is meant
    "load's core", "load's lag p99, ms", "",
)  # fmt: skip
_NOTHING = "-"

Rows = Mapping[str, Sequence[FanOut]]


def tables(rows: Rows) -> str:
    """Return Markdown: medians over the rounds, of the processor time with the lowest and the highest.

    A ratio, and how much later ours is, are the medians of those of the rounds, in each of which the two were measured
    shortly after one another; rounds in which one of them was saturated don't count.
    """
    loads: dict[tuple[str, int], list[Sequence[FanOut]]] = {}
    for rounds in rows.values():
        loads.setdefault((rounds[0].load, rounds[0].clients), []).append(rounds)
    told = [_table(load, clients, of_servers) for (load, clients), of_servers in loads.items()]
    return "\n\n".join([*told, _control(rows)])


def _table(load: str, clients: int, of_servers: Sequence[Sequence[FanOut]]) -> str:
    ours = next((rounds for rounds in of_servers if rounds[0].server == OURS), None)
    head = f"{load}: {clients} clients, {RATES[load]:g} frames a second for each"
    return f"{head}\n\n{markdown_table(_HEAD, (_line(rounds, ours) for rounds in of_servers))}"


def _line(rounds: Sequence[FanOut], ours: Sequence[FanOut] | None) -> Sequence[str]:
    pairs = [] if ours is None or ours is rounds else _pairs(ours, rounds)
    is_other = ours is not None and ours is not rounds
    return (
        rounds[0].server,
        _costs(rounds),
        _compared([one / other for one, other in _costs_of(pairs)], "{:.2f}") if is_other else "",
        f"{_median(rounds, 'median_ms'):.1f}",
        f"{_median(rounds, 'p99_ms'):.1f}",
        _compared([one.p99_ms - other.p99_ms for one, other in pairs], "{:+.1f}") if is_other else "",
        f"{_median(rounds, 'delivered_share'):.0%}",
        f"{_median(rounds, 'server_cpu_share'):.0%}",
        f"{_median(rounds, 'load_cpu_share'):.0%} + {_median(rounds, 'load_wait_share'):.0%}",
        f"{_median(rounds, 'load_lag_p99_ms'):.1f}",
        _notes(rounds),
    )


def _costs(rounds: Sequence[FanOut]) -> str:
    costs = [each.cpu_us_per_frame for each in rounds if each.cpu_us_per_frame is not None]
    return f"{statistics.median(costs):g} ({min(costs):g} to {max(costs):g})" if costs else _NOTHING


def _pairs(ours: Sequence[FanOut], others: Sequence[FanOut]) -> list[tuple[FanOut, FanOut]]:
    """Return what was measured of the two in the same round, where both kept up, and the load generator with them."""
    return [pair for pair in zip(ours, others, strict=True) if all(map(_counts, pair))]


def _counts(measured: FanOut) -> bool:
    return not measured.saturated and measured.load_share <= LOAD_LIMIT


def _costs_of(pairs: Sequence[tuple[FanOut, FanOut]]) -> Iterator[tuple[float, float]]:
    for one, other in pairs:
        if one.cpu_us_per_frame and other.cpu_us_per_frame:
            yield one.cpu_us_per_frame, other.cpu_us_per_frame


def _compared(values: Sequence[float], words: str) -> str:
    return words.format(statistics.median(values)) if values else _NOTHING


def _median(rounds: Sequence[FanOut], figure: str) -> float:
    values: list[float] = [getattr(each, figure) for each in rounds]
    return statistics.median(values)


def _notes(rounds: Sequence[FanOut]) -> str:
    """Return what makes figures other than they seem, with the number of rounds in which it was so."""
    first = rounds[0]
    found = {
        "saturated": [each.saturated for each in rounds],
        "frames lost": [each.missing > 0 for each in rounds],
        "out of order": [each.disordered > 0 for each in rounds],
        "publisher behind": [each.is_publisher_behind for each in rounds],
        f"fewer than {first.clients} clients": [each.connected < first.clients for each in rounds],
        "clients cut off": [bool(each.cut) for each in rounds],
        "load generator at its limit": [each.load_share > LOAD_LIMIT for each in rounds],
    }
    return ", ".join(f"{what} ({sum(times)} of {len(times)})" for what, times in found.items() if any(times))


def _control(rows: Rows) -> str:
    """Tell whether the load generator could have been the bottleneck."""
    every = [each for rounds in rows.values() for each in rounds]
    most = max(every, key=lambda each: each.delivered_per_second)
    busiest = max(every, key=lambda each: each.load_share)
    return (
        f"The load generator drained at most {most.delivered_per_second:g} frames a second ({most.server}). It was "
        f"busiest with {busiest.server} ({busiest.load}, {busiest.clients} clients): {busiest.load_cpu_share:.0%} of "
        f"its core, and for {busiest.load_wait_share:.0%} of the time it waited for one. Its limit is {LOAD_LIMIT:.0%}."
    )
