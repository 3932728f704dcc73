"""The watch over real sockets, in every dialect: a small server says what the protocol's documents say."""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import pytest

from streaming.clock import SystemClock
from streaming.watch.address import Endpoint, endpoint_of
from streaming.watch.credentials import Credential, Secret
from streaming.watch.errors import WatchError
from streaming.watch.options import LoginBy, WatchOptions
from streaming.watch.run import watch
from streaming.watch.screen import Screen
from tests.manual_clock import ManualClock
from tests.waiting import until
from tests.watch.scripted_server import Say, Script, ScriptedServer, scripted_server
from tidewire_client import Dialect

_TOKEN = Secret("eyJhbGciOiJIUzI1NiJ9.eyJ1c2VySWQiOiIxIn0.c2lnbmF0dXJl")
_CHANNEL = "price:BTCUSDT"
_TRADES = "trades:BTCUSDT"
_MARKET = Script(
    {
        "open": [
            '{"type":"connected","data":{"clientId":"ws_1","authenticated":false},"timestamp":"2024-12-06T12:00:00.000Z"}'
        ],
        "subscribe": [
            '{"type":"subscribed","channel":"price:BTCUSDT","timestamp":"2024-12-06T12:00:00.000Z"}',
            '{"type":"price","channel":"price:BTCUSDT","symbol":"BTCUSDT","data":{"price":1.50},"timestamp":"…"}',
            '{"type":"price","channel":"price:BTCUSDT","symbol":"BTCUSDT","data":{"price":1.60},"timestamp":"…"}',
            '{"type":"price","channel":"price:BTCUSDT","symbol":"BTCUSDT","data":{"price":1.60},"timestamp":"…"}',
            '{"type":"price","channel":"price:BTCUSDT","symbol":"BTCUSDT","data":{"price":1.55},"timestamp":"…"}',
        ],
    }
)
_TRADING = Script(
    {
        "open": ['{"type":"connected","clientId":"client_1","timestamp":1733486400000}'],
        "subscribe": [
            '{"type":"subscribed","channel":"price:BTCUSDT","timestamp":1733486400000}',
            '{"type":"data","channel":"price:BTCUSDT","data":{"type":"price","data":{"price":1.50}},"timestamp":1733486400000}',
        ],
    }
)
_ZIGQUANT = Script(
    {
        "auth": [
            '{"type":"auth_result","timestamp":1,"success":true,"data":{"user_id":"1","expires_at":1733486400000}}'
        ],
        "subscribe": [
            '{"type":"subscribed","timestamp":1,"data":{"channels":["price:BTCUSDT"],"active_subscriptions":1}}',
            '{"type":"event","channel":"price:BTCUSDT","event":"update","timestamp":1,"data":{"price":1.50}}',
            '{"type":"ping","timestamp":1}',
        ],
        "pong": ['{"type":"event","channel":"system.health","event":"update","timestamp":1,"data":{"status":"ok"}}'],
    },
    subprotocol="zigquant-v2",
)


class _Watched:
    """A watch that runs, and what it prints."""

    def __init__(self, endpoint: Endpoint, credential: Credential | None = None, **options: Any) -> None:
        self._output = io.StringIO()
        clock = options.pop("clock", SystemClock())
        asked = WatchOptions(endpoint, options.pop("channels", (_CHANNEL,)), **{"seconds": None, **options})
        screen = Screen(self._output, colours=False)
        self._task = asyncio.create_task(watch(asked, credential, screen, clock, writers={}))

    @property
    def output(self) -> str:
        """All that it has printed so far."""
        return self._output.getvalue()

    def told(self) -> list[str]:
        """Return the lines of events, without their times."""
        return [
            line.partition(" s  ")[2] for line in self.output.splitlines() if line.startswith(" ") and " s  " in line
        ]

    async def until(self, text: str) -> None:
        """Wait until it has printed `text`; raise what ended it before."""
        await until(lambda: text in self.output or self._task.done())
        if text not in self.output:
            await self._task
        assert text in self.output

    async def stop(self) -> None:
        """End it as Ctrl-C does."""
        self._task.cancel()
        await asyncio.wait([self._task])
        assert self._task.cancelled()

    async def failure(self) -> str:
        """Return the sentence that it ends with."""
        with pytest.raises(WatchError) as error:
            await asyncio.wait_for(self._task, 20)
        return str(error.value)

    async def end(self) -> None:
        """Wait for its time to be over."""
        await asyncio.wait_for(self._task, 20)


