"""Logs: every record is a line of the right kind, and no line holds a secret."""

import doctest
import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from daphne.access import AccessLogGenerator  # type: ignore[import-untyped]
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

import config.logs.redaction
from config.logs.daphne_access_log import redact_access_log
from config.logs.logging import logging_settings
from config.logs.redaction import LONGEST_TEXT, REDACTED, redact
from streaming.tracing.correlation import correlated

_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VySWQiOiIxIn0.c2lnbmF0dXJl"
_SECRET = "s3cr3t-value"


@pytest.fixture
def captured() -> Iterator[Callable[..., io.StringIO]]:
    """Return a function that sets logging up, with its lines in a buffer; what was there comes back afterwards.

    That is the very same objects: loggers that are in use already hold on to them.
    """
    before = structlog.get_config()

    def set_up(*, json: bool, level: str = "INFO") -> io.StringIO:
        configuration = logging_settings(json=json, level=level)
        stream = io.StringIO()
        configuration["handlers"]["console"]["stream"] = stream
        logging.config.dictConfig(configuration)
        return stream

    yield set_up
    structlog.configure(**before)
    logging.config.dictConfig(settings.LOGGING)


def _structured(name: str = "tidewire.test") -> Any:
    return structlog.get_logger(name)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "has_colours"), [("", True), ("1", False)])
def test_a_terminal_is_shown_colours_unless_no_color_is_set(
    captured: Callable[..., io.StringIO], monkeypatch: pytest.MonkeyPatch, no_color: str, has_colours: bool
) -> None:
    monkeypatch.setattr("sys.stderr", _Terminal())
    monkeypatch.setenv("NO_COLOR", no_color)
    stream = captured(json=False)
    _structured().warning("bridge lost")
    assert ("\x1b[" in stream.getvalue(), "bridge lost" in stream.getvalue()) == (has_colours, True)


def test_it_writes_a_structured_event_as_a_line_of_json(captured: Callable[..., io.StringIO]) -> None:
    stream = captured(json=True)
    _structured().info("bridge connected", attempt=3)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["attempt"], line["level"], line["logger"]) == (
        "bridge connected",
        3,
        "info",
        "tidewire.test",
    )
    assert line["timestamp"].endswith("Z")


def test_it_writes_other_libraries_records_the_same_way(captured: Callable[..., io.StringIO]) -> None:
    stream = captured(json=True)
    logging.getLogger("uvicorn.error").warning("%s connections", 7)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"], line["logger"]) == ("7 connections", "warning", "uvicorn.error")


def test_it_formats_positional_arguments_of_structured_events(captured: Callable[..., io.StringIO]) -> None:
    stream = captured(json=True)
    _structured().info("%s of %s", 1, 2)
    assert json.loads(stream.getvalue())["event"] == "1 of 2"


@pytest.mark.parametrize("as_json", [True, False])
def test_it_writes_nothing_below_its_level(captured: Callable[..., io.StringIO], as_json: bool) -> None:
    stream = captured(json=as_json)
    _structured().debug("quiet")
    logging.getLogger("uvicorn.error").debug("quiet")
    logging.getLogger("websockets.client").info("quiet")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("as_json", [True, False])
def test_every_librarys_line_names_the_request_or_command_it_belongs_to(
    captured: Callable[..., io.StringIO], as_json: bool
) -> None:
    stream = captured(json=as_json)
    _structured().info("of nobody")
    with correlated("shop-7"):
        _structured().info("ours")
        logging.getLogger("uvicorn.access").info("another library's")
    nobody, *lines = stream.getvalue().splitlines()
    assert "correlation_id" not in nobody
    written = '"correlation_id": "shop-7"' if as_json else "correlation_id=shop-7"
    assert [written in line for line in lines] == [True, True]


