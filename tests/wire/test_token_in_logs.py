"""No secret reaches a log: of no server, at no level, whichever way it was told and whatever became of it."""

import asyncio
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.accounts.tokens_of_others import OTHER_KEY, claims_of, signed
from tests.conformance.asking.http import Answer, get, post, request
from tests.databases.prepared_databases import prepare_database
from tests.deployments import daphne_command
from tests.processes import Process
from tests.wire.loud.failing import FAULT
from tests.wire.loud.told import ToldSecrets, percent_encoded
from tests.wire.rfc6455.peer import Opcode, Peer, connected, handshake_headers, raw_connection

_SERVERS = {
    "serve": (("manage.py", "serve", "--port", "0"), r"Serving on http://\S+?:(\d+)"),
    "daphne": (daphne_command("-v", "3"), r"Listening on TCP address \S+?:(\d+)"),
    "runserver": (
        ("manage.py", "runserver", "-v", "3", "--noreload", "--simulator", "127.0.0.1:0"),
        r"Listening on TCP address \S+?:(\d+)",
    ),
}
_DIALECTS = {"/ws": {}, "/ws/trading": {}, "/ws zigquant-v2": {"Sec-WebSocket-Protocol": "zigquant-v2"}}


@dataclass
class Loud:
    """A server that logs all it can, what it was told, and its demo user's tokens."""

    name: str
    port: int
    process: Process
    told: ToldSecrets

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def refused(self) -> int:
        """The status of a handshake that is refused: Daphne knows only one."""
        return 401 if self.name == "serve" else 403

    def tell(self, name: str, secret: str | None = None) -> str:
        """Return a secret, made for the purpose where none is given, and look for it at the end."""
        return self.told.tell(name, secret or f"{secrets.token_urlsafe(32)}")

    def post(self, path: str, data: object, *, token: str | None = None) -> Answer:
        return post(f"{self.url}/api/v1/{path}", data, token=token)

    def log_in(self) -> tuple[str, str]:
        """Return an access and a refresh token of `demo`."""
        pair = self.post("auth/token/", {"username": "demo", "password": "demo"}).json
        return self.tell("access token", pair["access"]), self.tell("refresh token", pair["refresh"])

    def ticket(self, access: str) -> str:
        """Return a ticket."""
        answer = self.post("ws/ticket", {}, token=access)
        assert answer.status == 200, answer
        return self.tell("ticket", answer.json["ticket"])


@contextmanager
def running(name: str, var_dir: Path) -> Iterator[Loud]:
    """Run a server."""
    arguments, announced = _SERVERS[name]
    environment = {
        "VAR_DIR": str(var_dir),
        "COMBINED_SYMBOLS": "",  # one simulated market tells as much as three
        "LOG_LEVEL": "DEBUG",
        "DEBUG": "1" if name == "runserver" else "0",
        "DJANGO_SETTINGS_MODULE": "tests.wire.loud.settings",
        "PYTHONASYNCIODEBUG": "1",
    }
    with Process(*arguments, environment=environment) as process:
        port = int(process.wait_for(announced)[1])
        yield Loud(name, port, process, ToldSecrets())


def dead_tokens(loud: Loud, user_id: str) -> dict[str, str]:
    """Return tokens that are no good, each in its own way."""
    past = int(time.time()) - 60
    return {
        "no token": loud.tell("no token"),
        "expired": loud.tell("expired", signed(claims_of(user_id, exp=past, jti=secrets.token_hex(16)))),
        "forged": loud.tell("forged", signed(claims_of(user_id, jti=secrets.token_hex(16)), key=OTHER_KEY)),
        "of nobody": loud.tell("of nobody", signed(claims_of("999999", jti=secrets.token_hex(16)))),
        "half a token": loud.tell("half", signed(claims_of(user_id, jti=secrets.token_hex(16)))[:-60]),
    }


async def shake_hands(loud: Loud, target: str, headers: dict[str, str] | None = None, **options: str) -> int:
    """Return the status of a handshake."""
    async with raw_connection(loud.port) as peer:
        return (await peer.request({**handshake_headers(), **(headers or {})}, target=target, **options)).status


