"""Who wants to hear of what: handlers by name and by wildcard, called in the order in which they were added. Pure."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from tidewire_client.channels.patterns import is_wildcard, matches

Handler = Callable[[Any], object]
ReportError = Callable[[BaseException], None]
"""What is done with what a handler raises."""


class Handlers:
    """Handlers by name. What one raises goes to `report`, and takes no other handler's event away."""

    def __init__(self, report: ReportError) -> None:
        self._report = report
        self._by_name: dict[str, dict[Handler, None]] = {}

    def on(self, name: str, handler: Handler) -> None:
        """Call `handler` with each event of `name`; the same one twice is called once.

        Raise `TypeError` for a coroutine function: nobody would await it.
        """
        if inspect.iscoroutinefunction(handler):
            raise TypeError("a handler is a plain function; for asynchronous work iterate over events() in a task")
        self._by_name.setdefault(name, {})[handler] = None

    def off(self, name: str, handler: Handler) -> None:
        """Call `handler` no more; one that was never added is no error."""
        handlers = self._by_name.get(name, {})
        handlers.pop(handler, None)
        if not handlers:
            self._by_name.pop(name, None)

    def tell(self, name: str, value: object) -> None:
        """Call the handlers of exactly `name`."""
        for handler in tuple(self._by_name.get(name, ())):
            self._call(handler, value)

    def tell_channel(self, channel: str, value: object) -> None:
        """Call the handlers of `channel` and of the wildcards that match it, each once."""
        for handler in dict.fromkeys(self._of_channel(channel)):
            self._call(handler, value)

    def _of_channel(self, channel: str) -> Iterator[Handler]:
        for name, handlers in self._by_name.items():
            if name == channel or (is_wildcard(name) and matches(name, channel)):
                yield from handlers

    def _call(self, handler: Handler, value: object) -> None:
        try:
            handler(value)
        except Exception as error:  # noqa: BLE001 - a handler may raise anything; it surfaces
            self._report(error)
