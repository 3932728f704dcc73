"""Who does something, for the audit: a user by an interface."""

from accounts.models import User
from streaming.commands.use_cases import Caller, Interface
from trading.audit.services import Actor
from trading.models import ActorSource

_SOURCES = {
    Interface.REST: ActorSource.REST,
    Interface.WEBSOCKET: ActorSource.WEBSOCKET,
    Interface.ADMIN: ActorSource.ADMIN,
}


def actor_of(caller: Caller) -> Actor:
    """Return who asks, with the name of now."""
    name = User.objects.filter(pk=caller.user_id).values_list("username", flat=True).first() or ""
    return Actor(user_id=caller.user_id, name=name, source=_SOURCES[caller.interface], address=caller.address)


def user_exists(user_id: str) -> bool:
    """Return whether there is such a user."""
    return user_id.isascii() and user_id.isdecimal() and User.objects.filter(pk=int(user_id[:18])).exists()