def _endpoint(server: ScriptedServer, dialect: Dialect) -> Endpoint:
    return endpoint_of(server.url, dialect)


async def test_it_speaks_the_market_dialect() -> None:
    async with scripted_server(_MARKET) as server:
        watched = _Watched(_endpoint(server, Dialect.MARKET))
        await watched.until("1.55")
        await watched.stop()
    assert server.messages == [{"type": "subscribe", "channels": [_CHANNEL]}]
    assert watched.told() == [
        "connected      ws_1  not logged in  2024-12-06T12:00:00.000Z",
        "subscribed     price:BTCUSDT",
        "price:BTCUSDT  1.50",
        "price:BTCUSDT  1.60 ▲",
        "price:BTCUSDT  1.60 =",
        "price:BTCUSDT  1.55 ▼",
    ]
    assert watched.output.startswith(f"Connected to {server.url} (market), watching for ever; Ctrl-C ends it.\n")
    assert watched.output.endswith("s: 6 frames.\n  price:BTCUSDT        4\n")


async def test_it_asks_for_the_pace_that_was_given() -> None:
    async with scripted_server(_MARKET) as server:
        watched = _Watched(_endpoint(server, Dialect.MARKET), throttle_ms=1000)
        await watched.until("1.55")
        await watched.stop()
    assert server.messages == [{"type": "subscribe", "channels": [_CHANNEL], "throttle_ms": 1000}]


async def test_it_speaks_the_trading_dialect() -> None:
    async with scripted_server(_TRADING) as server:
        watched = _Watched(_endpoint(server, Dialect.TRADING), _TOKEN)
        await watched.until("1.50")
        await watched.stop()
    assert server.requests[0].path == "/ws/trading"
    assert server.requests[0].headers["Authorization"] == f"Bearer {_TOKEN.value}"
    assert watched.told() == [
        "connected      client_1  logged in  2024-12-06T12:00:00.000Z",
        "subscribed     price:BTCUSDT",
        "price:BTCUSDT  1.50",
    ]


async def test_it_speaks_zigquant_and_answers_its_pings() -> None:
    async with scripted_server(_ZIGQUANT) as server:
        watched = _Watched(_endpoint(server, Dialect.ZIGQUANT), _TOKEN)
        await watched.until("system.health")
        await watched.stop()
    assert server.types() == ["subscribe", "pong"]
    assert all(isinstance(message["timestamp"], int) for message in server.messages)
    assert watched.told() == [
        "subscribed     price:BTCUSDT",
        "price:BTCUSDT  1.50",
        "ping         ",
        'system.health  update {"status":"ok"}',
    ]


async def test_it_logs_in_by_a_first_frame() -> None:
    async with scripted_server(_ZIGQUANT) as server:
        watched = _Watched(_endpoint(server, Dialect.ZIGQUANT), _TOKEN, login_by=LoginBy.FIRST_FRAME)
        await watched.until("price:BTCUSDT  1.50")
        await watched.stop()
    assert "Authorization" not in server.requests[0].headers
    assert server.types()[:2] == ["auth", "subscribe"]
    assert server.messages[0]["token"] == _TOKEN.value
    assert watched.told()[0] == "logged in      user 1  until 2024-12-06T12:00:00.000Z"
    assert _TOKEN.value not in watched.output


async def test_it_logs_in_by_the_query() -> None:
    async with scripted_server(_MARKET) as server:
        watched = _Watched(_endpoint(server, Dialect.MARKET), _TOKEN, login_by=LoginBy.QUERY)
        await watched.until("1.55")
        await watched.stop()
    assert server.requests[0].path == f"/ws?token={_TOKEN.value}"
    assert _TOKEN.value not in watched.output


