"""Frames that no client should stumble over: broken ones, odd ones, and ones of a kind that nobody knows.

Pure, and all chance is one generator's. A bad frame is made from the true one before it, so that it looks as real as
it can, and says nothing that is credible and untrue. Text frames are valid UTF-8: anything else breaks a connection.
"""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

import msgspec

from streaming.simulator.streams import wire

_SHARE = 0.25
"""How many of the true events are followed by a bad frame."""
_DEPTH = 20_000
_IMPOSSIBLE_NUMBERS = ("NaN", "Infinity", "-Infinity", "1e400", "9" * 400, "", "1,5", "0x10")
_WRONG_TYPES: tuple[object, ...] = (None, True, [], {}, [[]], {"a": 1}, "x")
_ODD_ARRAYS: tuple[object, ...] = (
    [],
    [None],
    [1, "two", 3.5, None, True],
    [[], [[]]],
    [{}],
    [{"e": "24hrMiniTicker"}],
    [{"e": "24hrMiniTicker", "s": 5, "c": {}}],
)
_ODD_VALUES: tuple[object, ...] = (None, True, 0, -1, 1e300, "", "ping", {})
_NOT_JSON = (b"", b"hello", b"{", b"}{", b"{'e':'trade'}", b"<html>502 Bad Gateway</html>", b'{"e":}', b"\x00")


class Frame(NamedTuple):
    """A frame to send, as text or as binary."""

    body: bytes
    binary: bool = False


Make = Callable[[Random, str, dict[str, object]], bytes]
"""Makes a payload from chance, the stream's name and the true payload."""


class Malformer:
    """Decides after each true event whether a bad frame follows, and makes it."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def next(self, stream: str, payload: bytes, *, combined: bool) -> Frame | None:
        """Return the frame that follows a true event of `payload` (not wrapped), None where none does."""
        if self._chance.random() >= _SHARE:
            return None
        return self.frame(self._chance.randrange(KINDS), stream, payload, combined=combined)

    def frame(self, kind: int, stream: str, payload: bytes, *, combined: bool) -> Frame:
        """Return a bad frame of one of the `KINDS`, which are numbered from 0."""
        whole = wire.wrapped(stream, payload) if combined else payload
        if kind < len(_WHOLE_FRAMES):
            return _WHOLE_FRAMES[kind](self._chance, whole)
        decoded = msgspec.json.decode(payload)
        true = decoded if isinstance(decoded, dict) else {"e": "24hrMiniTicker", "rows": decoded}
        bad = _PAYLOADS[kind - len(_WHOLE_FRAMES)](self._chance, stream, true)
        return Frame(wire.wrapped(stream, bad) if combined else bad)


def _not_json(chance: Random, _whole: bytes) -> Frame:
    return Frame(chance.choice(_NOT_JSON))


def _truncated(chance: Random, whole: bytes) -> Frame:
    text = whole.decode()
    return Frame(text[: chance.randrange(1, len(text))].encode())


def _binary(chance: Random, whole: bytes) -> Frame:
    return Frame(chance.choice((chance.randbytes(40), b"\xff" + whole, b"")), binary=True)


def _deeply_nested(chance: Random, _whole: bytes) -> Frame:
    begin, end = chance.choice(((b"[", b"]"), (b'{"data":', b"}")))
    return Frame(begin * _DEPTH + b"1" + end * _DEPTH)


def _odd_array(chance: Random, _whole: bytes) -> Frame:
    return Frame(wire.encode(chance.choice(_ODD_ARRAYS)))


def _odd_value(chance: Random, _whole: bytes) -> Frame:
    return Frame(wire.encode(chance.choice(_ODD_VALUES)))


def _unknown_stream(chance: Random, _whole: bytes) -> Frame:
    name = chance.choice(("nosuch@stream", "", "@", "!", "btcusdt@kline_7m", "btcusdt@"))
    return Frame(wire.encode({"stream": name, "data": {"e": "something", "E": 1}}))


def _wrong_types(chance: Random, _stream: str, true: dict[str, object]) -> bytes:
    wrong = chance.choice(_WRONG_TYPES)
    return wire.encode({key: value if key == "e" else wrong for key, value in true.items()})


def _impossible_numbers(chance: Random, _stream: str, true: dict[str, object]) -> bytes:
    return wire.encode({key: value if key == "e" else _impossible(chance, value) for key, value in true.items()})


def _impossible(chance: Random, value: object) -> object:
    """Put impossible numbers where there are texts of numbers, however deep."""
    match value:
        case dict():
            return {key: _impossible(chance, inner) for key, inner in value.items()}
        case list():
            return [_impossible(chance, inner) for inner in value]
        case str() if value.replace(".", "").replace("-", "").isdigit():
            return chance.choice(_IMPOSSIBLE_NUMBERS)
        case _:
            return value


def _unknown_event(chance: Random, _stream: str, true: dict[str, object]) -> bytes:
    return wire.encode({**true, "e": chance.choice(("newThing", "", 7, None))})


def _missing_fields(chance: Random, _stream: str, true: dict[str, object]) -> bytes:
    kept = chance.choice(("e", "E", "s"))
    return wire.encode({key: value for key, value in true.items() if key == kept})


_WHOLE_FRAMES: tuple[Callable[[Random, bytes], Frame], ...] = (
    _not_json,
    _truncated,
    _binary,
    _deeply_nested,
    _odd_array,
    _odd_value,
    _unknown_stream,
)
_PAYLOADS: tuple[Make, ...] = (_wrong_types, _impossible_numbers, _unknown_event, _missing_fields)
KINDS = len(_WHOLE_FRAMES) + len(_PAYLOADS)
"""How many kinds of bad frames there are."""
