"""A text from a client, and the text that answers it: one request or a batch, each with a result or an error."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from wallets.simulator.rpc.errors import RpcError, invalid_parameters, invalid_request, parse_error

MOST_IN_A_BATCH = 1000
"""As geth's default (`--rpc.batch-request-limit`)."""
Answer = Callable[[str, list[Any]], Any]
"""Returns the result of a method with its parameters, or raises `RpcError`."""

_NULL = msgspec.Raw(b"null")
_IDS_BEGIN_WITH = b'"-0123456789n'


class _Request(msgspec.Struct):
    jsonrpc: Literal["2.0"]
    method: str
    params: Any = None
    id: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_ANY = msgspec.json.Decoder(msgspec.Raw)
_BATCH = msgspec.json.Decoder(list[msgspec.Raw])
_REQUEST = msgspec.json.Decoder(_Request)


def answered(text: str | bytes, answer: Answer) -> bytes | None:
    """Return the text that answers a request or a batch; None where nothing in it wants an answer."""
    try:
        is_batch = bytes(_ANY.decode(text)).lstrip().startswith(b"[")
        requests = _BATCH.decode(text) if is_batch else [msgspec.Raw(text)]
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return _encoded(_error(_NULL, parse_error()))
    if not requests:
        return _encoded(_error(_NULL, invalid_request("empty batch")))
    if len(requests) > MOST_IN_A_BATCH:
        return _encoded([_error(_NULL, invalid_request("batch too large"))])
    answers = [told for each in requests if (told := _answered_one(each, answer)) is not None]
    if not answers:
        return None
    return _encoded(answers if is_batch else answers[0])


def _answered_one(text: msgspec.Raw, answer: Answer) -> dict[str, Any] | None:
    """Return the answer to one request, None to a notification, which is a request without an id."""
    try:
        request = _REQUEST.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return _error(_NULL, invalid_request())
    if isinstance(request.id, msgspec.UnsetType):
        _result(request, answer, _NULL)
        return None
    if bytes(request.id)[:1] not in _IDS_BEGIN_WITH:
        return _error(_NULL, invalid_request())
    return _result(request, answer, request.id)


def _result(request: _Request, answer: Answer, number: msgspec.Raw) -> dict[str, Any]:
    given = [] if request.params is None else request.params
    if not isinstance(given, list):
        return _error(number, invalid_parameters("non-array args"))
    try:
        return {"jsonrpc": "2.0", "id": number, "result": answer(request.method, given)}
    except RpcError as error:
        return _error(number, error)


def _error(number: msgspec.Raw, error: RpcError) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "error": error.as_json()}


def _encoded(told: object) -> bytes:
    return msgspec.json.encode(told)
