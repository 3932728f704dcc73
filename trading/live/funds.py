"""Whether the money of a grid or a strategy is free in its account, and the one sentence that says it isn't. Pure."""

from trading.engine.amounts import decimal_of


def missing_money(what: str, needed: int, free: int, quote: str, *, more: str = "") -> str | None:
    """Return the one sentence that says that less is free than a grid or strategy (`what`) needs; None where there is.

    Both are amounts of `quote`. It reads as `The grid needs 100 USDT more, and 20 USDT are free`.
    """
    if needed <= free:
        return None
    wanted, there = (format(decimal_of(amount), "f") for amount in (needed, free))
    return f"The {what} needs {wanted} {quote}{more}, and {there} {quote} are free"
