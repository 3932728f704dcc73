"""What our long-running commands share: how they run, stop, and take an address."""

import argparse
import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.utils.module_loading import import_string

from streaming.configuration.environment import LARGEST_PORT

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run_until_stopped(work: Coroutine[Any, Any, None], told_to_stop: Callable[[], None] | None = None) -> None:
    """Run `work` on uvloop to its end; SIGINT and SIGTERM cancel it, which is no failure. What it raises is raised.

    `told_to_stop` is called on the signal, before that.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_until_stopped(work, told_to_stop))


async def _until_stopped(work: Coroutine[Any, Any, None], told_to_stop: Callable[[], None] | None) -> None:
    loop = asyncio.get_running_loop()
    task = loop.create_task(work)

    def stop() -> None:
        if told_to_stop is not None:
            told_to_stop()
        task.cancel()

    for number in _STOP_SIGNALS:
        loop.add_signal_handler(number, stop)
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()


def check_start() -> None:
    """Ask each function of the setting START_CHECKS; raise `CommandError` where one says that we must not start."""
    for name in settings.START_CHECKS:
        try:
            import_string(name)()
        except ImproperlyConfigured as refusal:
            raise CommandError(str(refusal)) from None


def port_number(text: str) -> int:
    """Return the port in `text`, for argparse: 0 to 65535, where 0 stands for a free one."""
    port = int(text)
    if not 0 <= port <= LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"a port is between 0 and {LARGEST_PORT}, not {port}")
    return port
