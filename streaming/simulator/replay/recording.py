"""A recorded session of an exchange, read from its file, and the order and pace in which it is played again. Pure.

The file has a line of JSON for each thing that came, in order of arrival. The first is `{"meta":true,"url":…}`, the
address that was listened to; the others are `{"ts","kind","url"?,"raw"}`: `ts` in seconds, `raw` the frame as received,
or, where there is a `url`, the depth snapshot that REST gave there.
"""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
from msgspec import UNSET, UnsetType

from streaming.simulator.streams import wire

_DEPTH_PATH = "/api/v3/depth"
_DEFAULT_DEPTH = "100"
SHUTDOWN_STREAM = "!serverShutdown"
"""What is recorded under this name goes to everybody; nobody subscribes to it."""


class RecordingError(Exception):
    """A file that can't be replayed: a sentence says where and why."""


class RecordedFrame(msgspec.Struct, frozen=True, kw_only=True):
    """A frame of `stream`, `after` seconds from the first: its bytes on combined connections, and on raw ones."""

    after: float
    stream: str
    combined: bytes
    plain: bytes


class RecordedSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a REST request for `limit` levels of the book of `symbol`; `position` frames came before it."""

    symbol: str
    limit: int
    position: int
    body: bytes


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A session: the streams that were listened to, the frames, and the snapshots, each in order of arrival."""

    streams: frozenset[str]
    frames: tuple[RecordedFrame, ...]
    snapshots: tuple[RecordedSnapshot, ...]

    def symbols(self) -> list[str]:
        """Return the symbols of its streams, in upper case, sorted."""
        names = {stream.partition("@")[0].upper() for stream in self.streams if not stream.startswith("!")}
        return sorted(names)

    def snapshot(self, symbol: str, limit: int, position: int) -> RecordedSnapshot | None:
        """Return the last snapshot that came before the frame at `position`, or else the first of all."""
        matching = [each for each in self.snapshots if (each.symbol, each.limit) == (symbol, limit)]
        earlier = [each for each in matching if each.position <= position]
        return earlier[-1] if earlier else next(iter(matching), None)


class Playback:
    """One playing of a recording, `speed` times as fast as it came; begun at `now`, in seconds of a steady clock."""

    def __init__(self, recording: Recording, speed: float, now: float) -> None:
        if not speed > 0:
            raise ValueError(f"speed must be more than zero: {speed}")
        self.position = 0
        """How many frames were taken."""
        self._recording = recording
        self._speed = speed
        self._began = now

    @property
    def is_over(self) -> bool:
        """Whether all frames were taken."""
        return self.position == len(self._recording.frames)

    def take(self, now: float) -> RecordedFrame | None:
        """Return the next frame if it is due, and go on to the one after it."""
        if self.is_over:
            return None
        frame = self._recording.frames[self.position]
        if frame.after / self._speed > now - self._began:
            return None
        self.position += 1
        return frame


class _Line(msgspec.Struct, frozen=True):
    ts: float
    kind: str
    raw: str
    url: str | None = None


class _Meta(msgspec.Struct, frozen=True):
    meta: bool
    url: str


class _Envelope(msgspec.Struct, frozen=True):
    """A frame: an event in the envelope of combined streams, or the answer to a control message."""

    stream: str | UnsetType = UNSET
    data: msgspec.Raw | UnsetType = UNSET
    event_type: str | UnsetType = msgspec.field(name="e", default=UNSET)
    result: msgspec.Raw | UnsetType = UNSET
    error: msgspec.Raw | UnsetType = UNSET


def load_recording(path: Path) -> Recording:
    """Return the session in a file; raise RecordingError where it can't be read or isn't one."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise RecordingError(f"Can't read the recording {path}: {error.strerror or error}.") from error
    return _Reader(str(path)).read(lines)


class _Reader:
    """Reads the lines of a file."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._number = 0
        self._streams: list[str] = []
        self._first: float | None = None
        self._frames: list[RecordedFrame] = []
        self._snapshots: list[RecordedSnapshot] = []

    def read(self, lines: list[bytes]) -> Recording:
        """Return the session."""
        self._read_meta(lines[0] if lines else b"")
        for self._number, line in enumerate(lines[1:], start=2):
            if line.strip():
                self._read_line(line)
        if not self._frames:
            raise RecordingError(f"The recording {self._name} holds no frame.")
        streams = {*self._streams, *(frame.stream for frame in self._frames)} - {SHUTDOWN_STREAM}
        return Recording(streams=frozenset(streams), frames=tuple(self._frames), snapshots=tuple(self._snapshots))

    def _read_meta(self, line: bytes) -> None:
        try:
            meta = msgspec.json.decode(line, type=_Meta)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RecordingError(
                f'{self._name} is no recording: its first line is not {{"meta":true,"url":…}}.'
            ) from error
        target = urlsplit(meta.url)
        listed = parse_qs(target.query).get("streams", [""])[0] or unquote(target.path).partition("/ws/")[2]
        self._streams = [name for name in listed.split("/") if name]

    def _read_line(self, line: bytes) -> None:
        try:
            entry = msgspec.json.decode(line, type=_Line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._error(f'expected {{"ts","kind","url"?,"raw"}}: {error}') from error
        self._first = entry.ts if self._first is None else self._first
        if entry.url is not None:
            self._snapshots.append(self._snapshot(entry.url, entry.raw))
        elif frame := self._frame(entry, entry.raw.encode()):
            self._frames.append(frame)

    def _snapshot(self, url: str, raw: str) -> RecordedSnapshot:
        target = urlsplit(url)
        parameters = dict(parse_qs(target.query))
        symbol, limit = parameters.get("symbol", [""])[0], parameters.get("limit", [_DEFAULT_DEPTH])[0]
        if target.path != _DEPTH_PATH or not symbol or not limit.isdecimal():
            raise self._error(f"only depth snapshots ({_DEPTH_PATH}?symbol=…) can be replayed, not {url}")
        return RecordedSnapshot(symbol=symbol, limit=int(limit), position=len(self._frames), body=raw.encode())

    def _frame(self, entry: _Line, raw: bytes) -> RecordedFrame | None:
        """Return a frame; None for an answer, which was meant for who recorded it."""
        after = entry.ts - (self._first or 0.0)
        try:
            envelope = msgspec.json.decode(raw, type=_Envelope)
        except msgspec.DecodeError:
            envelope = _Envelope()
        if envelope.stream is not UNSET and envelope.data is not UNSET:
            return RecordedFrame(after=after, stream=envelope.stream, combined=raw, plain=bytes(envelope.data))
        if envelope.result is not UNSET or envelope.error is not UNSET:
            return None
        stream = SHUTDOWN_STREAM if envelope.event_type == "serverShutdown" else self._only_stream()
        return RecordedFrame(after=after, stream=stream, combined=wire.wrapped(stream, raw), plain=raw)

    def _only_stream(self) -> str:
        """Return the stream of a frame that names none: that of the address, if it is only one."""
        if len(self._streams) != 1:
            raise self._error("the frame names no stream, and the recording's address doesn't name exactly one")
        return self._streams[0]

    def _error(self, what: str) -> RecordingError:
        return RecordingError(f"{self._name}, line {self._number}: {what}.")
