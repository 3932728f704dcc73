"""Lengths of time as people say them. Pure."""

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def in_words(milliseconds: int) -> str:
    """Return a length of time in its one or two largest units: `850 ms`, `12 s`, `2 min 5 s`, `3 h 20 min`, `2 d 4 h`.

    A negative one, where two clocks differ, counts as nothing.
    """
    milliseconds = max(0, milliseconds)
    seconds = milliseconds // 1000
    if seconds == 0:
        return f"{milliseconds} ms"
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return _pair(seconds, _MINUTE, "min", 1, "s")
    if seconds < _DAY:
        return _pair(seconds, _HOUR, "h", _MINUTE, "min")
    return _pair(seconds, _DAY, "d", _HOUR, "h")


def _pair(seconds: int, large: int, large_unit: str, small: int, small_unit: str) -> str:
    many, rest = divmod(seconds, large)
    few = rest // small
    return f"{many} {large_unit} {few} {small_unit}" if few else f"{many} {large_unit}"
