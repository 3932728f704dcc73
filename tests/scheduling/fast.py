"""Which tests are fast: those that start no process and no server, ask no Redis, PostgreSQL, browser or Node, and that
nobody has marked as `long`.

Nobody lists the others. What a test may come to is read from its code and its fixtures', through the functions and
classes of the tests that they name: one from which a process or a server can be started, or a service asked for, isn't
fast. While fast tests run, whatever starts a process fails, in case that was overlooked.
"""

import asyncio
import inspect
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, partial
from itertools import chain
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from uvicorn import Server
from websockets.asyncio.server import serve

from config.up.supervision import Supervision
from streaming.gateway.server.server import GatewayServer
from streaming.simulator.server import SimulatedExchange
from tests import services
from trading.management.commands.backtest import Command as BacktestCommand
from trading.worker import trade

_OWN = "tests."
_SLOW: tuple[object, ...] = (
    GatewayServer,
    Server,
    SimulatedExchange,
    BacktestCommand,
    asyncio.create_subprocess_exec,
    asyncio.start_server,
    trade,
    serve,
    socket.create_server,
    subprocess.Popen,
    subprocess.run,
    subprocess.check_output,
    Supervision,
    services.need_chromium,
    services.need_node,
    services.need_postgres,
    services.need_redis,
)
_SLOW_ONES = frozenset(map(id, _SLOW))
"""By their identity: whoever only compares with them doesn't reach them."""
_NOT_FAST = frozenset({"browser", "long", "node", "postgres", "redis"})
"""Marks of tests that say so themselves."""
_COUNTS_CORES = frozenset({"lscpu", "sysctl"})
"""What scikit-learn asks, once in a process, for how many cores there are: no test decides that."""
_STARTS = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec"})


class FastTests:
    """Tells which tests are fast, and remembers what it has searched."""

    def __init__(self) -> None:
        self._searched: dict[int, object] = {}
        """What reaches nothing slow, by its identity, which it keeps as long as it is in here."""
        self._slow: dict[int, object] = {}
        """Functions from which something slow was reached, likewise: most are fixtures of many tests."""
        self._fixtures_of: dict[int, tuple[object, list[object], bool]] = {}
        """What a test's parameters share, by the identity of its fixtures' closure: that, its fixtures, and whether
        none of them is slow."""

    def is_fast(self, item: pytest.Item) -> bool:
        """Return whether a test, and every fixture of it, reaches nothing slow."""
        if not isinstance(item, pytest.Function) or any(mark.name in _NOT_FAST for mark in item.iter_markers()):
            return False
        fixtures, are_fast = self._fixtures(item._fixtureinfo.name2fixturedefs)
        if not are_fast or self._is_slow(item.obj):
            return False
        return not any(self._is_slow(function) for function in _asked_by_name(item, (item.obj, *fixtures)))

    def _fixtures(self, definitions: Mapping[str, Sequence[pytest.FixtureDef[Any]]]) -> tuple[list[object], bool]:
        if id(definitions) not in self._fixtures_of:
            fixtures = list(_fixtures(definitions))
            are_fast = not any(self._is_slow(function) for function in fixtures)
            self._fixtures_of[id(definitions)] = (definitions, fixtures, are_fast)
        _, fixtures, are_fast = self._fixtures_of[id(definitions)]
        return fixtures, are_fast

    def _is_slow(self, function: object) -> bool:
        if id(function) in self._searched:
            return False
        if id(function) not in self._slow and self._reaches_slow(function):
            self._slow[id(function)] = function
        return id(function) in self._slow

    def _reaches_slow(self, thing: object) -> bool:
        """Search what a function or class names, what that names, and so on."""
        found: dict[int, object] = {}
        left = [thing]
        while left:
            one = left.pop()
            if id(one) in _SLOW_ONES or id(one) in self._slow:
                return True
            if id(one) not in found and id(one) not in self._searched:
                found[id(one)] = one
                left.extend(_named_by(one))
        self._searched.update(found)
        return False


def _fixtures(definitions: Mapping[str, Sequence[pytest.FixtureDef[Any]]]) -> Iterator[object]:
    for definition in chain.from_iterable(definitions.values()):
        yield definition.func


def _asked_by_name(item: pytest.Function, functions: Iterable[object]) -> Iterator[object]:
    """Yield the fixtures that a test or its fixtures ask `getfixturevalue` for, by a constant or a parameter."""
    asking = [texts for function in functions if (texts := _texts_where_it_asks(function)) is not None]
    if asking:
        parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
        names = tuple(value for value in (*chain.from_iterable(asking), *parameters) if isinstance(value, str))
        manager = item.session._fixturemanager
        yield from _fixtures(manager.getfixtureclosure(item, names, ignore_args=frozenset())[1])


@cache
def _texts_where_it_asks(function: object) -> frozenset[object] | None:
    """Return the constants of a function of the tests that asks for fixtures while it runs; None for all others."""
    code = getattr(inspect.unwrap(function), "__code__", None)  # type: ignore[arg-type]  # it's any callable
    if code is None or not function.__module__.startswith(_OWN) or "getfixturevalue" not in _names(code):
        return None
    return frozenset(code.co_consts)


def _named_by(thing: object) -> Iterator[object]:
    """Yield what a function, class, module's member or collection of the tests' own may use."""
    if isinstance(thing, (staticmethod, classmethod, cached_property, partial)):
        yield getattr(thing, "func", None) or getattr(thing, "__func__", None)
    elif isinstance(thing, property):
        yield thing.fget
    elif isinstance(thing, dict):
        yield from thing.values()
    elif isinstance(thing, (list, tuple, set, frozenset)):
        yield from thing
    elif isinstance(thing, type):
        if thing.__module__.startswith(_OWN):
            yield from [*vars(thing).values(), *thing.__bases__]
    else:
        yield from _named_by_function(thing)


def _named_by_function(thing: object) -> Iterator[object]:
    function: Any = getattr(thing, "__func__", thing)  # a method's
    wrapped = getattr(function, "__wrapped__", None)  # a context manager's, a fixture's
    if wrapped is not None:
        yield wrapped
    if isinstance(function, FunctionType) and function.__module__.startswith(_OWN):
        names = set(_names(function.__code__))
        values = [function.__globals__[name] for name in names if name in function.__globals__]
        for value in values:
            yield value
            if isinstance(value, ModuleType):
                yield from (vars(value)[name] for name in names if name in vars(value))
        yield from _contents(function.__closure__ or ())


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _contents(cells: Iterable[Any]) -> Iterator[object]:
    for cell in cells:
        try:
            yield cell.cell_contents
        except ValueError:  # it is empty still
            continue


def forbid_processes() -> None:
    """Let every start of a process fail from here on, in this process."""

    def forbid(event: str, arguments: tuple[object, ...]) -> None:
        if event in _STARTS and not _COUNTS_CORES.intersection(arguments[:1]):
            raise AssertionError(
                f"a fast test starts a process, which tests/scheduling/fast.py didn't foresee: {arguments}"
            )

    sys.addaudithook(forbid)
