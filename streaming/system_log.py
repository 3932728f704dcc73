"""The system's log, live: lines that apps publish for users and operators (`system.log`).

Only what is published here travels; what the logging module writes never does.
"""

import structlog

from streaming.clock import Clock, SystemClock
from streaming.events.system import LogLevel, log_line
from streaming.fan_out.hub import Hub

logger = structlog.get_logger(__name__)


class _Count:
    """Numbers the lines of this process."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        self._last += 1
        return self._last


_count = _Count()
_system_clock = SystemClock()


async def log_publish(
    hub: Hub, *, level: LogLevel, source: str, message: str, owner: str = "", clock: Clock | None = None
) -> bool:
    """Publish a line to staff and, where it has an `owner` (a user's id), to that user; return whether it got out.

    `source` is what speaks, such as `grid.grid_abc123`. It never raises: a line that can't be told holds up nobody.
    Lines have no epoch, for no process that publishes them supersedes another.
    """
    time = (clock or _system_clock).now_ms()
    line = log_line(level, source=source, message=message, time=time, owner=owner)
    try:
        await hub.publish(line, sequence=_count.next())
    except Exception as error:  # noqa: BLE001 - whatever a layer raises
        logger.warning("a line of the system's log could not be published", source=source, reason=repr(error))
        return False
    return True
