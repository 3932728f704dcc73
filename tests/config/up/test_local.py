"""What a deployment on this machine calls its own."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from config.up.errors import CannotStartError
from config.up.local import as_environment, local_environment, redis_addresses, without_password

VAR_DIR = Path("/var/tidewire")


def local(given: Mapping[str, str] = MappingProxyType({}), *, port: int = 8000) -> dict[str, str]:
    return local_environment(given, port=port, var_dir=VAR_DIR)


def test_it_finds_services_on_this_machine_by_itself() -> None:
    assert local() == {
        "DATABASE_URL": "postgres://postgres@127.0.0.1:5432/tidewire_up_8000",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "REDIS_PREFIX": "tidewire-up-8000",
        "VAR_DIR": "/var/tidewire/up-8000",
        "BRIDGE_SLOTS": "2",
    }


def test_its_bridges_share_the_market_as_asked() -> None:
    assert local({"BRIDGE_SLOTS": "1"})["BRIDGE_SLOTS"] == "1"


def test_it_never_takes_the_database_that_is_named_but_one_beside_it() -> None:
    given = {"DATABASE_URL": "postgresql://me:secret@db:5433/shop?sslmode=require", "REDIS_URL": "redis://cache:1/2"}
    own = local(given)
    assert own["DATABASE_URL"] == "postgresql://me:secret@db:5433/tidewire_up_8000?sslmode=require"
    assert own["REDIS_URL"] == given["REDIS_URL"]
    assert local(own) == own, "begun anew with these, it would begin anew once more"


def test_it_takes_several_redis() -> None:
    own = local({"REDIS_URLS": "redis://one:1/0, redis://two:2/0"})
    assert "REDIS_URL" not in own
    assert redis_addresses(own) == ["redis://one:1/0", "redis://two:2/0"]
    assert redis_addresses(local()) == ["redis://127.0.0.1:6379/0"]


def test_two_ports_share_nothing() -> None:
    first, second = local(port=8000), local(port=8010)
    assert all(first[name] != second[name] for name in ("DATABASE_URL", "REDIS_PREFIX", "VAR_DIR"))


def test_it_refuses_what_only_one_process_can_use() -> None:
    with pytest.raises(CannotStartError, match="need PostgreSQL"):
        local({"DATABASE_URL": "sqlite:////tmp/db.sqlite3"})


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgres://me:secret@db:5432/x?password=secret", "postgres://me@db:5432/x"),
        ("redis://:secret@cache:6379/0", "redis://cache:6379/0"),
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
    ],
)
def test_it_shows_no_password(url: str, shown: str) -> None:
    assert without_password(url) == shown


@pytest.mark.parametrize(
    ("value", "text"), [(True, "True"), (["127.0.0.0/8", "::1/128"], "127.0.0.0/8,::1/128"), ("k", "k")]
)
def test_it_writes_settings_as_variables(value: Any, text: str) -> None:
    assert as_environment({"NAME": value}) == {"NAME": text}
