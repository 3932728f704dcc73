"""Why a grid or a strategy is in its state, in words: of a code, and of what was written beside it. Pure."""

from collections.abc import Mapping

_WORDS: Mapping[str, str] = {
    "user": "By hand",
    "kill_switch": "By the kill switch",
    "exchange_down": "The exchange is away; it goes on by itself once prices are back",
    "missing_candles": "Candles are missing; it goes on by itself once they are there",
    "stop_loss": "The stop loss was reached",
    "take_profit": "The take profit was reached",
}
_BETWEEN = "; "


def reason_text(reason: str) -> str:
    """Return a sentence; empty where there is no reason. What is no code is words already.

    >>> reason_text("kill_switch"), reason_text("stop_loss; what is held could not be sold: too small")
    ('By the kill switch.', 'The stop loss was reached; what is held could not be sold: too small.')
    """
    code, between, rest = reason.partition(_BETWEEN)
    words = f"{_WORDS.get(code, code)}{between}{rest}"
    return words and f"{words.rstrip('.')}."