@pytest.mark.parametrize(
    "end", ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\x1b[2K", "\u202e"]
)
@pytest.mark.parametrize("as_json", [True, False])
def test_nobodys_text_looks_like_another_line(captured: Callable[..., io.StringIO], as_json: bool, end: str) -> None:
    stream = captured(json=as_json)
    forged = f"x{end}2026-01-01T00:00:00Z [info     ] a client logged in"
    _structured().info("refused", reason=forged)
    logging.getLogger("uvicorn.access").info("GET %s", forged)
    written = stream.getvalue()
    assert len(written.splitlines()) == 2 == written.count("\n")
    assert not {"\x1b", "\u202e"} & set(written)


def test_it_writes_no_colours_where_there_is_no_terminal(captured: Callable[..., io.StringIO]) -> None:
    stream = captured(json=False)
    _structured().info("bridge connected", attempt=3)
    assert "bridge connected" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_it_drops_the_noise_of_a_refused_handshake_and_nothing_else(
    captured: Callable[..., io.StringIO],
) -> None:
    stream = captured(json=False)
    logging.getLogger("uvicorn.error").error("ASGI callable returned without completing handshake.")
    logging.getLogger("uvicorn.error").error("Exception in ASGI application")
    assert stream.getvalue().count("\n") == 1
    assert "Exception in ASGI application" in stream.getvalue()


def test_it_drops_what_django_says_of_an_answer_that_we_gave_on_purpose(captured: Callable[..., io.StringIO]) -> None:
    stream = captured(json=False)
    django = logging.getLogger("django.request")
    django.error("Service Unavailable: %s", "/ready", extra={"status_code": 503})
    django.error("Internal Server Error: %s", "/", extra={"status_code": 500})
    assert "/ready" not in stream.getvalue()
    assert "Internal Server Error" in stream.getvalue()


def _log_an_access_line() -> None:
    logging.getLogger("uvicorn.error").info('%s - "WebSocket %s" [accepted]', "::1", f"/ws?token={_SECRET}&x=1")


def _log_a_field() -> None:
    _structured().warning("refused", token=_SECRET, refresh=_SECRET, ws_ticket=_SECRET)


def _log_a_nested_field() -> None:
    _structured().warning("refused", body={"password": _SECRET})


def _log_a_structured_event_with_a_token_in_its_text() -> None:
    _structured().warning(f"refused ?access_token={_SECRET}", frame='{"type":"auth","token":"' + _SECRET + '"}')


def _log_a_header() -> None:
    logging.getLogger("daphne").warning("headers %r", [(b"authorization", f"Bearer {_SECRET}".encode())])


def _raise_with_a_secret() -> None:
    raise ValueError(f"wss://host/ws?token={_SECRET}")


def _log_a_traceback() -> None:
    try:
        _raise_with_a_secret()
    except ValueError:
        logging.getLogger("websockets.server").exception("handshake failed")
        _structured().exception("handshake failed")


def _log_a_local_variable() -> None:
    password = _SECRET
    try:
        [][len(password)]
    except IndexError:
        _structured().exception("login failed")


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(
    "log",
    [
        _log_an_access_line,
        _log_a_field,
        _log_a_nested_field,
        _log_a_structured_event_with_a_token_in_its_text,
        _log_a_header,
        _log_a_traceback,
        _log_a_local_variable,
    ],
)
def test_it_never_writes_a_secret(
    captured: Callable[..., io.StringIO],
    capsys: pytest.CaptureFixture[str],
    log: Callable[[], None],
    as_json: bool,
) -> None:
    stream = captured(json=as_json)
    log()
    assert stream.getvalue()
    assert _SECRET not in stream.getvalue()
    assert "Logging error" not in capsys.readouterr().err
    if as_json:
        assert all(json.loads(line)["event"] for line in stream.getvalue().splitlines())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"GET /ws?token={_SECRET} HTTP/1.1", f"GET /ws?token={REDACTED} HTTP/1.1"),
        (f"/ws?x=1&ticket={_SECRET}&y=2", f"/ws?x=1&ticket={REDACTED}&y=2"),
        (f"next=%2Fws%3Ftoken%3D{_SECRET}%26x", f"next=%2Fws%3Ftoken%3D{REDACTED}%26x"),
        (f"/ws?%74oken={_SECRET}&x=1", f"/ws?%74oken={REDACTED}&x=1"),
        (f"/ws?x=1&%74%49%63ket=%73{_SECRET} HTTP", f"/ws?x=1&%74%49%63ket={REDACTED} HTTP"),
        ("/ws?channel=token&x%74oken2=y", "/ws?channel=token&x%74oken2=y"),
        (f"Authorization: bearer {_SECRET}", f"Authorization: Bearer {REDACTED}"),
        (f"a token {_TOKEN}, whole", f"a token {REDACTED}, whole"),
        (f"a token {_TOKEN[:30]}... [cut]", f"a token {REDACTED}... [cut]"),
        ("eyJ is how they begin", "eyJ is how they begin"),
        (f"{{'refresh': '{_SECRET}'}}", f"{{'refresh': '{REDACTED}'}}"),
        ("kline BTCUSDT 1m, access granted", "kline BTCUSDT 1m, access granted"),
        ("token_type=access", "token_type=access"),
        (f"GET /account/confirm-email/{_SECRET} HTTP/1.1", f"GET /account/confirm-email/{REDACTED} HTTP/1.1"),
        (f"http://here/account/reset-password/{_SECRET}", f"http://here/account/reset-password/{REDACTED}"),
        (f'{{"password": "a\\"{_SECRET}"}} x', f'{{"password": "{REDACTED}"}} x'),
        (f'frame={{\\"password\\": \\"a\\\\\\"{_SECRET}\\"}}', f'frame={{\\"password\\": \\"{REDACTED}\\"}}'),
        (f"{{'password': '{_SECRET}", f"{{'password': '{REDACTED}"),
    ],
)
def test_it_redacts_the_secret_and_only_the_secret(text: str, expected: str) -> None:
    assert redact(text) == expected


