"""What Coinbase's REST answers of a product: trimmed texts, and candles of numbers with the noise of floats. Pure."""

from streaming.simulator.candles.candles import DAY, SECOND, Candle
from streaming.simulator.coinbase.frames import MONTH, Row, sequence_after, trimmed
from streaming.simulator.following.book import LevelRow
from streaming.simulator.following.market import PairMarket
from streaming.simulator.following.pairs import Pair
from streaming.simulator.following.times import time_text
from streaming.simulator.market.matching import Trade

_NOISE = "0000001"
_NOISY = 3  # every third candle, told by its time


def candle(pair: Pair, row: Candle) -> bytes:
    """Return time, LOW, HIGH, open, close and volume, as JSON numbers."""
    price = [trimmed(pair.price_text(ticks)) for ticks in (row.low, row.high, row.open, row.close)]
    padded = pair.quantity_text(row.volume)
    is_noisy = row.first_trade_id % _NOISY == 0
    volume = padded + _NOISE if is_noisy else trimmed(padded)
    return f"[{row.open_time // SECOND},{','.join(price)},{volume}]".encode()


def trade(pair: Pair, made: Trade) -> Row:
    """Return a trade; its side is the maker's."""
    return {
        "trade_id": made.trade_id,
        "side": "buy" if made.buyer_is_maker else "sell",
        "size": pair.quantity_text(made.quantity),
        "price": pair.price_text(made.price),
        "time": time_text(made.time),
    }


def book(market: PairMarket, time: int, levels: int | None) -> Row:
    """Return so many levels of a side, all for None; how many orders stand at a price is always told as one."""
    return {
        "bids": [_level(market.pair, row) for row in market.book.bids.best(levels)],
        "asks": [_level(market.pair, row) for row in market.book.asks.best(levels)],
        "sequence": sequence_after(_last(market)),
        "auction_mode": False,
        "auction": None,
        "time": time_text(time, 9),
    }


def ticker(market: PairMarket) -> Row:
    """Return the last trade with the best prices."""
    pair, last = market.pair, market.trades[-1] if market.trades else None
    asks, bids = market.book.asks.best(1), market.book.bids.best(1)
    return {
        "ask": trimmed(pair.price_text(asks[0][0] if asks else 0)),
        "bid": trimmed(pair.price_text(bids[0][0] if bids else 0)),
        "volume": trimmed(pair.quantity_text(market.candles.window(DAY).volume)),
        "trade_id": _last(market),
        "price": trimmed(pair.price_text(market.candles.last_price)),
        "size": trimmed(pair.quantity_text(last.quantity if last else 0)),
        "time": time_text(last.time if last else 0),
        "rfq_volume": "0",
    }


def stats(market: PairMarket) -> Row:
    """Return the 24 hours, and the volume of 30 days."""
    pair, day = market.pair, market.candles.window(DAY)
    return {
        "open": trimmed(pair.price_text(day.open)),
        "high": trimmed(pair.price_text(day.high)),
        "low": trimmed(pair.price_text(day.low)),
        "last": trimmed(pair.price_text(market.candles.last_price)),
        "volume": trimmed(pair.quantity_text(day.volume)),
        "volume_30day": trimmed(pair.quantity_text(market.candles.window(MONTH).volume)),
    }


def _level(pair: Pair, row: LevelRow) -> tuple[str, str, int]:
    return trimmed(pair.price_text(row[0])), trimmed(pair.quantity_text(row[1])), 1


def _last(market: PairMarket) -> int:
    return market.trades[-1].trade_id if market.trades else 0
