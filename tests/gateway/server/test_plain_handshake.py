"""Which handshakes are plain, and what is read of them."""

import pytest

from streaming.gateway.server.http_limits import HttpLimits
from streaming.gateway.server.plain_handshake import plain_handshake

LIMITS = HttpLimits()
LINE = "GET /ws?token=a.b-c HTTP/1.1"
FIELDS = {
    "Host": "localhost:8000",
    "Connection": "keep-alive, Upgrade",
    "Upgrade": "WebSocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def head(*further: str, line: str = LINE, **changed: str | None) -> bytes:
    """Return a handshake with some fields changed (left out: None) and further lines."""
    changes = {name.replace("_", "-"): value for name, value in changed.items()}
    fields = {name: value for name, value in (FIELDS | changes).items() if value is not None}
    return "\r\n".join([line, *(f"{name}: {value}" for name, value in fields.items()), *further, "", ""]).encode(
        "latin-1"
    )


def test_it_reads_what_was_asked_for() -> None:
    handshake = plain_handshake(head("Origin:\thttps://example.com \t", "X-Empty:"), LIMITS)
    assert handshake is not None
    assert handshake.target == b"/ws?token=a.b-c"
    assert handshake.headers == [
        (b"host", b"localhost:8000"),
        (b"connection", b"keep-alive, Upgrade"),
        (b"upgrade", b"WebSocket"),
        (b"sec-websocket-version", b"13"),
        (b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ=="),
        (b"origin", b"https://example.com"),
        (b"x-empty", b""),
    ]


def test_it_answers_with_the_accept_key_of_the_rfcs_example() -> None:
    handshake = plain_handshake(head(), LIMITS)
    assert handshake is not None
    first, *fields = handshake.answer([(b"date", b"now")]).decode().split("\r\n")
    assert first == "HTTP/1.1 101 Switching Protocols"
    assert fields == [
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "date: now",
        "",
        "",
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        head()[:-1],
        head() + b"x",
        head() + head(),
        head().replace(b"\r\n", b"\n"),
        head(line="POST /ws HTTP/1.1"),
        head(line="GET /ws HTTP/1.0"),
        head(line="GET http://localhost/ws HTTP/1.1"),
        head(line="GET /ws#part HTTP/1.1"),
        head(line="GET /w\xe9 HTTP/1.1"),
        head(line="GET  /ws HTTP/1.1"),
        head(Host=None),
        head("host: example.com"),
        head("origin: a", "Origin: b"),
        head(" goes on"),
        head("No colon"),
        head("No name : x"),
        head(": x"),
        head("X-Control: \x01"),
        head("X-Far: \xe9"),
        head(Upgrade="h2c"),
        head(Upgrade=None),
        head(Connection="close"),
        head(Connection=None),
        head(Sec_WebSocket_Version="8"),
        head(Sec_WebSocket_Version=None),
        head(Sec_WebSocket_Key=None),
        head(Sec_WebSocket_Key="dG9vIHNob3J0"),
        head(Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZR=="),
        head("Content-Length: 0"),
        head("Transfer-Encoding: chunked"),
        head("Expect: 100-continue"),
    ],
    ids=repr,
)
def test_it_leaves_what_is_not_plain_to_the_usual_way(data: bytes) -> None:
    assert plain_handshake(data, LIMITS) is None


@pytest.mark.parametrize(
    "limits",
    [
        HttpLimits(maximum_head_bytes=len(head()) - 1),
        HttpLimits(maximum_headers=len(FIELDS) - 1),
        HttpLimits(maximum_target_bytes=len(b"/ws?token=a.b-c") - 1),
    ],
    ids=["head", "headers", "target"],
)
def test_it_leaves_what_is_over_a_limit_to_who_refuses_it(limits: HttpLimits) -> None:
    assert plain_handshake(head(), limits) is None


def test_it_takes_what_is_just_within_the_limits() -> None:
    limits = HttpLimits(maximum_head_bytes=len(head()), maximum_headers=len(FIELDS), maximum_target_bytes=15)
    assert plain_handshake(head(), limits) is not None


@pytest.mark.parametrize("filler", ["X-Long: {}", "{}: x"])
def test_it_looks_at_nothing_long(filler: str) -> None:
    assert plain_handshake(head(filler.format("x" * 4096)), HttpLimits(maximum_head_bytes=1_000_000)) is None
