"""Everything that can go wrong, as a tree. Each error has a `code` for programs and a `message` for people.

TidewireError
├── ConnectError                     no connection came about; the client tries again, unless told otherwise
│   ├── UnreachableError             no host, no listener, no TLS: `cause`
│   ├── HandshakeRefusedError        an HTTP status instead of a WebSocket: `status`, `body`, `headers`
│   ├── HandshakeInvalidError        what listens there is no WebSocket server
│   │   └── DialectRefusedError      it doesn't speak the dialect: `subprotocol`
│   └── OpenTimeoutError             no handshake, welcome or answer to the login in time: `seconds`
├── LoginError
│   ├── TokenRefusedError            by the handshake (`status`, `body`) or by an `auth_result`
│   ├── TokenUnavailableError        the function that gives tokens failed: `cause`
│   └── LoginTimeoutError            an `auth` on a live connection was not answered: `seconds`
├── ConnectionClosedError            the connection ended: `close_code`, `reason`
│   ├── ConnectionLostError          its other end fell silent
│   └── ProtocolBrokenError          its other end broke the rules of WebSocket
├── GaveUpError                      the last of the attempts failed: `attempts`, `cause`
├── RefusedError                     an error frame
│   ├── SubscriptionRefusedError     of a channel: `channel`
│   └── MessageRefusedError          of a message that names no channel
├── CommandError                     `action`
│   ├── CommandRefusedError          the server's answer: `fields` names each wrong parameter
│   ├── CommandTimeoutError          no answer in time: `seconds`
│   ├── CommandClosedError           the client was disconnected, or gave up, before the answer
│   ├── QueueFullError               too many commands wait: `limit`
│   └── MessageTooLargeError         the server takes no frame of that size: `size` and `limit`, in bytes
├── UnreadableFrameError             a frame that says nothing: `reason`, and how it began: `text`
├── EventsDroppedError               an iterator was not read as fast as events came: `pattern`, `limit`
└── StateError
    ├── StateLoadError               a snapshot could not be made: `name`, `cause`
    └── StateNotLoadedError          there is no value to update yet: `name`

No message holds a token.
"""

from tidewire_client.errors.base import (
    TidewireError,
)
from tidewire_client.errors.connecting import (
    ConnectError,
    ConnectionClosedError,
    ConnectionLostError,
    DialectRefusedError,
    GaveUpError,
    HandshakeInvalidError,
    HandshakeRefusedError,
    LoginError,
    LoginTimeoutError,
    OpenTimeoutError,
    ProtocolBrokenError,
    TokenRefusedError,
    TokenUnavailableError,
    UnreachableError,
)
from tidewire_client.errors.messaging import (
    CommandClosedError,
    CommandError,
    CommandRefusedError,
    CommandTimeoutError,
    EventsDroppedError,
    MessageRefusedError,
    MessageTooLargeError,
    QueueFullError,
    RefusedError,
    SubscriptionRefusedError,
    UnreadableFrameError,
)
from tidewire_client.errors.state import (
    StateError,
    StateLoadError,
    StateNotLoadedError,
)

__all__ = [
    "CommandClosedError",
    "CommandError",
    "CommandRefusedError",
    "CommandTimeoutError",
    "ConnectError",
    "ConnectionClosedError",
    "ConnectionLostError",
    "DialectRefusedError",
    "EventsDroppedError",
    "GaveUpError",
    "HandshakeInvalidError",
    "HandshakeRefusedError",
    "LoginError",
    "LoginTimeoutError",
    "MessageRefusedError",
    "MessageTooLargeError",
    "OpenTimeoutError",
    "ProtocolBrokenError",
    "QueueFullError",
    "RefusedError",
    "StateError",
    "StateLoadError",
    "StateNotLoadedError",
    "SubscriptionRefusedError",
    "TidewireError",
    "TokenRefusedError",
    "TokenUnavailableError",
    "UnreachableError",
    "UnreadableFrameError",
]
