"""The socket endpoints: which dialects are spoken where, and how a login is refused there."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

import msgspec

from streaming.gateway.dialects.base import Dialect
from streaming.gateway.dialects.registry import Dialects
from streaming.gateway.handshake.handshake import HandshakeRefusedError, plain_refusal, refusal
from streaming.identity.identity import AuthenticationFailure


class Endpoint(msgspec.Struct, frozen=True):
    """What is particular about one address: `choose` takes the subprotocols that the client offers."""

    choose: Callable[[Dialects, Sequence[str]], Dialect]
    refuse_login: Callable[[AuthenticationFailure | None], HandshakeRefusedError]


def _by_subprotocol(known: Dialects, offered: Sequence[str]) -> Dialect:
    return known.control if known.control.subprotocol in offered else known.market


def _always_trading(known: Dialects, offered: Sequence[str]) -> Dialect:
    return known.trading


def _refuse_quietly(failure: AuthenticationFailure | None) -> HandshakeRefusedError:
    return refusal(HTTPStatus.UNAUTHORIZED, "Authentication failed")


def _refuse_saying_why(failure: AuthenticationFailure | None) -> HandshakeRefusedError:
    """Say what the chart front end expects: None stands for no token at all."""
    texts = {None: "Missing token", AuthenticationFailure.INVALID: "Invalid token"}
    return plain_refusal(HTTPStatus.UNAUTHORIZED, texts.get(failure, "Authentication failed"))


MARKET = Endpoint(_by_subprotocol, _refuse_quietly)
"""`/ws`: market data, or the trading engine's dialect where the client offers its subprotocol."""

TRADING = Endpoint(_always_trading, _refuse_saying_why)
"""`/ws/trading`: the chart front end's."""
