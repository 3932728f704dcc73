"""The routes that every endpoint has."""

from streaming.commands.command import Command
from streaming.gateway.messages import Authenticate, Ping, Pong, Subscribe, Unsubscribe
from streaming.gateway.session import middleware
from streaming.gateway.session.router import Router
from streaming.gateway.session.session import Session


def default_router() -> Router[Session]:
    """Return a router with a handler for every message of the protocol."""
    router: Router[Session] = Router(
        middleware.log, middleware.limit_rate, middleware.validate, middleware.require_login
    )
    router.register(Subscribe, _subscribe)
    router.register(Unsubscribe, _unsubscribe)
    router.register(Ping, _ping)
    router.register(Pong, _pong)
    router.register(Authenticate, _authenticate)
    router.register(Command, _command)
    return router


def _subscribe(session: Session, message: Subscribe) -> None:
    session.spawn(session.subscriptions.subscribe(message.channels, message.options))


def _unsubscribe(session: Session, message: Unsubscribe) -> None:
    session.spawn(session.subscriptions.unsubscribe(message.channels))


def _ping(session: Session, message: Ping) -> None:
    session.outbox.push([session.dialect.pong(session.context.clock.now_ms())])


def _pong(session: Session, message: Pong) -> None:
    session.liveness.answered()


def _authenticate(session: Session, message: Authenticate) -> None:
    session.login.begin(message.token)


def _command(session: Session, message: Command) -> None:
    session.commands.submit(message)
