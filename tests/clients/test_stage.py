"""The stage, asked over HTTP as the runners of every language do."""

import asyncio
import time
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed, InvalidMessage

from tests.clients.stage_process import StageProcess
from tests.wire.client import connected


@pytest.fixture(scope="module")
def stage() -> Iterator[StageProcess]:
    with StageProcess("--short-tokens") as started:
        yield started


@pytest.fixture(autouse=True)
def _clean(stage: StageProcess) -> None:
    stage.ask("/reset")


async def _ask(stage: StageProcess, path: str, **query: object) -> object:
    return await asyncio.to_thread(stage.ask, path, **query)


@pytest.mark.parametrize(
    ("path", "query", "said"),
    [
        ("/nothing", {}, "UnknownRequestError: nothing"),
        ("/proxy/kut", {}, "UnknownRequestError: kut"),
        ("/proxy/refuse", {"tims": 3}, "unexpected keyword argument 'tims'"),
        ("/proxy/refuse", {"times": "three"}, "ValueError: invalid literal"),
        ("/proxy/inject", {}, "KeyError: 'text'"),
        ("/gateway/pause", {}, "UnknownRequestError: pause"),
        ("/exchange/nonsense", {}, "there is no fault 'nonsense'"),
        ("/exchange/freeze", {"delay": 3}, "freeze takes seconds; not 'delay'"),
        ("/token", {"user": "nobody"}, "answered 401"),
    ],
)
def test_it_tells_what_it_does_not_know(stage: StageProcess, path: str, query: dict[str, object], said: str) -> None:
    with pytest.raises(AssertionError) as refused:
        stage.ask(path, **query)
    assert said in str(refused.value)


def test_it_gives_short_tokens(stage: StageProcess) -> None:
    assert 3 < stage.ask("/token")["expires_at"] / 1000 - time.time() <= 6


async def test_it_logs_a_user_out_and_gives_a_token_that_is_good_again(stage: StageProcess) -> None:
    for _ in range(2):
        token = stage.ask("/token")["token"]
        async with connected(stage.socket_url, additional_headers={"Authorization": f"Bearer {token}"}) as client:
            await _ask(stage, "/log-out")
            with pytest.raises(ConnectionClosed) as closed:
                await client.next(lambda _: False)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4401, "Logged out")


async def test_it_restarts_the_gateway_behind_the_same_address(stage: StageProcess) -> None:
    async with connected(stage.socket_url) as client:
        await _ask(stage, "/gateway/stop")
        with pytest.raises(ConnectionClosed) as closed:
            await client.next(lambda _: False)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    with pytest.raises((OSError, InvalidMessage)):
        async with connected(stage.socket_url):
            pass
    await _ask(stage, "/gateway/start")
    async with connected(stage.socket_url) as client:
        await client.subscribe("price:BTCUSDT")
        assert (await client.next_of("price"))["data"]["simulated"] is True


async def test_it_lets_the_exchange_fail_until_the_reset(stage: StageProcess) -> None:
    async with connected(stage.socket_url) as client:
        await client.subscribe("price:ETHUSDT")
        await client.next(lambda frame: frame["type"] == "price" and "stale" not in frame["data"])
        await _ask(stage, "/exchange/silence", streams="ethusdt@ticker")
        await client.next(lambda frame: frame["type"] == "price" and frame["data"].get("stale"))
    await _ask(stage, "/reset")
    async with connected(stage.socket_url) as client:
        await client.subscribe("price:ETHUSDT")
        await client.next(lambda frame: frame["type"] == "price" and "stale" not in frame["data"])
