"""What a program may choose."""

from typing import Any

import pytest

from tidewire_client import ClientOptions, LoginBy


@pytest.mark.parametrize(
    "choice",
    [
        {"command_timeout": 0},
        {"open_timeout": -1.0},
        {"ping_interval": float("inf")},
        {"pong_timeout": float("nan")},
        {"queue_limit": -1},
        {"commands_per_second": 0},
        {"event_limit": 0},
        {"maximum_attempts": -1},
        {"login_by": "telepathy"},
    ],
)
def test_what_can_not_be_is_refused(choice: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(choice)) if "login_by" not in choice else "telepathy"):
        ClientOptions(**choice)


def test_a_way_to_log_in_can_be_named_by_its_text() -> None:
    choice: dict[str, Any] = {"login_by": "query"}
    assert ClientOptions(**choice).login_by is LoginBy.QUERY


def test_it_shows_no_secret() -> None:
    options = ClientOptions(headers={"Cookie": "secret"}, proxy="http://user:secret@proxy")
    assert repr(options) == "ClientOptions(login_by='header')"
