"""A test that each dialect has to pass, over connections of their own side by side."""

import asyncio
import functools
import inspect
from collections.abc import Callable, Coroutine
from typing import Any

from tests.conformance.asking.spelling import DIALECTS, Dialect

Test = Callable[..., Coroutine[Any, Any, None]]


def in_every_dialect(test: Test) -> Test:
    """Play a test with `dialect` as each dialect, at once; an error has a note of the dialect."""

    async def play(dialect: Dialect, **fixtures: Any) -> None:
        try:
            await test(dialect=dialect, **fixtures)
        except Exception as error:
            error.add_note(f"in the dialect {dialect.name}")
            raise

    @functools.wraps(test)
    async def play_all(**fixtures: Any) -> None:
        async with asyncio.TaskGroup() as plays:
            for dialect in DIALECTS:
                plays.create_task(play(dialect, **fixtures))

    signature = inspect.signature(test)
    others = [parameter for name, parameter in signature.parameters.items() if name != "dialect"]
    play_all.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
    return play_all
