"""Where a deployment on this machine keeps what is its own: named after its port, so that several don't meet."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from config.up.errors import CannotStartError
from config.up.installation import COPIES

DEFAULT_POSTGRES_URL = "postgres://postgres@127.0.0.1:5432/postgres"
DEFAULT_REDIS_URL = "redis://127.0.0.1:6379/0"
_POSTGRES_SCHEMES = ("postgres", "postgresql")


def local_environment(given: Mapping[str, str], *, port: int, var_dir: Path) -> dict[str, str]:
    """Return the variables of a deployment on `port`: its own database on the server of DATABASE_URL, its own names.

    Its bridges share the market's symbols, one slot each where BRIDGE_SLOTS says nothing else.

    A database of the server that is there already is never touched. Raise `CannotStartError` where DATABASE_URL is no
    PostgreSQL server's.
    """
    server = urlsplit(server_url(given))
    if server.scheme not in _POSTGRES_SCHEMES:
        raise CannotStartError(
            f"DATABASE_URL begins with {server.scheme}://, and processes that run side by side need PostgreSQL: "
            f"set it to {DEFAULT_POSTGRES_URL}, for example"
        )
    return {
        "DATABASE_URL": urlunsplit(server._replace(path=f"/{database_name(port)}")),
        **_redis(given),
        "REDIS_PREFIX": f"tidewire-up-{port}",
        "VAR_DIR": given.get("VAR_DIR") or str(var_dir / f"up-{port}"),
        "BRIDGE_SLOTS": given.get("BRIDGE_SLOTS") or str(COPIES),
    }


def _redis(given: Mapping[str, str]) -> dict[str, str]:
    if given.get("REDIS_URLS"):
        return {"REDIS_URLS": given["REDIS_URLS"]}
    return {"REDIS_URL": given.get("REDIS_URL") or DEFAULT_REDIS_URL}


def redis_addresses(own: Mapping[str, str]) -> list[str]:
    """Return the addresses of all Redis hosts of such a deployment."""
    return [address.strip() for address in own["REDIS_URLS"].split(",")] if "REDIS_URLS" in own else [own["REDIS_URL"]]


def server_url(given: Mapping[str, str]) -> str:
    """Return an address of the PostgreSQL server."""
    return given.get("DATABASE_URL") or DEFAULT_POSTGRES_URL


def database_name(port: int) -> str:
    """Return what the database of the deployment on `port` is called."""
    return f"tidewire_up_{port}"


def without_password(url: str) -> str:
    """Return an address as people may see it."""
    parts = urlsplit(url)
    login, _, place = parts.netloc.rpartition("@")
    user = login.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{user}@{place}" if user else place, query=""))


def as_environment(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return settings as the variables that they are read from."""
    return {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in settings.items()}
