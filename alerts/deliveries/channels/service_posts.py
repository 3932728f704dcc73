"""Posting JSON to a service that users have addresses at."""

import msgspec

from alerts.deliveries.channels.service import Post
from alerts.deliveries.guarded_http import AllowedNetworks, Answer, LookUps, post

_USER_AGENT = "Tidewire/1"
_READ_BYTES = 4096


class ServicePosts(msgspec.Struct, frozen=True, kw_only=True):
    """How posts to services go out. Redirects aren't followed: an address is a secret of the service it is at."""

    allowed: AllowedNetworks
    look_ups: LookUps
    timeout_seconds: float

    async def post(self, wanted: Post, *, user_id: int) -> Answer:
        """Post what a service wants; raise as `guarded_http.post` does."""
        return await post(
            wanted.url,
            msgspec.json.encode(wanted.content),
            {"Content-Type": "application/json", "User-Agent": _USER_AGENT, **wanted.headers},
            allowed=self.allowed,
            look_up=self.look_ups.of(user_id),
            timeout_seconds=self.timeout_seconds,
            redirects=0,
            read_bytes=_READ_BYTES,
        )
