import pytest

from streaming.gateway.errors import CloseCode
from streaming.watch.address import Endpoint
from streaming.watch.advice import closed_connection, refused_handshake, sentence_of, what_it_said
from tidewire_client import Dialect
from tidewire_client.errors import TokenRefusedError


@pytest.mark.parametrize(
    ("status", "body", "said", "advice"),
    [
        (401, '{"detail": "Authentication failed"}', "Authentication failed.", "Get a new token"),
        (401, "Missing token", "Missing token.", "Get a new token"),
        (403, "Access denied", "Access denied.", "Daphne"),
        (404, '{"detail": "Not found"}', "Not found.", "/ws and /ws/trading"),
        (429, '{"detail": "Too many connections"}', "Too many connections.", "come back later"),
        (503, "", "it said nothing more.", "try again soon"),
        (502, "<html><h1>Bad Gateway</h1></html>", "it said nothing more.", "try again soon"),
        (418, "short and stout", "short and stout.", "Is this the right address?"),
    ],
)
def test_it_tells_why_a_handshake_was_refused_and_what_to_do(status: int, body: str, said: str, advice: str) -> None:
    told = refused_handshake(status, body)
    assert told.startswith(f"The server refused the connection with HTTP {status}: {said} ")
    assert advice in told


def test_it_tells_where_a_redirect_leads_without_the_query() -> None:
    assert refused_handshake(301, "", "https://a.example/ws?token=secret") == (
        "The server refused the connection with HTTP 301: see https://a.example/ws. It is somewhere else: "
        "give that address by --url."
    )


@pytest.mark.parametrize(
    ("code", "reason", "expected"),
    [
        (1012, "Server shutting down", "1012 Server shutting down. The server restarts."),
        (
            1012,
            "Disconnected by an operator",
            "1012 Disconnected by an operator. Whoever runs the server has ended it.",
        ),
        (4401, "Token expired", "4401 Token expired. The login has ended: get a new token, and connect with it."),
        (4429, "", "4429. Too many messages: send fewer."),
        (4999, "", "4999. This code is not among those of docs/websocket-testing.md."),
    ],
)
def test_it_tells_why_a_connection_was_closed_and_what_to_do(code: int, reason: str, expected: str) -> None:
    assert closed_connection(code, reason) == f"The connection was closed: {expected}"


@pytest.mark.parametrize(
    ("code", "message", "said"),
    [
        ("authentication_failed", "Authentication failed", "The token was refused: get a new one."),
        ("unavailable", "Login unavailable", "Login unavailable."),
        ("rate_limited", "Too many connections", "Too many connections."),
    ],
)
def test_it_asks_for_a_new_token_only_where_the_token_is_no_good(code: str, message: str, said: str) -> None:
    refused = TokenRefusedError(message, code=code)
    assert sentence_of(refused, Endpoint("ws://127.0.0.1/ws", Dialect.MARKET)) == said


@pytest.mark.parametrize("code", list(CloseCode))
def test_it_knows_every_code_that_the_gateway_closes_with(code: CloseCode) -> None:
    assert "not among those" not in closed_connection(code, "")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"error": {"code": "UNAVAILABLE", "message": "No worker answered."}}', "No worker answered."),
        ('{"message": "no"}', "no."),
        ('{"detail": 3}', '{"detail": 3}.'),
        ("[" * 100_000, "[" * 200 + "."),
        ("a\n\n  b\x1b[31m", "a b\\x1b[31m."),
    ],
)
def test_it_takes_the_sentence_out_of_a_body(body: str, said: str) -> None:
    assert what_it_said(body) == said
