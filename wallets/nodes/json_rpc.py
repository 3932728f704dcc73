"""JSON-RPC 2.0 as nodes speak it (https://www.jsonrpc.org/specification): calls written, answers read. Pure.

Several calls travel as one batch. An answer counts only whole: where one is missing, comes twice or belongs to another
call, all of it is an `InconsistentNodeError`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from wallets.errors import InconsistentNodeError
from wallets.nodes.errors import NodeRefusedError

_LONGEST_MESSAGE = 200
_NO_ANSWER = "the node's answer is no JSON-RPC"


class Call(NamedTuple):
    """A method with its parameters, in their order."""

    method: str
    parameters: tuple[Any, ...] = ()


class Notification(msgspec.Struct, frozen=True):
    """What a node tells by itself of a subscription."""

    subscription: str
    result: Any


class Response(msgspec.Struct, frozen=True):
    """The answer to the call of that number (None: the node could not tell which): a result, or an error."""

    number: int | None
    result: Any = None
    error: "ResponseError | None" = None


class ResponseError(msgspec.Struct, frozen=True):
    """An error that a node answers."""

    message: str = ""
    code: int = 0


class _Params(msgspec.Struct):
    subscription: str
    result: Any = None


class _Message(msgspec.Struct):
    id: Any = None
    result: Any = msgspec.UNSET
    error: ResponseError | None = None
    method: str = ""
    params: Any = None


_one = msgspec.json.Decoder(_Message)
_many = msgspec.json.Decoder(list[_Message])
_encoder = msgspec.json.Encoder()


def request_text(calls: Sequence[Call], first: int) -> bytes:
    """Return the text that asks all of `calls`, numbered from `first`: one call by itself, several as a batch."""
    requests = [
        {"jsonrpc": "2.0", "id": number, "method": call.method, "params": call.parameters}
        for number, call in enumerate(calls, first)
    ]
    return _encoder.encode(requests[0] if len(requests) == 1 else requests)


def read_message(text: bytes | str) -> Notification | list[Response]:
    """Return what a node has sent: a notification, or the answers to one request; raise `InconsistentNodeError`."""
    try:
        if text[:64].lstrip()[:1] in (b"[", "["):
            return [_response(message) for message in _many.decode(text)]
        message = _one.decode(text)
        if message.method == "eth_subscription":
            told = msgspec.convert(message.params, _Params)
            return Notification(told.subscription, told.result)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise InconsistentNodeError(f"{_NO_ANSWER}: {error}") from None
    return [_response(message)]


def outcomes_of(calls: Sequence[Call], first: int, responses: Sequence[Response]) -> list[Any]:
    """Return what `calls`, numbered from `first`, were answered: a result, or a `NodeRefusedError` in its place.

    Raise a `NodeRefusedError` where the node refuses the whole request, `InconsistentNodeError` for half an answer.
    """
    refusal = next((one.error for one in responses if one.number is None and one.error is not None), None)
    if refusal is not None:
        raise _refused(calls[0], refusal)
    by_number = {one.number: one for one in responses}
    wanted = range(first, first + len(calls))
    if len(responses) != len(calls) or by_number.keys() != set(wanted):
        raise InconsistentNodeError(f"the node answered {len(responses)} of {len(calls)} calls, or other ones")
    return [_outcome(call, by_number[number]) for call, number in zip(calls, wanted, strict=True)]


def _response(message: _Message) -> Response:
    number = message.id if isinstance(message.id, int) else None
    if message.error is not None:
        return Response(number, error=message.error)
    if message.result is msgspec.UNSET or number is None:
        raise InconsistentNodeError(f"{_NO_ANSWER}: it has no result, no error, or no number of a call")
    return Response(number, result=message.result)


def _outcome(call: Call, response: Response) -> Any:
    return response.result if response.error is None else _refused(call, response.error)


def _refused(call: Call, error: ResponseError) -> NodeRefusedError:
    return NodeRefusedError(call.method, error.code, error.message[:_LONGEST_MESSAGE])