async def log_in_by_handshake(loud: Loud, access: str, dead: dict[str, str]) -> None:
    for endpoint, headers in _DIALECTS.items():
        path = endpoint.split(" ")[0]
        bearer = {**headers, "Authorization": f"Bearer {access}"}
        ticket = await asyncio.to_thread(loud.ticket, access)
        assert await shake_hands(loud, f"{path}?token={access}", headers) == 101
        assert await shake_hands(loud, f"{path}?token={percent_encoded(access)}", headers) == 101
        assert await shake_hands(loud, f"{path}?%74oken={access}", headers) == 101
        assert await shake_hands(loud, path, bearer) == 101
        assert await shake_hands(loud, f"{path}?ticket={ticket}", headers) == 101
        assert await shake_hands(loud, f"{path}?ticket={ticket}", headers) == loud.refused
        for token in dead.values():
            assert await shake_hands(loud, f"{path}?token={token}", headers) == loud.refused
            assert await shake_hands(loud, f"{path}?%74%6Fken={percent_encoded(token)}", headers) == loud.refused
            assert await shake_hands(loud, f"{path}?ticket={token}", headers) == loud.refused
            assert await shake_hands(loud, path, {**headers, "Authorization": f"Bearer {token}"}) == loud.refused


async def log_in_by_frame(loud: Loud, access: str, dead: dict[str, str]) -> None:
    async with connected(loud.port) as peer:
        for token in dead.values():
            peer.send_json({"type": "auth", "token": token})
            assert (await peer.message())["type"] == "auth_result"
        peer.send_json({"type": "auth", "token": access})
        assert (await peer.message())["type"] == "auth_result"
    async with connected(loud.port) as peer:
        await send_what_is_unreadable(loud, peer)


async def send_what_is_unreadable(loud: Loud, peer: Peer) -> None:
    """Send secrets in frames that no dialect can read, and at last in one that is too long."""
    for text in (
        '{"type":"auth","token":"' + loud.tell("cut off"),
        'auth "' + loud.tell("no JSON") + '"',
        '{"type":"auth","token":["' + loud.tell("in a list") + '"]}',
        '{"type":"' + loud.tell("as a type") + '"}',
        '{"type":"subscribe","channels":["notifications"],"token":{"x":"' + loud.tell("beside") + '"}}',
    ):
        peer.send(Opcode.TEXT, text.encode())
        assert (await peer.message())["type"] in {"error", "auth_result"}
    peer.send(Opcode.BINARY, loud.tell("binary").encode())
    assert (await peer.message())["type"] == "error"
    peer.send(Opcode.PING, loud.tell("in a ping").encode())
    assert (await peer.frame()).opcode == Opcode.PONG
    peer.send(Opcode.TEXT, f'{{"type":"auth","token":"{loud.tell("too long")}"}}'.ljust(65_537).encode())
    await peer.ending()


async def shake_hands_badly(loud: Loud) -> None:
    """Send secrets in handshakes that are none."""
    query = f"/ws?token={loud.tell('bad version')}"
    assert await shake_hands(loud, query, {"Sec-WebSocket-Version": "7"}) in {400, 426}
    assert await shake_hands(loud, f"/ws?token={loud.tell('bad key')}", {"Sec-WebSocket-Key": "x"}) in {400, 401, 403}
    assert await shake_hands(loud, f"/ws?token={loud.tell('bad method')}", method="POST") == 405
    assert await shake_hands(loud, f"/ws?token={loud.tell('bad path')}&x", {"Upgrade": "none"}) == 404
    assert await shake_hands(loud, f"/nowhere?token={loud.tell('nowhere')}") in {403, 404}
    assert await shake_hands(loud, f"/ws?token={loud.tell('long')}{'x' * 9000}") in {400, 401, 403}
    header = {"Authorization": f"Bearer {loud.tell('long header')}{'x' * 9000}"}
    assert await shake_hands(loud, "/ws", header) in {400, 401, 403}
    for line in (f"token: {loud.tell('in a header')}\x00", loud.tell("a line of its own"), "x" * 70_000):
        async with raw_connection(loud.port) as peer:
            peer.write(f"GET /ws?token={loud.tell('malformed')} HTTP/1.1\r\nHost: x\r\n{line}\r\n\r\n".encode())
            await peer.reader.read()


