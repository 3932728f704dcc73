"""The routes that every endpoint has."""

from streaming.gateway.dialects.base import Ping, Subscribe, Unsubscribe
from streaming.gateway.router import Router
from streaming.gateway.session import Session


def default_router() -> Router[Session]:
    """Return a router with a handler for every message of the protocol."""
    router: Router[Session] = Router()
    router.register(Subscribe, _subscribe)
    router.register(Unsubscribe, _unsubscribe)
    router.register(Ping, _ping)
    return router


def _subscribe(session: Session, message: Subscribe) -> None:
    session.spawn(session.subscriptions.subscribe(message.channels))


def _unsubscribe(session: Session, message: Unsubscribe) -> None:
    session.spawn(session.subscriptions.unsubscribe(message.channels))


def _ping(session: Session, message: Ping) -> None:
    session.outbox.push([session.dialect.pong(session.surroundings.clock.now_ms())])