@given(secret=st.text("abcdefghijklmnopqrstuvwxyzABC0123456789-_.~+%", min_size=12).filter(lambda s: "%26" not in s))
def test_it_redacts_whatever_letters_a_secret_in_a_url_has(secret: str) -> None:
    assert secret not in redact(f'"GET /ws?token={secret}&x=1 HTTP/1.1" 101')


@pytest.mark.parametrize(
    "before",
    ["/ws?token=", '{"type": "auth", "token": "', "{'password': '", "Authorization: Bearer ", "x eyJhbGciOiJI"],
)
def test_it_shows_no_half_of_a_secret_that_the_cut_goes_through(before: str) -> None:
    secret = "QZ" * 6
    for left in range(len(secret)):
        filling = "." * (LONGEST_TEXT - len(before) - left - 1)
        told = redact(f"{filling} {before}{secret}, and so on")
        assert "Q" not in told
        assert told.endswith("more characters]")


@pytest.mark.parametrize("as_json", [True, False])
def test_it_cuts_a_line_that_is_too_long(captured: Callable[..., io.StringIO], as_json: bool) -> None:
    stream = captured(json=as_json)
    text = "x" * 1_000_000
    _structured().warning(text, frame={"a": [text, {"password": _SECRET, "'token': '": f"'token': '{_SECRET}"}]})
    assert 10_000 < len(stream.getvalue()) < 70_000
    assert _SECRET not in stream.getvalue()
    if as_json:
        assert json.loads(stream.getvalue())["level"] == "warning"


@given(text=st.text())
def test_it_redacts_once_and_for_all(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_it_redacts_daphnes_access_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AccessLogGenerator, "write_entry", AccessLogGenerator.write_entry)
    redact_access_log()
    stream = io.StringIO()
    details = {"client": "::1:1", "method": "GET", "path": f"/ws?token={_SECRET}&x=1", "status": 404, "size": 7}
    AccessLogGenerator(stream)("http", "complete", details)
    assert f'"GET /ws?token={REDACTED}&x=1" 404 7' in stream.getvalue()


def test_it_keeps_rows_of_the_database_out_of_the_log(captured: Callable[..., io.StringIO]) -> None:
    stream = captured(json=False, level="DEBUG")
    logging.getLogger("django.db.backends").debug("UPDATE users SET password = %s", "argon2$hash")
    assert stream.getvalue() == ""


def test_it_redacts_as_its_documentation_says() -> None:
    results = doctest.testmod(config.logs.redaction)
    assert (results.failed, results.attempted) == (0, 2)