async def test_it_ends_where_the_first_frames_token_is_refused() -> None:
    refused = '{"type":"auth_result","success":false,"error":{"code":"authentication_failed","message":"No"}}'
    async with scripted_server(Script({"auth": [refused]}, subprotocol="zigquant-v2")) as server:
        watched = _Watched(_endpoint(server, Dialect.ZIGQUANT), _TOKEN, login_by=LoginBy.FIRST_FRAME)
        assert await watched.failure() == "The token was refused: get a new one."
    assert server.types() == ["auth"]
    assert "No (authentication_failed)" in watched.output


async def test_it_ends_where_nothing_goes_without_a_login() -> None:
    refused = (
        '{"type":"error","timestamp":1,"data":{"code":"authentication_required","message":"Authentication required"}}'
    )
    async with scripted_server(Script({"subscribe": [refused]}, subprotocol="zigquant-v2")) as server:
        watched = _Watched(_endpoint(server, Dialect.ZIGQUANT))
        assert await watched.failure() == "This needs a login: give --token-file, --login or TIDEWIRE_TOKEN."


@pytest.mark.parametrize("options", [{"login_by": LoginBy.QUERY}, {"uses_ticket": True}])
async def test_it_wants_a_token_for_what_sends_one(options: dict[str, Any]) -> None:
    watched = _Watched(Endpoint("ws://127.0.0.1:1/ws", Dialect.MARKET), **options)
    assert (await watched.failure()).startswith("There is no token to log in with")


async def test_it_ends_after_its_time() -> None:
    clock = ManualClock()
    async with scripted_server(_MARKET) as server:
        watched = _Watched(_endpoint(server, Dialect.MARKET), seconds=0.2, clock=clock)
        await watched.until("1.55")
        clock.advance(0.2)
        await watched.end()
    assert "watching for 0.2 s" in watched.output
    assert "Watched for 0.2 s: 6 frames." in watched.output


async def test_it_goes_on_while_one_channel_of_several_is_accepted() -> None:
    refused = '{"type":"error","channel":"price:X","data":{"message":"No quote","code":"unknown_symbol"}}'
    script = Script({**_MARKET.answers, "subscribe": [refused, *_MARKET.answers["subscribe"]]})
    async with scripted_server(script) as server:
        watched = _Watched(_endpoint(server, Dialect.MARKET), channels=("price:X", _CHANNEL))
        await watched.until("1.55")
        await watched.stop()
    assert "refused        price:X: No quote (unknown_symbol)" in watched.told()


async def test_it_ends_where_every_channel_is_refused() -> None:
    refused = '{"type":"error","channel":"price:BTCUSDT","data":{"message":"No quote","code":"unknown_symbol"}}'
    async with scripted_server(Script({**_MARKET.answers, "subscribe": [refused]})) as server:
        watched = _Watched(_endpoint(server, Dialect.MARKET))
        assert await watched.failure() == "Nothing to watch: every channel was refused."
    assert "  price:BTCUSDT        0  refused: No quote\n" in watched.output


async def test_it_prints_what_it_does_not_know_and_goes_on() -> None:
    strange: list[Say] = [
        '{"type":"future","n":1.50}',
        "hello",
        b"\x00\x01",
        '{"type":"x","channel":"y:z","data":{"a":1}}',
    ]
    script = Script({**_MARKET.answers, "subscribe": [*strange, *_MARKET.answers["subscribe"]]})
    async with scripted_server(script) as server:
        watched = _Watched(_endpoint(server, Dialect.MARKET))
        await watched.until("1.55")
        await watched.stop()
    assert watched.told()[1:5] == [
        'other          {"type":"future","n":1.50}',
        "unreadable     hello",
        "unreadable     a binary frame of 2 bytes",
        'y:z            x {"a":1}',
    ]


async def test_it_shows_no_token_that_a_server_sends_back() -> None:
    echo = json.dumps({"type": "error", "message": f"what is {_TOKEN.value}?"})
    async with scripted_server(Script({"open": [echo]})) as server:
        watched = _Watched(_endpoint(server, Dialect.MARKET), _TOKEN)
        await watched.until("what is [token]?")
        await watched.stop()


