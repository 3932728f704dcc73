"""A user of a run's own: registered when first needed, and logged in from an address of the loopback."""

import secrets
import time

import httpx2

from tests.soak.clients.notes import TOKEN_SECONDS, Door

_SECONDS = 30.0


class Account:
    """One user of a run. Nobody else shares its address, and what is counted by address."""

    def __init__(self, name: str, door: Door, address: str) -> None:
        self._name = f"{name}-{secrets.token_hex(4)}"
        self._password = secrets.token_urlsafe()
        self._door = door
        self._address = address
        self._is_registered = False
        self._token, self._token_at = "", 0.0

    def client(self, gateway: int, token: str = "") -> httpx2.AsyncClient:
        """Return a client of the user's for a gateway's REST."""
        return httpx2.AsyncClient(
            base_url=self._door.base(gateway),
            headers={"Authorization": f"Bearer {token}"} if token else {},
            transport=httpx2.AsyncHTTPTransport(local_address=self._address),
            timeout=_SECONDS,
        )

    async def token(self) -> str:
        """Return an access token; raise `OSError` where the user is refused one now."""
        if not self._token or time.monotonic() - self._token_at > TOKEN_SECONDS:
            try:
                self._token = await self._log_in()
            except httpx2.HTTPError as error:
                raise ConnectionError(str(error)) from error
            self._token_at = time.monotonic()
        return self._token

    async def _log_in(self) -> str:
        who = {"username": self._name, "password": self._password}
        async with self.client(0) as client:
            if not self._is_registered:
                made = await client.post("/api/v1/auth/register/", json={**who, "email": f"{self._name}@example.com"})
                self._is_registered = made.status_code in {201, 400}  # 400: an answer was lost, the user is there
            answer = await client.post("/api/v1/auth/token/", json=who)
        answer.raise_for_status()
        token: str = answer.json()["access"]
        return token
