"""What Coinbase's feed sends. Numbers are texts: padded in books, trimmed elsewhere. Pure."""

from uuid import NAMESPACE_OID, uuid5

import msgspec

from streaming.simulator.candles.candles import DAY
from streaming.simulator.following.book import LevelRow
from streaming.simulator.following.market import PairMarket
from streaming.simulator.following.pairs import Pair
from streaming.simulator.following.times import time_text
from streaming.simulator.market.matching import Trade
from streaming.simulator.market.order_book import Side

_SEQUENCE_STEP = 100
_JITTER = 50
MONTH = 30 * DAY

Row = dict[str, object]


def encode(row: object) -> bytes:
    """Return the JSON of a frame."""
    return msgspec.json.encode(row)


def product_of(pair: Pair) -> str:
    """Return the id of a product."""
    return f"{pair.base}-{pair.quote}"


def trimmed(number: str) -> str:
    """Return a number without zeros at its end.

    >>> trimmed("82283.00"), trimmed("0.20000000"), trimmed("100")
    ('82283', '0.2', '100')
    """
    return number.rstrip("0").removesuffix(".") if "." in number else number


def sequence_of(trade_id: int) -> int:
    """Return the number of a trade in the full feed, of which the other channels see a part: it jumps by 51 to 149."""
    return trade_id * _SEQUENCE_STEP + trade_id * 37 % _JITTER


def sequence_after(trade_id: int) -> int:
    """Return a number of the full feed between that of a trade and that of the next."""
    return trade_id * _SEQUENCE_STEP + _SEQUENCE_STEP - 1


def match(pair: Pair, trade: Trade, kind: str = "match") -> Row:
    """Return a trade; its side is the maker's."""
    return {
        "type": kind,
        "trade_id": trade.trade_id,
        "maker_order_id": _order_id(pair, "maker", trade.trade_id),
        "taker_order_id": _order_id(pair, "taker", trade.taker_order_id),
        "side": "buy" if trade.buyer_is_maker else "sell",
        "size": trimmed(pair.quantity_text(trade.quantity)),
        "price": trimmed(pair.price_text(trade.price)),
        "product_id": product_of(pair),
        "sequence": sequence_of(trade.trade_id),
        "time": time_text(trade.time),
    }


def _order_id(pair: Pair, role: str, number: int) -> str:
    return str(uuid5(NAMESPACE_OID, f"{product_of(pair)}/{role}/{number}"))


def ticker(market: PairMarket, trade: Trade) -> Row:
    """Return the 24 hours after a trade, with the best prices; its side is the taker's."""
    pair, day = market.pair, market.candles.window(DAY)
    bid, ask = _best(market.book.bids.best(1)), _best(market.book.asks.best(1))
    return {
        "type": "ticker",
        "sequence": sequence_of(trade.trade_id),
        "product_id": product_of(pair),
        "price": trimmed(pair.price_text(trade.price)),
        "open_24h": trimmed(pair.price_text(day.open)),
        "volume_24h": pair.quantity_text(day.volume),
        "low_24h": trimmed(pair.price_text(day.low)),
        "high_24h": trimmed(pair.price_text(day.high)),
        "volume_30d": pair.quantity_text(market.candles.window(MONTH).volume),
        "best_bid": pair.price_text(bid[0]),
        "best_bid_size": pair.quantity_text(bid[1]),
        "best_ask": pair.price_text(ask[0]),
        "best_ask_size": pair.quantity_text(ask[1]),
        "side": "sell" if trade.buyer_is_maker else "buy",
        "time": time_text(trade.time),
        "trade_id": trade.trade_id,
        "last_size": trimmed(pair.quantity_text(trade.quantity)),
    }


def _best(levels: list[LevelRow]) -> LevelRow:
    return levels[0] if levels else (0, 0)


def snapshot(market: PairMarket, time: int, deep_levels: int) -> Row:
    """Return the whole book, best levels first, with `deep_levels` on each side that are far from all others."""
    pair = market.pair
    asks, bids = market.book.asks.best(), market.book.bids.best()
    if deep_levels and asks and bids:
        asks = asks + [(2 * asks[-1][0] + rank, 1) for rank in range(deep_levels)]
        bids = bids + [(price, 1) for rank in range(deep_levels) if (price := bids[-1][0] // 2 - rank) > 0]
    return {
        "type": "snapshot",
        "product_id": product_of(pair),
        "asks": [level(pair, one) for one in asks],
        "bids": [level(pair, one) for one in bids],
        "time": time_text(time),
    }


def level(pair: Pair, row: LevelRow) -> tuple[str, str]:
    """Return a level of a book, padded."""
    return pair.price_text(row[0]), pair.quantity_text(row[1])


def update(pair: Pair, changes: list[tuple[Side, LevelRow]], time: int) -> Row:
    """Return levels that changed; a size of zero removes one."""
    return {
        "type": "l2update",
        "product_id": product_of(pair),
        "changes": [(side.value, *level(pair, row)) for side, row in changes],
        "time": time_text(time),
    }


def heartbeat(market: PairMarket, time: int) -> Row:
    """Return the sign of life of a product, with its last trade; 0 where it never traded."""
    last = market.trades[-1].trade_id if market.trades else 0
    return {
        "type": "heartbeat",
        "last_trade_id": last,
        "product_id": product_of(market.pair),
        "sequence": sequence_after(last),
        "time": time_text(time),
    }


def product(pair: Pair) -> Row:
    """Return a product that is listed."""
    return {
        "id": product_of(pair),
        "base_currency": pair.base,
        "quote_currency": pair.quote,
        "quote_increment": pair.tick_text,
        "base_increment": pair.quantity_text(1),
        "display_name": product_of(pair),
        "min_market_funds": "1",
        "margin_enabled": False,
        "post_only": False,
        "limit_only": False,
        "cancel_only": False,
        "status": "online",
        "status_message": "",
        "trading_disabled": False,
        "fx_stablecoin": False,
        "max_slippage_percentage": "0.02000000",
        "auction_mode": False,
        "high_bid_limit_percentage": "",
    }


def status(pairs: list[Pair]) -> Row:
    """Return all products and currencies."""
    currencies = dict.fromkeys(asset for pair in pairs for asset in (pair.base, pair.quote))
    return {
        "type": "status",
        "currencies": [{"id": asset, "name": asset, "status": "online", "status_message": ""} for asset in currencies],
        "products": [{**product(pair), "type": "spot"} for pair in pairs],
    }
