"""The users of a place: an owner, another user, staff, and guests whose logins a test may end."""

import base64
import itertools
import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import jwt

from accounts.tokens.keys import secret_derived_from
from config.settings import DEFAULT_SECRET_KEY
from tests.conformance.asking import http
from tests.deployments import Deployment
from tests.processes import Process

OWNER, OTHER, STAFF, NOBODY = "demo", "other", "admin", ""
CLERK = "clerk"
"""Is of the staff, and no superuser."""
LURKER = "lurker"
"""Is in no group, and so has none of its permissions."""
READERS = (NOBODY, OWNER, OTHER, STAFF)
TOKEN_SECRET = secret_derived_from(DEFAULT_SECRET_KEY)
_GUESTS = 40
_MAKE_USERS = f"""
import json
from accounts.models import User
from django.contrib.auth.models import Group
from django.contrib.auth.hashers import make_password
traders = list(Group.objects.filter(name="traders"))
passwords = {{name: make_password(name) for name in ["other", "lurker", "clerk", "guest"]}}
for name in ["other", "lurker", "clerk", *(f"guest{{number}}" for number in range({_GUESTS}))]:
    password = passwords[name.rstrip("0123456789")]
    given = {{"email": name + "@example.com", "password": password, "is_staff": name == "clerk"}}
    user, _ = User.objects.update_or_create(username=name, defaults=given)
    user.groups.set([] if name == "lurker" else traders)
print(json.dumps({{user.username: str(user.pk) for user in User.objects.all()}}))
"""


@dataclass(frozen=True)
class People:
    """The users of one place. `ids` are the users' ids by name; a user's password is the name without its number."""

    http_url: str
    ids: dict[str, str]
    _tokens: dict[str, str] = field(default_factory=dict)
    _guests: Iterator[int] = field(default_factory=itertools.count)

    def at(self, http_url: str) -> "People":
        """Return the same people at another gateway."""
        return replace(self, http_url=http_url)

    def token(self, name: str) -> str:
        """Return an access token of a user, got once."""
        if name not in self._tokens:
            self._tokens[name] = self.pair(name)["access"]
        return self._tokens[name]

    def pair(self, name: str) -> dict[str, str]:
        """Log a user in, and return a new access and refresh token."""
        answer = http.post(
            f"{self.http_url}/api/v1/auth/token/", {"username": name, "password": name.rstrip("0123456789")}
        )
        assert answer.status == 200, answer
        pair: dict[str, str] = answer.json
        return pair

    def guest(self) -> str:
        """Return the name of a user whom no other test uses."""
        return f"guest{next(self._guests)}"

    def ticket(self, name: str) -> str:
        """Return a new ticket of a user."""
        answer = http.post(f"{self.http_url}/api/v1/ws/ticket", {}, token=self.token(name))
        assert answer.status == 200, answer
        ticket: str = answer.json["ticket"]
        return ticket

    def altered(self, name: str, *, key: str | bytes = TOKEN_SECRET, **claims: Any) -> str:
        """Return a user's access token with other claims (None: without that claim), signed with `key`."""
        payload = {**claims_of(self.token(name)), "jti": secrets.token_hex(16), **claims}
        kept = {claim: value for claim, value in payload.items() if value is not None}
        return jwt.encode(kept, key, algorithm="HS256")

    def ending_in(self, name: str, seconds: float) -> str:
        """Return a user's access token that ends in so many seconds, rounded up to a whole one."""
        self.token(name)  # first: getting it takes time
        return self.altered(name, exp=int(time.time() + seconds) + 1)


def claims_of(token: str) -> dict[str, Any]:
    """Return what a token says."""
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def people_of(deployment: Deployment) -> People:
    """Make the users of a deployment."""
    with Process.command("shell", "-c", _MAKE_USERS, environment=deployment.environment) as process:
        assert process.wait(60) == 0, process.output
        ids: dict[str, str] = json.loads(process.wait_for(r"(\{.*\})")[1])
    return People(deployment.http_url, ids)
