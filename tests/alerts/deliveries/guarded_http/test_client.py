"""Posting to addresses that users choose, over real sockets."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from socket import socket

import pytest

from alerts.deliveries.errors import DeliveryFailedError, UnreachableError
from alerts.deliveries.guarded_http import AllowedNetworks, post
from alerts.deliveries.guarded_http.client import Answer
from tests.alerts.deliveries.guarded_http.names import Names
from tests.alerts.deliveries.http_receiver import HttpReceiver, http_receiver
from tests.alerts.deliveries.look_ups import look_up

LOOPBACK = AllowedNetworks(["127.0.0.0/8", "::1"])
ONLY_THAT = AllowedNetworks(["127.0.0.1/32"])
NOBODY = AllowedNetworks()


@pytest.fixture
async def receiver() -> AsyncIterator[HttpReceiver]:
    """Return a server on this machine."""
    async with http_receiver() as receiver:
        yield receiver


async def _post(url: str, allowed: AllowedNetworks = LOOPBACK, timeout_seconds: float = 10.0) -> Answer:
    headers = {"X-Test": "yes"}
    return await post(url, b'{"a":1}', headers, allowed=allowed, look_up=look_up(), timeout_seconds=timeout_seconds)


async def test_it_posts_the_body_with_its_headers_to_the_host_of_the_url(receiver: HttpReceiver) -> None:
    answer = await _post(f"http://localhost:{receiver.port}/hook?key=1")
    assert answer.is_success
    (request,) = receiver.received
    assert (request.method, request.path, request.body) == ("POST", "/hook?key=1", b'{"a":1}')
    assert request.headers["host"] == f"localhost:{receiver.port}"
    assert request.headers["x-test"] == "yes"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
async def test_it_never_connects_to_this_machine_however_it_is_named(receiver: HttpReceiver, host: str) -> None:
    with pytest.raises((UnreachableError, DeliveryFailedError)):
        await _post(f"http://{host}:{receiver.port}/hook", NOBODY)
    assert receiver.received == []


async def test_it_refuses_a_name_that_resolves_to_a_private_address(receiver: HttpReceiver) -> None:
    with pytest.raises(UnreachableError, match="localhost is not an address of the public internet"):
        await _post(f"http://localhost:{receiver.port}/hook", NOBODY)
    assert receiver.received == []


async def test_it_refuses_a_redirect_to_a_private_address(receiver: HttpReceiver) -> None:
    async with http_receiver() as inside:
        receiver.answers = [(307, {"Location": f"http://127.0.0.2:{inside.port}/secret"})]
        with pytest.raises(UnreachableError, match="redirects to a URL that must be an address of the public internet"):
            await _post(receiver.url, ONLY_THAT)
        assert inside.received == []


async def test_it_refuses_a_redirect_to_a_name_that_resolves_to_a_private_address(
    receiver: HttpReceiver, names: Names
) -> None:
    names["inside.example"] = ["127.0.0.2"]
    async with http_receiver() as inside:
        receiver.answers = [(308, {"Location": f"http://inside.example:{inside.port}/secret"})]
        with pytest.raises(UnreachableError, match=r"inside\.example is not an address of the public internet"):
            await _post(receiver.url, ONLY_THAT)
        assert inside.received == []


@pytest.mark.parametrize("addresses", [["1.1.1.1", "127.0.0.1"], ["169.254.169.254"], ["::1"]])
async def test_it_refuses_a_name_of_which_any_address_is_private(
    receiver: HttpReceiver, names: Names, addresses: list[str]
) -> None:
    names["mixed.example"] = addresses
    with pytest.raises(UnreachableError, match=r"mixed\.example is not"):
        await _post(f"http://mixed.example:{receiver.port}/", NOBODY)
    assert receiver.received == []


async def test_it_connects_to_the_address_that_it_has_judged_and_looks_no_name_up_twice(
    receiver: HttpReceiver, names: Names
) -> None:
    names["rebound.example"] = ["127.0.0.1"]
    names.only_once = True
    assert (await _post(f"http://rebound.example:{receiver.port}/", ONLY_THAT)).is_success
    assert receiver.received[0].headers["host"] == f"rebound.example:{receiver.port}"


async def test_it_tries_the_next_address_where_the_first_one_does_not_answer(
    receiver: HttpReceiver, names: Names
) -> None:
    names["two.example"] = ["127.0.0.2", "127.0.0.1"]  # at the first one nobody listens
    assert (await _post(f"http://two.example:{receiver.port}/")).is_success
    assert len(receiver.received) == 1


@contextmanager
def _silent(address: str, port: int) -> Iterator[None]:
    """Let nobody connect at an address, nor be told so: the queue of those who do is full."""
    with socket() as listening, socket() as first:
        listening.bind((address, port))
        listening.listen(0)
        first.connect((address, port))
        yield


async def test_it_tries_the_next_address_in_time_where_the_first_one_is_silent(
    receiver: HttpReceiver, names: Names
) -> None:
    names["two.example"] = ["127.0.0.2", "127.0.0.1"]
    with _silent("127.0.0.2", receiver.port):
        assert (await _post(f"http://two.example:{receiver.port}/", timeout_seconds=2.0)).is_success
    assert len(receiver.received) == 1


@pytest.mark.parametrize("scheme", ["file:///etc/passwd", "ftp://127.0.0.1/"])
async def test_it_refuses_a_redirect_to_another_scheme(receiver: HttpReceiver, scheme: str) -> None:
    receiver.answers = [(307, {"Location": scheme})]
    with pytest.raises(DeliveryFailedError):
        await _post(receiver.url)


@pytest.mark.parametrize("status", [307, 308])
async def test_it_follows_a_redirect_that_keeps_the_body(receiver: HttpReceiver, status: int) -> None:
    receiver.answers = [(status, {"Location": "/new"})]
    assert (await _post(f"{receiver.url}/old")).is_success
    assert [(one.path, one.method, one.body) for one in receiver.received] == [
        ("/old", "POST", b'{"a":1}'),
        ("/new", "POST", b'{"a":1}'),
    ]


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_it_follows_no_redirect_that_would_lose_the_body(receiver: HttpReceiver, status: int) -> None:
    receiver.answers = [(status, {"Location": "/new"})]
    assert await _post(f"{receiver.url}/old") == Answer(status)
    assert len(receiver.received) == 1


async def test_it_gives_up_on_redirects_without_end(receiver: HttpReceiver) -> None:
    receiver.answers = [(307, {"Location": "/again"})] * 10
    with pytest.raises(DeliveryFailedError, match="more than 3 redirects"):
        await _post(receiver.url)
    assert len(receiver.received) == 4


async def test_it_tells_for_how_long_the_receiver_asks_to_wait(receiver: HttpReceiver) -> None:
    receiver.answers = [(503, {"Retry-After": "120"}), (503, {"Retry-After": "Fri, 20 Nov 2026 22:00:00 GMT"})]
    assert await _post(receiver.url) == Answer(503, 120.0)
    assert await _post(receiver.url) == Answer(503, 0.0)


async def test_it_waits_only_so_long_for_an_answer(receiver: HttpReceiver) -> None:
    receiver.is_silent = True
    with pytest.raises(DeliveryFailedError, match=r"no answer within 0\.2 s"):
        await _post(receiver.url, timeout_seconds=0.2)


async def test_it_says_that_nobody_listens() -> None:
    async with http_receiver() as receiver:
        url = receiver.url
    with pytest.raises(DeliveryFailedError, match="the connection failed"):
        await _post(url)


async def test_it_says_that_a_name_is_unknown() -> None:
    with pytest.raises(DeliveryFailedError, match=r"could not be looked up: [A-Z][a-z ]+$"):  # and no number of it
        await _post("http://nobody.invalid/")


@pytest.mark.parametrize("name", ["a" * 64 + ".example", "a..example"])
async def test_it_says_that_a_name_can_not_be_one(name: str) -> None:
    with pytest.raises(DeliveryFailedError, match="could not be looked up"):
        await _post(f"http://{name}/")
