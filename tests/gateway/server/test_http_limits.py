"""What `serve` takes of a request at most, over raw sockets: how it refuses more, and what that costs it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from streaming.gateway.server.body_budgets import BodyBudget
from streaming.gateway.server.http_limits import HttpLimits
from streaming.gateway.server.server import ServerLimits
from tests.gateway.server.patient_application import PatientApplication, serving_only
from tests.gateway.server.raw_http import RawAnswer, answer_of, ask, connection, head
from tests.serving import Serving, serving
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "/api/v1/auth/token/"
IMPORT = "/admin/alerts/alertrule/import/"
SMALL = HttpLimits(maximum_body_bytes=1000, larger_bodies={IMPORT: 5000})


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    async with serving() as running:
        yield running


def post(target: str, body: bytes, *fields: str) -> bytes:
    return head(f"POST {target} HTTP/1.1", f"Content-Length: {len(body)}", *fields) + body


def chunked(target: str, chunk: bytes, count: int) -> bytes:
    chunks = (b"%x\r\n" % len(chunk) + chunk + b"\r\n") * count
    return head(f"POST {target} HTTP/1.1", "Transfer-Encoding: chunked") + chunks + b"0\r\n\r\n"


HANDSHAKE = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
)
FIELDS = [f"X-{number}: 1" for number in range(99)]
TOO_LONG, TOO_LARGE, TOO_MANY = (
    "The request's target is too long",
    "The request's head is too large",
    "The request has too many headers",
)


@pytest.mark.parametrize(
    ("request_", "status", "message"),
    [
        (head("GET /" + "a" * 8_000 + " HTTP/1.1"), 414, TOO_LONG),
        (head("GET /health?a=" + "%5C" * 3_000 + " HTTP/1.1"), 414, TOO_LONG),
        (head("GET /health HTTP/1.1", "X: " + "a" * 33_000), 431, TOO_LARGE),
        (head("GET /health HTTP/1.1", *[f"X-{number}: " + "a" * 4_000 for number in range(9)]), 431, TOO_LARGE),
        (head("GET /health HTTP/1.1", *FIELDS), 431, TOO_MANY),
        (head("GET /ws HTTP/1.1", *HANDSHAKE, *FIELDS), 431, TOO_MANY),
        (head("GET /ws HTTP/1.1", *HANDSHAKE, "Cookie: " + "a" * 9_000), 431, TOO_LARGE),
        (b"nonsense\r\n\r\n", 400, "This is no valid HTTP request"),
    ],
    ids=["path", "query", "header", "headers", "many headers", "many of a handshake", "long of a handshake", "no HTTP"],
)
async def test_it_refuses_a_head_that_is_too_large(
    gateway: Serving, request_: bytes, status: int, message: str
) -> None:
    answer = await ask(gateway.port, request_)
    assert (answer.status, answer.error) == (status, {"code": "VALIDATION_ERROR", "message": message})


async def test_it_takes_a_head_within_the_limits(gateway: Serving) -> None:
    fields = [f"X-{number}: " + "a" * 230 for number in range(97)]
    assert (await ask(gateway.port, head("GET /health?" + "a" * 7_000 + " HTTP/1.1", *fields))).status == 200


ENDLESS = {
    "a header": (b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: ", b"a"),
    "headers": (b"GET /health HTTP/1.1\r\nHost: localhost\r\n", b"X: a\r\n"),
    "a target": (b"GET /", b"a"),
    "empty lines": (b"", b"\r\n"),
    "a chunk's extension": (head(f"POST {TOKEN} HTTP/1.1", "Transfer-Encoding: chunked") + b"1;", b"a"),
    "a trailer": (head(f"POST {TOKEN} HTTP/1.1", "Transfer-Encoding: chunked") + b"0\r\nX: ", b"a"),
}


async def test_it_reads_a_bounded_part_of_what_never_ends(gateway: Serving) -> None:
    told = await asyncio.gather(*(_told_of(gateway, *endless) for endless in ENDLESS.values()))
    statuses = dict(zip(ENDLESS, (status for status, _ in told), strict=True))
    assert statuses == {name: 414 if name == "a target" else 431 for name in ENDLESS}
    assert max(written for _, written in told) < 24 * 2**20  # what is thrown away, and what both kernels hold


async def _told_of(gateway: Serving, beginning: bytes, piece: bytes) -> tuple[int, int]:
    """Write what never ends; return the status of the answer, and how much was written."""
    async with connection(gateway.port) as (reader, writer):
        writer.write(beginning)
        writing = asyncio.create_task(_write_for_ever(writer, piece * (65_536 // len(piece))))
        answer = await answer_of(reader)
        return answer.status, await asyncio.wait_for(writing, 10)


async def _write_for_ever(writer: asyncio.StreamWriter, data: bytes) -> int:
    """Write until the connection is gone; return how many bytes were taken."""
    written = 0
    try:
        while True:
            writer.write(data)
            await writer.drain()
            written += len(data)
    except OSError:
        return written


@pytest.mark.parametrize(
    "request_",
    [post(TOKEN, b"a" * 1_048_577), chunked(TOKEN, b"a" * 50_000, 40)],
    ids=["of a length", "in chunks"],
)
async def test_it_refuses_a_body_that_is_too_large_and_writes_nothing(
    gateway: Serving, request_: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))  # where nothing can be written
    answer = await ask(gateway.port, request_)
    assert answer.status == 413
    assert answer.error == {"code": "VALIDATION_ERROR", "message": "The body is too large"}


async def test_it_takes_a_body_within_the_limit_without_writing_it(
    gateway: Serving, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    body = b'{"username": "' + b"a" * 1_000_000 + b'", "password": "a"}'
    assert (await ask(gateway.port, post(TOKEN, body, "Content-Type: application/json"))).status in {400, 401}


async def test_it_refuses_a_body_before_it_comes(gateway: Serving) -> None:
    request = head(f"POST {TOKEN} HTTP/1.1", "Content-Length: 1500000000", "Expect: 100-continue")
    assert (await ask(gateway.port, request)).status == 413


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (post(IMPORT, b"a" * 5000), 200),
        (post(f"{IMPORT}?a=b", b"a" * 5000), 200),
        (chunked(IMPORT, b"a" * 500, 10), 200),
        (chunked(IMPORT, b"a" * 500, 11), 413),
        (post(IMPORT, b"a" * 5001), 413),
        (post(f"/other{IMPORT}", b"a" * 1001), 413),
        (post("/", b"a" * 1000), 200),
    ],
)
async def test_an_address_may_take_a_larger_body(request_: bytes, status: int) -> None:
    assert (await _ask_plain(request_, SMALL)).status == status


async def _ask_plain(request: bytes, limits: HttpLimits) -> RawAnswer:
    application = PatientApplication()
    application.may_answer.set()
    async with serving_only(application, ServerLimits(http=limits)) as port:
        return await ask(port, request)


async def test_the_import_of_rules_takes_more_than_others(gateway: Serving, settings: Any) -> None:
    assert settings.HTTP_LARGER_BODIES[IMPORT] > settings.HTTP_MAXIMUM_BODY_BYTES
    assert max(settings.HTTP_LARGER_BODIES.values()) <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE


async def test_an_earlier_request_gets_its_answer_and_nothing_follows() -> None:
    application = PatientApplication()
    first = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    async with serving_only(application, ServerLimits()) as port, connection(port) as (reader, writer):
        writer.write(first + head("GET / HTTP/1.1", "X: " + "a" * 40_000))
        await application.has_begun.wait()
        application.may_answer.set()
        answer = await answer_of(reader)
    assert answer.status == 200
    assert b"HTTP/1.1" not in answer.body


async def test_a_trailer_is_no_header() -> None:
    application = HeadersApplication()
    request = head("POST / HTTP/1.1", "Transfer-Encoding: chunked") + b"0\r\nAuthorization: Bearer a\r\n\r\n"
    async with serving_only(application, ServerLimits()) as port:
        assert (await ask(port, request)).status == 200
    assert application.names == [b"host", b"connection", b"transfer-encoding"]


class HeadersApplication(PatientApplication):
    """Remembers the headers that it was given, as they are once the body is there."""

    names: list[bytes]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.may_answer.set()
        await super().__call__(scope, receive, send)
        if scope["type"] == "http":
            self.names = [name for name, _ in scope["headers"]]


async def test_it_holds_no_more_of_all_bodies_than_it_may_and_takes_more_later() -> None:
    application = PatientApplication()
    limits = ServerLimits(http=HttpLimits(maximum_bodies_bytes=2000))
    async with serving_only(application, limits) as port:
        async with connection(port) as (first, writer):
            writer.write(post("/", b"a" * 800))
            await application.has_begun.wait()
            refused = await ask(port, post("/", b"a" * 300))
            assert (refused.status, refused.error["code"]) == (503, "UNAVAILABLE")
            application.may_answer.set()
            assert (await answer_of(first)).status == 200
        assert (await ask(port, post("/", b"a" * 1000))).status == 200


_SHARED = HttpLimits(maximum_body_bytes=200, small_body_bytes=50, maximum_bodies_bytes=3200, trusted_proxies=1)
"""Of 1600 bytes of beginnings, and of as many of the rests, one network has 200."""


def unfinished(address: str, come: int) -> bytes:
    """Return how a body of 200 bytes begins."""
    fields = (f"X-Forwarded-For: {address}", "Content-Length: 200")
    return head("POST / HTTP/1.1", *fields) + b"a" * come


async def test_it_refuses_a_network_whose_slow_bodies_have_its_share_and_nobody_else() -> None:
    application = PatientApplication()
    application.may_answer.set()
    async with serving_only(application, ServerLimits(http=_SHARED)) as port, AsyncExitStack() as stack:
        for number in range(4):  # 50 bytes each, which is all of what one network may have of beginnings
            _, writer = await stack.enter_async_context(connection(port))
            writer.write(unfinished(f"2001:db8:1:2::{number}", 50))
        await until(lambda: application.begun == 4)
        refused = await ask(port, post("/", b"a", "X-Forwarded-For: 2001:db8:1:2::9"))
        assert (refused.status, refused.error["code"]) == (503, "UNAVAILABLE")
        assert (await ask(port, post("/", b"a" * 200, "X-Forwarded-For: 2001:db8:1:3::9"))).status == 200


async def test_it_takes_small_bodies_while_large_ones_have_all_that_is_theirs() -> None:
    application = PatientApplication()
    application.may_answer.set()
    async with serving_only(application, ServerLimits(http=_SHARED)) as port, AsyncExitStack() as stack:
        for number in range(10):  # 149 bytes of rests each
            _, writer = await stack.enter_async_context(connection(port))
            writer.write(unfinished(f"203.0.113.{number}", 199))
        await until(lambda: application.begun == 10)
        assert (await ask(port, post("/", b"a" * 200, "X-Forwarded-For: 198.51.100.7"))).status == 503
        assert (await ask(port, post("/", b"a" * 50, "X-Forwarded-For: 198.51.100.7"))).status == 200


def test_a_budget_is_spent_and_given_back() -> None:
    budget = BodyBudget(10, of_one=6)
    assert budget.take("a", 6)
    assert not budget.take("a", 1)
    assert not budget.take("b", 5)
    assert budget.take("b", 4)
    budget.give_back("a", 4)
    assert (budget.take("a", 5), budget.take("a", 4)) == (False, True)


def test_what_a_local_socket_brings_is_bounded_by_all_of_it_alone() -> None:
    budget = BodyBudget(10, of_one=6)
    assert (budget.take("", 10), budget.take("", 1)) == (True, False)
