"""Tickets and log-outs over the whole deployment: every gateway knows of them, whichever was asked."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.deployments import Deployment

_PASSWORD = "correct horse battery staple"
_CLOSED_WITHIN_SECONDS = 2.0


class Person:
    """A new user of the deployment, with tokens."""

    def __init__(self, deployment: Deployment, http: httpx2.AsyncClient) -> None:
        self._deployment = deployment
        self._http = http
        self._name = f"user-{secrets.token_hex(6)}"
        self.tokens: dict[str, str] = {}

    async def register(self) -> None:
        """Register, and log in."""
        user = {"username": self._name, "email": f"{self._name}@example.com", "password": _PASSWORD}
        assert (await self.post("auth/register/", user)).status_code == 201
        self.tokens = await self._log_in()

    async def other_login(self) -> str:
        """Log in once more, as in another browser, and return the access token."""
        return (await self._log_in())["access"]

    async def _log_in(self) -> dict[str, str]:
        answer = await self.post("auth/token/", {"username": self._name, "password": _PASSWORD})
        tokens: dict[str, str] = answer.json()
        return tokens

    async def post(self, path: str, body: Any, *, gateway: int = 0) -> httpx2.Response:
        """Ask a gateway over REST."""
        headers = {"Authorization": f"Bearer {self.tokens['access']}"} if self.tokens else {}
        url = f"{self._deployment.gateways[gateway]}/api/v1/{path}"
        return await self._http.post(url, json=body, headers=headers)

    async def ticket(self) -> str:
        """Get a ticket."""
        ticket: str = (await self.post("ws/ticket", {})).json()["ticket"]
        return ticket

    async def connect(self, query: str, *, gateway: int = 0) -> ClientConnection:
        """Open a socket; return it after its welcome, which says that somebody is logged in."""
        socket = await connect(f"{self._deployment.socket_url_of(gateway)}?{query}")
        assert json.loads(await socket.recv())["data"]["authenticated"] is True
        return socket


@pytest.fixture
async def person(deployment: Deployment) -> AsyncIterator[Person]:
    """Return a new user."""
    async with httpx2.AsyncClient(trust_env=False, timeout=20) as http:
        person = Person(deployment, http)
        await person.register()
        yield person


async def test_it_takes_a_ticket_at_one_gateway_once(deployment: Deployment, person: Person) -> None:
    for _ in range(5):
        query = f"ticket={await person.ticket()}"
        places = [number % len(deployment.gateways) for number in range(8)]
        attempts = (person.connect(query, gateway=place) for place in places)
        answers = await asyncio.gather(*attempts, return_exceptions=True)
        sockets = [answer for answer in answers if isinstance(answer, ClientConnection)]
        refusals = [answer for answer in answers if isinstance(answer, InvalidStatus)]
        for socket in sockets:
            await socket.close()
        assert (len(sockets), len(refusals)) == (1, 7)
        assert {refusal.response.status_code for refusal in refusals} == {401}


async def test_it_ends_at_every_gateway_the_login_that_one_has_ended(deployment: Deployment, person: Person) -> None:
    access, last = person.tokens["access"], len(deployment.gateways) - 1
    unused = await person.ticket()
    sockets = [await person.connect(f"token={access}", gateway=gateway) for gateway in (0, last)]
    sockets.append(await person.connect(f"ticket={await person.ticket()}", gateway=last))
    elsewhere = await person.connect(f"token={await person.other_login()}", gateway=last)
    began = time.monotonic()
    assert (await person.post("auth/logout/", {"refresh": person.tokens["refresh"]})).status_code == 204
    for socket in sockets:
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4401, "Logged out")
    assert time.monotonic() - began < _CLOSED_WITHIN_SECONDS
    await elsewhere.send('{"type":"ping"}')
    async with asyncio.timeout(_CLOSED_WITHIN_SECONDS):
        assert json.loads(await elsewhere.recv())["type"] == "pong"
    await elsewhere.close()
    for query in (f"token={access}", f"ticket={unused}"):
        with pytest.raises(InvalidStatus) as refusal:
            await person.connect(query, gateway=last)
        assert refusal.value.response.status_code == 401
