"""The page docs/metrics.md of what Prometheus may read: made of the apps' declarations."""

from collections.abc import Iterable

from streaming.installed import installed_metrics, installed_workers
from streaming.metrics.declared import EVERY_PROCESS, GATEWAY, Metric

_HEAD = """\
What `GET /metrics` tells, of which process. How it is switched on, and who may read it, says
[operations.md](operations.md#metrics).

Names follow Prometheus' conventions: base units (seconds, bytes), and `_total` for what only grows since the process
began. No series is a user's, an address's or a channel's; one of a symbol is there only where METRICS_SYMBOLS lists it.
A label has the values that its row names, or no more than so many; what is beyond that counts under `other`. A
histogram has the buckets of its row, a sum and a count.

Besides, prometheus-client tells of every process what the operating system and Python know of it:
`process_cpu_seconds_total`, `process_resident_memory_bytes`, `process_open_fds`, `process_max_fds`, `python_gc_…` and
`python_info`.
"""


def metrics_page(notice: str) -> str:
    """Return the page: a table for each kind of process."""
    lines = ["# Metrics", "", notice, _HEAD]
    for title, metrics in _sections():
        lines += [f"## {title}", "", "| metric | type | labels | what it says |", "|---|---|---|---|"]
        lines += [*map(_row, metrics), ""]
    return "\n".join(lines).rstrip() + "\n"


def _sections() -> Iterable[tuple[str, list[Metric]]]:
    metrics = installed_metrics()
    yield "Every process", [one for one in metrics if EVERY_PROCESS in one.processes]
    yield "Gateways", [one for one in metrics if one.processes == (GATEWAY,)]
    several = dict.fromkeys(one.processes for one in metrics if len(one.processes) > 1)
    for processes in several:
        yield f"Several: {', '.join(processes)}", [one for one in metrics if one.processes == processes]
    for name, worker in installed_workers().items():
        own = [one for one in metrics if one.processes == (name,)]
        if own:
            yield worker.title.capitalize(), own


def _row(metric: Metric) -> str:
    labels = "; ".join(
        f"`{one.name}`: {', '.join(f'`{value}`' for value in one.values) or f'at most {one.most}'}"
        for one in metric.labels
    )
    buckets = f" Buckets: {', '.join(f'{bound:g}' for bound in metric.buckets)}." if metric.buckets else ""
    return f"| `{metric.name}` | {metric.kind} | {labels} | {metric.help}{buckets} |"
