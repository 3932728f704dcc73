"""A demo, the proxy before it, and what its users do meanwhile."""

import asyncio
import json
import math
import secrets
import time
import urllib.request
from pathlib import Path
from typing import Any

import jwt
from websockets.asyncio.client import ClientConnection, connect

from accounts.tokens.keys import secret_derived_from
from config.settings import DEFAULT_SECRET_KEY
from tests.browser.demo_process import DemoProcess
from tests.clients.proxy import CuttingProxy
from tests.deployments import fetch_json

_TOKEN_SECRET = secret_derived_from(DEFAULT_SECRET_KEY)
_PASSWORD = "correct horse battery staple"
_USUAL = {
    "PUBLISH_STALE_SECONDS": "2",
    "THROTTLE_TOKEN": "",
    "THROTTLE_REGISTER": "",
    "THROTTLE_REFRESH": "",
    "THROTTLE_TICKET": "",
    "HUB_LINGER_SECONDS": "0.5",
}


class Stage:
    """A demo that can be stopped, and the proxy before it."""

    def __init__(self, folder: Path) -> None:
        self.demo = DemoProcess(folder, environment=_USUAL)
        self.proxy = CuttingProxy(0)
        self._logins: dict[str, dict[str, Any]] = {}
        """The claims of users who are given short tokens."""
        self._readers: list[ClientConnection] = []

    async def start(self) -> None:
        """Start the demo, then the proxy."""
        await asyncio.to_thread(self.demo.start)
        self.proxy = CuttingProxy(int(self.demo.url.rstrip("/").rpartition(":")[2]))
        await self.proxy.start()

    async def stop(self) -> None:
        """Stop both."""
        await self.end_readers()
        await self.proxy.stop()
        await asyncio.to_thread(self.demo.stop)

    def addresses(self, control_port: int) -> dict[str, str]:
        """Return where everything is."""
        proxied = f"127.0.0.1:{self.proxy.port}"
        return {
            "socket": f"ws://{proxied}/ws",
            "http": f"http://{proxied}",
            "control": f"http://127.0.0.1:{control_port}",
            "gateway": self.demo.url.rstrip("/"),
        }

    def token(self, user: str, seconds: float | None = None) -> dict[str, str | int]:
        """Return a fresh access token, good for `seconds` where that is given, and its end in ms since the epoch.

        Blocks. All short ones of a user are of one login, until `forget_logins`: to hash a password may take a busy
        machine all the time that a client leaves itself for renewing such a token.
        """
        if seconds is None:
            token = self._tokens(user)["access"]
            return {"token": token, "expires_at": 1000 * _claims(token)["exp"]}
        if user not in self._logins:
            self._logins[user] = _claims(self._tokens(user)["access"])
        end = math.ceil(time.time() + seconds)
        token = jwt.encode(self._logins[user] | {"exp": end}, _TOKEN_SECRET, algorithm="HS256")
        return {"token": token, "expires_at": 1000 * end}

    def forget_logins(self) -> None:
        """Log users in anew who are given short tokens."""
        self._logins.clear()

    def newcomer(self) -> dict[str, str]:
        """Register a user who has nothing yet, and return an access token. Blocks."""
        name = f"newcomer_{secrets.token_hex(4)}"
        given: dict[str, str | bool] = {"username": name, "password": _PASSWORD}
        self._post("register", {**given, "email": f"{name}@example.org"}, {})
        return {"token": json.loads(self._post("token", given, {}))["access"]}

    def log_out(self, user: str) -> None:
        """Log a user out everywhere. Blocks."""
        tokens = self._tokens(user)
        self._post("logout", {"everywhere": True}, {"Authorization": f"Bearer {tokens['access']}"})

    async def read(self, channel: str) -> None:
        """Let somebody else read a channel, past the proxy, until the reset: what nobody reads has no history."""
        socket = await connect(self.demo.url.replace("http", "ws", 1) + "ws", max_queue=None)
        self._readers.append(socket)
        await socket.send(json.dumps({"type": "subscribe", "channel": channel}))
        while json.loads(await socket.recv())["type"] != "subscribed":
            pass

    async def end_readers(self) -> None:
        """Let nobody else read any more."""
        readers, self._readers = self._readers, []
        for socket in readers:
            await socket.close()

    def end_faults(self) -> None:
        """End every fault of the exchange. Blocks."""
        for fault in fetch_json(f"{self.demo.exchange_url}/simulator/faults"):
            self.demo.end_fault(fault["kind"])

    def _tokens(self, user: str) -> dict[str, str]:
        tokens: dict[str, str] = json.loads(self._post("token", {"username": user, "password": user}, {}))
        return tokens

    def _post(self, action: str, body: dict[str, str | bool], headers: dict[str, str]) -> bytes:
        url, data = f"{self.demo.url}api/v1/auth/{action}/", json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers})
        with urllib.request.urlopen(request, timeout=10) as answer:
            said: bytes = answer.read()
        return said


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims
