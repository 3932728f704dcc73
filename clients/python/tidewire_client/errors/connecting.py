"""Errors of connecting, of logging in, and of the connection's end."""

from collections.abc import Mapping

from tidewire_client.errors.base import LONGEST_QUOTATION, TidewireError


class ConnectError(TidewireError):
    """No connection came about."""

    code = "connect_failed"


class UnreachableError(ConnectError):
    """Nothing answers at the address; `cause` is what the system said."""

    code = "unreachable"

    def __init__(self, where: str, cause: OSError) -> None:
        """Name the address without its query."""
        super().__init__(f"Can't connect to {where}: {cause.strerror or str(cause) or type(cause).__name__}")
        self.where = where
        self.cause = cause


class HandshakeRefusedError(ConnectError):
    """The server answered the handshake with the HTTP status `status`; `body` is how its answer began."""

    code = "handshake_refused"

    def __init__(self, status: int, body: str, headers: Mapping[str, str]) -> None:
        """Keep the answer; the headers' names are in lower case."""
        super().__init__(f"The server refused the connection with HTTP {status}")
        self.status = status
        self.body = body[:LONGEST_QUOTATION]
        self.headers = headers


class HandshakeInvalidError(ConnectError):
    """What listens there does not answer as a WebSocket server does."""

    code = "handshake_invalid"

    def __init__(self, where: str, why: str) -> None:
        """Name the address without its query."""
        super().__init__(f"{where} did not answer as a WebSocket server does: {why}")
        self.where = where


class DialectRefusedError(HandshakeInvalidError):
    """The server doesn't speak the dialect of `subprotocol`; it is not asked again."""

    code = "dialect_refused"

    def __init__(self, where: str, subprotocol: str | None) -> None:
        """Keep what was asked for."""
        super().__init__(where, f"it does not speak {subprotocol}")
        self.subprotocol = subprotocol


class OpenTimeoutError(ConnectError):
    """The server took longer than `seconds` to be ready."""

    code = "timeout"

    def __init__(self, where: str, seconds: float) -> None:
        """Name the address without its query."""
        super().__init__(f"{where} was not ready within {seconds:g} s")
        self.where = where
        self.seconds = seconds


class LoginError(TidewireError):
    """The client could not log in."""

    code = "login_failed"


_BAD_TOKEN = frozenset({"authentication_failed", "authentication_required", "forbidden"})


class TokenRefusedError(LoginError):
    """The server refused a token, or wants one; `status` and `body` are the handshake's, None where a frame said so.

    `code` is `authentication_failed`, `forbidden` for another user's, `authentication_required` where there was none;
    `unavailable` where it can't be checked now, `rate_limited` where the user has too many connections.
    """

    code = "authentication_failed"

    def __init__(self, message: str, *, code: str | None = None, status: int | None = None, body: str = "") -> None:
        """Keep what the server said."""
        super().__init__(message, code=code)
        self.status = status
        self.body = body[:LONGEST_QUOTATION]

    @property
    def is_passing(self) -> bool:
        """Whether the token may be good: it was refused for something else, which may pass."""
        return self.code not in _BAD_TOKEN


class TokenUnavailableError(LoginError):
    """The function that gives tokens raised, took too long, was cancelled, or gave what is no token."""

    code = "token_unavailable"

    def __init__(self, cause: BaseException) -> None:
        """Keep what it raised; its text isn't quoted, for it may hold a secret."""
        super().__init__(f"The function that gives tokens failed: {type(cause).__name__}")
        self.cause = cause


class LoginTimeoutError(LoginError):
    """The server did not answer a login on a live connection within `seconds`."""

    code = "timeout"

    def __init__(self, seconds: float) -> None:
        """Tell how long it had."""
        super().__init__(f"The server did not answer the login within {seconds:g} s")
        self.seconds = seconds


class ConnectionClosedError(TidewireError):
    """The connection was closed with `close_code` and `reason`; 1006 where no close frame came."""

    code = "connection_closed"

    def __init__(self, close_code: int, reason: str = "") -> None:
        """Keep the close frame's content."""
        super().__init__(f"The connection was closed: {close_code} {reason}".rstrip())
        self.close_code = close_code
        self.reason = reason


class ConnectionLostError(ConnectionClosedError):
    """The other end fell silent, and the client left; `close_code` is 1006."""

    code = "timeout"

    def __init__(self, reason: str) -> None:
        """Tell what was waited for."""
        super().__init__(1006, reason)


class ProtocolBrokenError(ConnectionClosedError):
    """The server broke the rules of WebSocket, and the client left; `reason` tells which."""

    code = "protocol_broken"

    def __init__(self, reason: str) -> None:
        """Tell what it did."""
        super().__init__(1006, reason)


class GaveUpError(TidewireError):
    """After `attempts` to reconnect the client stopped; `cause` is what the last one failed by."""

    code = "GAVE_UP"

    def __init__(self, attempts: int, cause: TidewireError) -> None:
        """Keep the cause, with its sentence."""
        super().__init__(f"Gave up after {attempts} attempts to reconnect: {cause.message}")
        self.attempts = attempts
        self.cause = cause