async def test_it_tells_why_it_was_closed_for_good() -> None:
    async with scripted_server(Script(_MARKET.answers, closes=[(4401, "Token expired")])) as server:
        watched = _Watched(_endpoint(server, Dialect.MARKET), _TOKEN)
        assert await watched.failure() == (
            "The connection was closed: 4401 Token expired. The login has ended: get a new token, and connect with it."
        )
    assert "s: 1 frame.\n" in watched.output


@pytest.mark.parametrize(
    ("code", "reason", "why"),
    [
        (1012, "Server shutting down", "1012 Server shutting down. The server restarts."),
        (
            4408,
            "Slow consumer",
            "4408 Slow consumer. The reader was too slow for channels of which nothing may be lost",
        ),
    ],
)
async def test_it_comes_back_after_a_lost_connection_and_says_so(code: int, reason: str, why: str) -> None:
    async with scripted_server(Script(_MARKET.answers, closes=[(code, reason)])) as server:
        watched = _Watched(_endpoint(server, Dialect.MARKET))
        await watched.until("1.55")
        await watched.stop()
    assert server.types() == ["subscribe", "subscribe"]
    told = watched.told()
    assert told[1].startswith(f"lost           The connection was closed: {why}")
    assert re.search(r" Trying again in [01]\.\d s\.$", told[1])
    assert told[2] == told[0]
    assert any(re.fullmatch(r"back           connected again after [01]\.\d s", line) for line in told[3:])
    assert told[-1] == "price:BTCUSDT  1.55 ▼"
    assert watched.output.count("Connected to") == 1


def _numbered(seq: int) -> str:
    return (
        f'{{"type":"trade","channel":"{_TRADES}","symbol":"BTCUSDT","data":{{"tradeId":{seq},"price":{seq},'
        f'"quantity":1,"side":"buy","timestamp":1}},"epoch":"e","seq":{seq},"timestamp":"…"}}'
    )


def _resumed(said: str) -> Script:
    """Return what tells two trades, breaks off, and comes back saying something of the history, and three trades."""
    subscribed = f'{{"type":"subscribed","channel":"{_TRADES}",{{}}"timestamp":"…"}}'
    first = subscribed.replace("{}", "")
    return Script(
        {"open": _MARKET.answers["open"], "subscribe": [first, _numbered(1), _numbered(2), (1012, "restart")]},
        returns={
            "open": _MARKET.answers["open"],
            "subscribe": [subscribed.replace("{}", said), *map(_numbered, (2, 3, 4))],
        },
    )


async def test_it_resumes_after_a_lost_connection_and_tells_nothing_twice() -> None:
    async with scripted_server(_resumed('"recovered":true,"epoch":"e","seq":3,')) as server:
        watched = _Watched(_endpoint(server, Dialect.MARKET), channels=(_TRADES,))
        await watched.until("1 at 4")
        await watched.stop()
    assert server.messages[-1]["since"] == {_TRADES: {"epoch": "e", "seq": 2}}
    told = watched.told()
    assert f"subscribed      {_TRADES} and what was missed" in told
    assert [line.partition(" at ")[2][:1] for line in told if line.startswith(_TRADES)] == ["1", "2", "3", "4"]


async def test_it_says_what_is_lost_with_a_connection() -> None:
    said = '"recovered":false,"reason":"too_old","epoch":"e","seq":1,'
    async with scripted_server(_resumed(said)) as server:
        watched = _Watched(_endpoint(server, Dialect.MARKET), channels=(_TRADES,))
        await watched.until("can't be brought: some of it is kept no longer")
        await watched.stop()
    assert any(line.startswith(f"{_TRADES}  missed what was told from ") for line in watched.told())


async def test_it_comes_back_once_somebody_listens_again() -> None:
    async with scripted_server(_MARKET) as server:
        watched = _Watched(_endpoint(server, Dialect.MARKET))
        await watched.until("1.55")
    await watched.until(f"lost           Can't connect to {server.url}: nothing listens there.")
    async with scripted_server(_MARKET, port=server.port) as again:
        await watched.until("back           connected again after ")
        await watched.stop()
    assert again.types() == ["subscribe"]