async def provoke_faults(loud: Loud) -> None:
    """Send secrets where an unforeseen fault has them in reach."""
    for endpoint, headers in _DIALECTS.items():
        path = endpoint.split(" ")[0]
        fault = loud.tell("fault", f"{FAULT}-{secrets.token_urlsafe(32)}")
        assert await shake_hands(loud, f"{path}?token={fault}", headers) == (503 if loud.name == "serve" else 403)
    token = loud.tell("in a failing request")
    url = f"{loud.url}/failing/?token={loud.tell('in a failing address')}"
    assert (await asyncio.to_thread(get, url, token=token)).status == 500


def use_rest(loud: Loud) -> None:
    """Register, log in, refresh, verify and log out, well and badly."""
    password = loud.tell("password")
    user = {"username": "somebody", "email": "somebody@example.com", "password": password}
    assert loud.post("auth/register/", user).status == 201
    assert loud.post("auth/register/", user).status == 400
    assert loud.post("auth/token/", {"username": "somebody", "password": loud.tell("wrong password")}).status == 401
    pair = loud.post("auth/token/", {"username": "somebody", "password": password}).json
    access, refresh = loud.tell("access", pair["access"]), loud.tell("refresh", pair["refresh"])
    answer = loud.post("auth/token/refresh/", {"refresh": refresh})
    assert answer.status == 200
    loud.tell("refreshed", answer.json["access"])
    assert loud.post("auth/token/refresh/", {"refresh": loud.tell("bad refresh")}).status == 401
    assert loud.post("auth/token/verify/", {"token": access}).status == 200
    assert loud.post("auth/token/verify/", {"token": loud.tell("bad verify")}).status == 401
    assert get(f"{loud.url}/api/v1/auth/me/", token=access).status == 200
    assert get(f"{loud.url}/api/v1/auth/me/", token=loud.tell("bad bearer")).status == 401
    assert loud.post("auth/token/", f'{{"password":"{loud.tell("cut-off body")}'.encode()).status == 400
    assert get(f"{loud.url}/nowhere?access_token={loud.tell('nowhere')}").status == 404
    assert loud.post("auth/logout/", {"refresh": refresh}, token=access).status == 204
    assert loud.post("auth/logout/", {"refresh": refresh}, token=access).status == 401


def use_admin(loud: Loud) -> None:
    """Log into the admin pages by their form, badly and well."""
    url = f"{loud.url}/admin/login/"
    page = get(url)
    cookie = re.search(r"csrftoken=(\w+)", str(page.headers["Set-Cookie"]))
    assert cookie is not None
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={cookie[1]}"}
    for password, status in ((loud.tell("bad form"), 200), ("admin", 302)):
        form = urlencode({"username": "admin", "password": password, "csrfmiddlewaretoken": cookie[1]})
        answer = request("POST", url, form.encode(), headers=headers)
        assert answer.status == status
    session = re.search(r"sessionid=(\w+)", str(answer.headers.get_all("Set-Cookie")))
    assert session is not None
    loud.tell("session", session[1])
    assert request("GET", f"{loud.url}/admin/", headers={"Cookie": f"sessionid={session[1]}"}).status == 200


@pytest.mark.parametrize("name", list(_SERVERS))
def test_it_tells_no_secret(name: str, tmp_path: Path) -> None:
    prepare_database({"VAR_DIR": str(tmp_path)})
    with running(name, tmp_path) as loud:
        access, _ = loud.log_in()
        user_id = str(get(f"{loud.url}/api/v1/auth/me/", token=access).json["user_id"])
        dead = dead_tokens(loud, user_id)
        asyncio.run(log_in_by_handshake(loud, access, dead))
        asyncio.run(log_in_by_frame(loud, access, dead))
        asyncio.run(shake_hands_badly(loud))
        asyncio.run(provoke_faults(loud))
        use_rest(loud)
        use_admin(loud)
    output = loud.process.output
    assert "Traceback" in output, "the faults must have been logged, or this test looks at nothing"
    assert "[redacted]" in output
    assert loud.told.found_in(output) == []


def test_it_finds_a_secret_where_there_is_one() -> None:
    told = ToldSecrets()
    secret = told.tell("secret", "0123456789-abcdefgh_ijklmnop")
    token = told.tell("token", signed(claims_of("1")))
    assert not told.found_in(f"{token.split('.')[0]} 0123456789")
    for spelling in (secret, secret[4:20], percent_encoded(secret), token, token.split(".")[1], token[60:90]):
        assert told.found_in(f"before {spelling} after"), spelling
