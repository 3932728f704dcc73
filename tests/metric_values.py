"""What a metric says, for tests of what makes it move."""

import socket
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

from streaming.metrics.counting import Counter, Gauge


def counted(meter: Counter | Gauge, *labels: str) -> float:
    """Return what was counted in this process; 0 where nothing was."""
    values = {sample.labels: sample.value for sample in meter.samples()}
    return values.get(labels, 0.0)


def fetched_values(port: int) -> dict[str, float]:
    """Return the series that a worker of this machine tells at its port, by `name` or `name{label=value,…}`."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    return {_series(one.name, one.labels): one.value for family in families for one in family.samples}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _series(name: str, labels: dict[str, str]) -> str:
    inner = ",".join(f"{label}={value}" for label, value in sorted(labels.items()))
    return f"{name}{{{inner}}}" if inner else name
