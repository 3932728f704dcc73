"""What the kernel may hold of what was written to a client and hasn't left yet: how much, for how long, and its end.

What the kernel holds can't be replaced by newer values any more. Left to itself it takes up to `net.ipv4.tcp_wmem`,
some megabytes, of each reader that is slow, and keeps them for minutes after the connection was closed.
"""

import contextlib
import socket
import struct
from typing import Any

_MILLISECONDS = 1000
_RESET_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER for no time: socket(7)


def bound_unsent(listener: socket.socket, *, unsent_bytes: int, unacknowledged_seconds: float) -> None:
    """Bound what the kernel holds of each connection that `listener` will accept; 0 leaves either to the system.

    `unsent_bytes` (TCP_NOTSENT_LOWAT): from so much on that hasn't been sent yet, the socket takes no more. What is on
    its way doesn't count, so a fast reader's throughput isn't bounded by it. `unacknowledged_seconds`
    (TCP_USER_TIMEOUT, RFC 5482): how long a peer may acknowledge nothing, or take nothing, before the connection is
    dropped, also after it was closed here. On Linux, accepted sockets inherit both (tcp(7)).
    """
    if unsent_bytes and hasattr(socket, "TCP_NOTSENT_LOWAT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, unsent_bytes)
    if unacknowledged_seconds and hasattr(socket, "TCP_USER_TIMEOUT"):
        milliseconds = round(unacknowledged_seconds * _MILLISECONDS)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)


def reset(transport: Any) -> None:
    """Drop a connection with all that is still to be sent, also what the kernel holds; may be called twice.

    `abort` alone leaves that to the kernel, which goes on trying to send it.
    """
    connection = transport.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):  # it is closed already
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_ONCE)
    transport.abort()
