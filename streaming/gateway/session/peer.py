"""The client's end of a session, as its handshake has left it."""

import msgspec

from streaming.gateway.dialects.base import Dialect
from streaming.gateway.login.admission import Seat
from streaming.gateway.sending.transport import Transport
from streaming.identity.identity import Identity


class Peer(msgspec.Struct, frozen=True):
    """The client's end: how to write to it, how it speaks, who it is (None: anonymous), and its counted place."""

    transport: Transport
    dialect: Dialect
    identity: Identity | None
    seat: Seat