async def test_it_tells_each_attempt_that_fails_and_ends_where_the_next_would_too() -> None:
    async with scripted_server(Script(_MARKET.answers, closes=[(1011, "")])) as server:
        watched = _Watched(_endpoint(server, Dialect.MARKET), _TOKEN)
        await watched.until("connected")
        server.refuse(HTTPStatus.UNAUTHORIZED, "Authentication failed")
        assert (await watched.failure()).startswith(
            "The server refused the connection with HTTP 401: Authentication failed. Get a new token"
        )
    assert watched.told()[1].startswith(
        "lost           The connection was closed: 1011. A ping found no answer in time."
    )


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (
            HTTPStatus.UNAUTHORIZED,
            '{"detail": "Authentication failed"}',
            "HTTP 401: Authentication failed. Get a new token",
        ),
        (HTTPStatus.FORBIDDEN, "no", "HTTP 403: no. Either the server is Daphne"),
        (HTTPStatus.TOO_MANY_REQUESTS, "", "HTTP 429: it said nothing more. This user or address has too many"),
        (HTTPStatus.BAD_GATEWAY, "<html>", "HTTP 502: it said nothing more. The server is starting"),
    ],
)
async def test_it_tells_why_the_handshake_was_refused(status: HTTPStatus, body: str, sentence: str) -> None:
    async with scripted_server(Script(refuses=(status, body))) as server:
        failure = await _Watched(_endpoint(server, Dialect.MARKET), _TOKEN).failure()
    assert sentence in failure
    assert _TOKEN.value not in failure


async def test_it_tells_that_a_server_does_not_know_the_dialect() -> None:
    async with scripted_server(_MARKET) as server:
        failure = await _Watched(_endpoint(server, Dialect.ZIGQUANT), _TOKEN).failure()
    assert failure == f"The server at {server.url} does not speak zigquant-v2."


async def test_it_tells_that_nothing_listens() -> None:
    async with scripted_server(_MARKET) as server:
        url = server.url
    failure = await _Watched(endpoint_of(f"{url}?token=secret", None)).failure()
    assert failure == (
        f"Can't connect to {url}: nothing listens there. `make demo` starts the platform; another address is --url."
    )


async def test_it_tells_that_no_host_has_the_name() -> None:
    failure = await _Watched(Endpoint("ws://nowhere.invalid/ws", Dialect.MARKET)).failure()
    assert failure.startswith("Can't connect to ws://nowhere.invalid/ws: ")


@asynccontextmanager
async def _saying(what: bytes) -> AsyncIterator[str]:
    """Run a server that says something and hangs up; return where it is, without a scheme."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(what)
        writer.close()

    async with await asyncio.start_server(say, "127.0.0.1", 0) as server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}/ws"


async def test_it_tells_that_something_else_answers() -> None:
    async with _saying(b"SSH-2.0-something\r\n") as where:
        failure = await _Watched(endpoint_of(f"ws://{where}", None)).failure()
    assert failure == f"ws://{where} did not answer as a WebSocket server does. Is this the right address?"


async def test_it_tells_that_the_server_has_no_tls() -> None:
    async with _saying(b"HTTP/1.1 400 Bad Request\r\n\r\n") as where:
        failure = await _Watched(endpoint_of(f"wss://{where}", None)).failure()
    assert failure.startswith(f"Can't connect to wss://{where}: TLS failed (")
    assert failure.endswith("). Is it ws:// instead of wss://?")


async def test_it_tells_that_the_connection_was_broken_off() -> None:
    async with _saying(b"") as where:
        failure = await _Watched(endpoint_of(f"wss://{where}", None)).failure()
    assert failure.startswith(f"Can't connect to wss://{where}: ")
    assert not failure.endswith(": .")


async def test_it_follows_no_redirect_with_a_token() -> None:
    async with scripted_server(_MARKET) as elsewhere:
        location = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n"
        async with _saying(location.encode()) as where:
            watched = _Watched(endpoint_of(f"ws://{where}", None), _TOKEN)
            assert f"HTTP 302: see {elsewhere.url}. It is somewhere else" in await watched.failure()
    assert elsewhere.requests == []
