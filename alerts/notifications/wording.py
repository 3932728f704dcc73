"""The texts of notifications, cut to what their columns hold. Pure."""

_LONGEST_TITLE = 200
_LONGEST_BODY = 2000
_CUT = "…"


def title_of(title: str, count: int = 1) -> str:
    """Return a title, which tells where something has happened more than once.

    >>> title_of("BTC is up"), title_of("BTC is up", 7)
    ('BTC is up', 'BTC is up (7 times)')
    """
    suffix = f" ({count} times)" if count > 1 else ""
    return _cut(title, _LONGEST_TITLE - len(suffix)) + suffix


def body_of(body: str) -> str:
    """Return a body."""
    return _cut(body, _LONGEST_BODY)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - len(_CUT)] + _CUT
