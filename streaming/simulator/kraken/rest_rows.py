"""What Kraken's REST answers of a pair, as JSON: prices and sizes are texts, some with digits cut. Pure."""

from collections.abc import Iterable

from streaming.simulator.candles.candles import DAY, SECOND, Candle
from streaming.simulator.following.book import LevelRow
from streaming.simulator.following.market import PairMarket
from streaming.simulator.following.pairs import Pair, with_decimals
from streaming.simulator.kraken import listing
from streaming.simulator.market.matching import Trade

_PRICE_DECIMALS, _SIZE_DECIMALS = 5, 3
_NANOSECONDS = 1_000_000  # in a millisecond
_FEES = [[0, 0.4], [10_000, 0.35], [50_000, 0.24]]
_MAKER_FEES = [[0, 0.25], [10_000, 0.2], [50_000, 0.14]]


def pair_row(pair: Pair, status: str) -> dict[str, object]:
    """Return a row of `AssetPairs`."""
    return {
        "altname": listing.alternative_name(pair),
        "wsname": listing.old_name(pair),
        "aclass_base": "currency",
        "base": listing.asset_name(pair.base),
        "aclass_quote": "currency",
        "quote": listing.asset_name(pair.quote),
        "lot": "unit",
        "cost_decimals": 5,
        "pair_decimals": pair.price_decimals,
        "lot_decimals": 8,
        "lot_multiplier": 1,
        "leverage_buy": [],
        "leverage_sell": [],
        "fees": _FEES,
        "fees_maker": _MAKER_FEES,
        "fee_volume_currency": "ZUSD",
        "margin_call": 80,
        "margin_stop": 40,
        "ordermin": pair.quantity_text(listing.least_quantity(pair)),
        "costmin": "0.5",
        "tick_size": pair.tick_text,
        "status": status,
        "execution_venue": "international",
        "long_position_limit": 0,
        "short_position_limit": 0,
    }


def candle_row(pair: Pair, candle: Candle) -> list[object]:
    """Return a row of `OHLC`; its average price is `0.0` where nothing was traded."""
    price = pair.price_text
    average = price(pair.average(candle.quote_volume, candle.volume)) if candle.trades else "0.0"
    prices = [price(candle.open), price(candle.high), price(candle.low), price(candle.close), average]
    return [candle.open_time // SECOND, *prices, pair.quantity_text(candle.volume), candle.trades]


def trade_row(pair: Pair, trade: Trade) -> str:
    """Return a row of `Trades`; its time is a JSON number in seconds with seven decimals."""
    time = f"{trade.time // SECOND}.{trade.time % SECOND:03d}0000"
    side, kind = "s" if trade.buyer_is_maker else "b", "l" if trade.taker_order_id % 3 else "m"
    return (
        f'["{_price(pair, trade.price)}","{pair.quantity_text(trade.quantity)}",{time},'
        f'"{side}","{kind}","",{trade.trade_id}]'
    )


def nanoseconds_of(trade: Trade) -> int:
    """Return a trade's time as `last` and `since` have it."""
    return trade.time * _NANOSECONDS


def level_rows(pair: Pair, levels: Iterable[LevelRow], time: int) -> list[list[object]]:
    """Return rows of `Depth`: sizes are cut to three decimals."""
    return [
        [_price(pair, price), with_decimals(size * pair.source.step, _SIZE_DECIMALS), time // SECOND]
        for price, size in levels
    ]


def ticker_row(market: PairMarket, time: int) -> dict[str, object]:
    """Return a row of `Ticker`: of today (UTC) and of the last 24 hours."""
    pair, candles = market.pair, market.candles
    both = (candles.row(time // DAY * DAY, DAY), candles.window(DAY))
    best_ask, best_bid = market.book.asks.best(1), market.book.bids.best(1)
    last = market.trades[-1].quantity if market.trades else 0
    return {
        "a": _best(pair, best_ask),
        "b": _best(pair, best_bid),
        "c": [_price(pair, candles.last_price), pair.quantity_text(last)],
        "v": [pair.quantity_text(one.volume) for one in both],
        "p": [_price(pair, pair.average(one.quote_volume, one.volume)) for one in both],
        "t": [one.trades for one in both],
        "l": [_price(pair, one.low) for one in both],
        "h": [_price(pair, one.high) for one in both],
        "o": _price(pair, both[0].open),
    }


def _best(pair: Pair, level: list[LevelRow]) -> list[str]:
    price, size = level[0] if level else (0, 0)
    units = size * pair.source.step
    return [_price(pair, price), with_decimals(units, 0), with_decimals(units, _SIZE_DECIMALS)]


def _price(pair: Pair, ticks: int) -> str:
    return with_decimals(ticks * pair.tick, max(_PRICE_DECIMALS, pair.price_decimals))
