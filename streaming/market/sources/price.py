"""The price that is told beside a ticker. Pure."""

from streaming.events import Price, Ticker


def price_of(ticker: Ticker) -> Price:
    """Return the last price, with the change and the bounds of its 24 hours."""
    return Price(
        symbol=ticker.symbol,
        time=ticker.time,
        source=ticker.source,
        price=ticker.price,
        change=ticker.change,
        change_percent=ticker.change_percent,
        high=ticker.high,
        low=ticker.low,
        volume=ticker.volume,
    )
