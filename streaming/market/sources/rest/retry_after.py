"""Reading how long the exchange asks to wait. Pure."""

LONGEST_WAIT_SECONDS = 3 * 24 * 60 * 60.0
"""The longest that the exchange bans anyone."""


def retry_after_seconds(header: str | None, *, otherwise: float) -> float:
    """Return the seconds of a Retry-After header; `otherwise` where there is none or it holds a date."""
    text = (header or "").strip()
    if not (text.isascii() and text.isdecimal()):
        return otherwise
    return min(float(text), LONGEST_WAIT_SECONDS)
