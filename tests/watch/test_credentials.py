"""Credentials, and the REST that gives tokens and tickets: a small real HTTP server answers here."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from streaming.watch.credentials import (
    Credential,
    Password,
    Secret,
    Secrets,
    access_token,
    credential_of,
    one_time_ticket,
)
from streaming.watch.errors import LoginRefusedError, WatchError

_NONE: dict[str, Any] = {"token": None, "token_file": None, "login": None}


def _nobody_asks(user: str) -> str:
    raise AssertionError(f"nobody was to be asked for {user}'s password")


class _Rest(HTTPServer):
    """Answers every POST with one status and body."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = (status, body)
        self.requests: list[tuple[str, str | None, str]] = []

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.server_port}/ws"


class _Handler(BaseHTTPRequestHandler):
    server: _Rest

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.requests.append((self.path, self.headers["Authorization"], body))
        status, answer = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Print nothing."""


@contextmanager
def _rest(status: int, body: str) -> Iterator[_Rest]:
    with _Rest(status, body) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("given", "environment", "credential"),
    [
        ({}, {}, None),
        ({}, {"TIDEWIRE_TOKEN": ""}, None),
        ({}, {"TIDEWIRE_TOKEN": " a.b.c\n"}, Secret("a.b.c")),
        ({"token": "x.y.z"}, {"TIDEWIRE_TOKEN": "a.b.c"}, Secret("x.y.z")),
    ],
)
def test_it_takes_the_token_that_is_nearest(
    given: dict[str, Any], environment: dict[str, str], credential: Credential | None
) -> None:
    assert credential_of({**_NONE, **given}, environment, _nobody_asks) == credential


def test_it_reads_a_token_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("x.y.z\n", encoding="ascii")
    assert credential_of({**_NONE, "token_file": str(file)}, {}, _nobody_asks) == Secret("x.y.z")


def test_it_asks_for_a_password() -> None:
    given = {**_NONE, "login": "demo"}
    assert credential_of(given, {"TIDEWIRE_TOKEN": "a"}, lambda user: f"{user}'s") == Password("demo", "demo's")


def test_it_tells_that_there_is_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(WatchError, match=r"Can't read the token from .*/none: No such file"):
        credential_of({**_NONE, "token_file": str(tmp_path / "none")}, {}, _nobody_asks)


@pytest.mark.parametrize("token", ["", "  ", "two words", "two\nlines", "schlüssel", "a\x00b"])
def test_it_refuses_what_can_be_no_token_without_repeating_it(token: str) -> None:
    with pytest.raises(WatchError) as refused:
        credential_of({**_NONE, "token": token}, {}, _nobody_asks)
    assert str(refused.value) == "--token holds no token: one is a single line of letters, digits, dots and dashes."


def test_it_shows_no_secret_by_accident() -> None:
    assert "hidden" not in f"{Secret('hidden')!r} {Password('demo', 'hidden')!r} {Secret('hidden')}"


def test_it_hides_every_token_that_was_in_use_wherever_it_stands() -> None:
    secrets = Secrets()
    for value in ("a.b.c", "ticket"):
        assert secrets.noted(Secret(value)).value == value
    frame = {"type": "x", "a.b.c": ["my ticket", {"n": 1.5, "token": "a.b.c"}, None]}
    assert secrets.hidden_in(frame) == {"type": "x", "[token]": ["my [token]", {"n": 1.5, "token": "[token]"}, None]}
    assert "a.b.c" not in f"{secrets!r} {secrets}"


async def test_it_gets_a_token_for_a_password() -> None:
    with _rest(200, '{"access":"x.y.z","refresh":"r"}') as rest:
        assert await access_token(Password("demo", "s3cret"), rest.socket_url) == Secret("x.y.z")
    (path, authorization, body) = rest.requests[0]
    assert (path, authorization) == ("/api/v1/auth/token/", None)
    assert json.loads(body) == {"username": "demo", "password": "s3cret"}


async def test_it_needs_nobody_for_a_token_that_is_there() -> None:
    assert await access_token(Secret("a"), "ws://127.0.0.1:1/ws") == Secret("a")


async def test_it_gets_a_ticket_for_a_token() -> None:
    with _rest(200, '{"ticket":"t1","expires_in":30}') as rest:
        assert await one_time_ticket(Secret("x.y.z"), rest.socket_url) == Secret("t1")
    assert rest.requests == [("/api/v1/ws/ticket", "Bearer x.y.z", "")]


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (401, '{"detail":"No active account"}', "demo could not log in: No active account."),
        (429, '{"detail":"Slow down"}', "/api/v1/auth/token/ answered with HTTP 429: Slow down."),
        (500, "", "/api/v1/auth/token/ answered with HTTP 500: it said nothing more."),
        (200, "<html>", "/api/v1/auth/token/ gave no access."),
        (200, '{"access":3}', "/api/v1/auth/token/ gave no access."),
        (301, "", "/api/v1/auth/token/ answered with HTTP 301: it said nothing more."),
    ],
)
async def test_it_tells_why_there_is_no_token(status: int, body: str, sentence: str) -> None:
    with _rest(status, body) as rest, pytest.raises(WatchError) as refused:
        await access_token(Password("demo", "s3cret"), rest.socket_url)
    assert str(refused.value).endswith(sentence)
    assert "s3cret" not in str(refused.value)


async def test_it_tells_why_there_is_no_ticket() -> None:
    with _rest(401, '{"detail":"Authentication failed"}') as rest, pytest.raises(LoginRefusedError) as refused:
        await one_time_ticket(Secret("x.y.z"), rest.socket_url)
    assert str(refused.value) == "No ticket for this token: Authentication failed. Get a new token."


async def test_it_tells_that_nobody_answers() -> None:
    with _rest(200, "") as rest:
        url = rest.socket_url
    with pytest.raises(WatchError, match=r"^http://127\.0\.0\.1:\d+/api/v1/auth/token/ did not answer: .+\.$"):
        await access_token(Password("demo", "s3cret"), url)
