"""Which services of this machine the tests may use. In CI (`CI=true`) a missing one is a failure, elsewhere a skip."""

import os
import shutil
import socket
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/test")
IN_CI = os.environ.get("CI") == "true"
_WHOLE_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
_CHROMIUMS = ("chromium-headless-shell", *_WHOLE_CHROMIUMS)
"""The first is the same engine without windows and menus, which takes less of a processor."""


def is_listening(url: str) -> bool:
    """Return whether something listens where `url` points."""
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 0), timeout=1).close()
    except OSError:
        return False
    return True


def need(what: str, *, is_there: bool) -> None:
    """Skip the test where `what` is missing, saying so; in CI fail."""
    if is_there:
        return
    if IN_CI:
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is missing")


def need_redis() -> str:
    """Return Redis's address, or skip."""
    need(f"Redis at {REDIS_URL}", is_there=is_listening(REDIS_URL))
    return REDIS_URL


def several_redis() -> list[str]:
    """Return the addresses of two databases of the tests' Redis, which stand for two hosts; skip where it is not."""
    server = urlsplit(need_redis())
    return [urlunsplit(server._replace(path=f"/{database}")) for database in (0, 1)]


def need_postgres() -> str:
    """Return PostgreSQL's address, or skip."""
    need(f"PostgreSQL at {POSTGRES_URL}", is_there=is_listening(POSTGRES_URL))
    return POSTGRES_URL


def need_program(name: str) -> str:
    """Return the path of a program that Debian's packages bring, or skip. It may be where only root's path leads."""
    program = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    need(f"the program {name}", is_there=program is not None)
    return program or ""


def need_node() -> str:
    """Return the path of Node, or skip."""
    node = shutil.which("node")
    need("Node 20 or later", is_there=node is not None)
    return node or ""


def need_node_module(name: str) -> Path:
    """Return the folder of a module that npm installs, or skip."""
    folder = Path(__file__).resolve().parents[1] / "node_modules" / name
    need(f"{name}, which npm installs", is_there=folder.is_dir())
    return folder


def need_chromium(*, whole: bool = False) -> str:
    """Return the path of the system's Chromium, or of the browser that the variable CHROMIUM names; else skip.

    A `whole` one, which the variable doesn't choose, can show what isn't of a page: notifications.
    """
    named, names = (None, _WHOLE_CHROMIUMS) if whole else (os.environ.get("CHROMIUM"), _CHROMIUMS)
    chromium = named or next((path for name in names if (path := shutil.which(name))), None)
    need("A whole Chromium" if whole else "Chromium", is_there=chromium is not None)
    return chromium or ""
