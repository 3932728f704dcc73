"""What a request may be at most, and how one is refused that is more: before the application hears of it. Pure."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec

from streaming.commands.outcome import CommandErrorCode
from streaming.configuration.setting_fields import setting

_CREDENTIALS = (b"token=", b"ticket=", b"authorization:")
_SOCKETS = b"/ws"


class HttpLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Sizes in bytes: of a request's head, its target (path and query) within it, and its body.

    `larger_bodies` are those of single paths. `maximum_bodies_bytes` bounds all bodies that a process holds at a time,
    those of at most `small_body_bytes` and all others by halves (see `body_budgets`). `trusted_proxies` is how many
    proxies of ours tell whose a request is.
    """

    maximum_head_bytes: int = setting("HTTP_MAXIMUM_HEAD_BYTES")
    maximum_headers: int = setting("HTTP_MAXIMUM_HEADERS")
    maximum_target_bytes: int = setting("HTTP_MAXIMUM_TARGET_BYTES")
    maximum_body_bytes: int = setting("HTTP_MAXIMUM_BODY_BYTES")
    larger_bodies: Mapping[str, int] = setting("HTTP_LARGER_BODIES")
    maximum_bodies_bytes: int = setting("HTTP_MAXIMUM_BODIES_BYTES")
    small_body_bytes: int = 65_536
    trusted_proxies: int = setting("TRUSTED_PROXY_COUNT")

    def body_bytes_at(self, target: bytes) -> int:
        """Return how long a body may be that is sent to `target`."""
        path = target.partition(b"?")[0].decode("latin-1")
        return self.larger_bodies.get(path, self.maximum_body_bytes)

    @property
    def largest_body_bytes(self) -> int:
        """How long a body may be at all."""
        return max([self.maximum_body_bytes, *self.larger_bodies.values()])


class Refusal(msgspec.Struct, frozen=True):
    """An answer by the server itself, in the one shape of errors that REST has."""

    status: HTTPStatus
    message: str
    code: CommandErrorCode = CommandErrorCode.VALIDATION_ERROR

    def answer(self) -> bytes:
        """Return the whole answer; the connection ends behind it."""
        return whole_answer(self.status, self.body())

    def body(self) -> bytes:
        """Return the JSON alone."""
        return msgspec.json.encode({"error": {"code": self.code.value, "message": self.message}})


class UnauthenticatedHandshake(Refusal, frozen=True):
    """A token that is there and bad, as one is that nobody can read to its end."""

    def answer(self) -> bytes:
        """Return what an endpoint answers to a bad token."""
        return whole_answer(self.status, b'{"detail":"Authentication failed"}')


NOT_HTTP = Refusal(HTTPStatus.BAD_REQUEST, "This is no valid HTTP request")
TARGET_TOO_LONG = Refusal(HTTPStatus.REQUEST_URI_TOO_LONG, "The request's target is too long")
HEAD_TOO_LARGE = Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request's head is too large")
TOO_MANY_HEADERS = Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request has too many headers")
BODY_TOO_LARGE = Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large")
TOO_MANY_BODIES = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE, "The server holds too many bodies; try again", CommandErrorCode.UNAVAILABLE
)
_BAD_TOKEN = UnauthenticatedHandshake(HTTPStatus.UNAUTHORIZED, "Authentication failed")


def whole_answer(status: HTTPStatus, body: bytes) -> bytes:
    """Return an answer of JSON, behind which the connection ends."""
    head = f"HTTP/1.1 {int(status)} {status.phrase}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


def refusal_of_target(target: bytes) -> Refusal:
    """Return how a target is refused that is too long; a token in one of a handshake is a bad one."""
    return _BAD_TOKEN if target.startswith(_SOCKETS) and _holds_credentials(target) else TARGET_TOO_LONG


def refusal_of_handshake(request: bytes) -> Refusal:
    """Return how a handshake is refused whose lines are too long for the library that reads it."""
    return _BAD_TOKEN if _holds_credentials(request) else HEAD_TOO_LARGE


def _holds_credentials(request: bytes) -> bool:
    return any(name in request.lower() for name in _CREDENTIALS)
