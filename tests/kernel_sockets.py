"""What the kernel tells of the TCP connections of 127.0.0.1: /proc/net/tcp (proc(5))."""

from pathlib import Path

_LOCAL, _REMOTE, _QUEUES = 1, 2, 4
_HEXADECIMAL = 16


def held_bytes(port: int, peer_port: int) -> int | None:
    """Return how much the end at `port` holds that its peer hasn't acknowledged, sent or not; None: it is gone."""
    for row in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = row.split()
        if (_port(fields[_LOCAL]), _port(fields[_REMOTE])) == (port, peer_port):
            return int(fields[_QUEUES].partition(":")[0], _HEXADECIMAL)
    return None


def _port(address: str) -> int:
    return int(address.partition(":")[2], _HEXADECIMAL)
