"""What Kraken's feed sends, as JSON. Numbers are written by hand: no JSON library keeps zeros at their end. Pure."""

from collections.abc import Iterable
from itertools import chain
from zlib import crc32

import msgspec

from streaming.simulator.candles.candles import DAY, MINUTE, Candle
from streaming.simulator.following.book import FollowedBook, LevelRow
from streaming.simulator.following.candles import FollowedCandles
from streaming.simulator.following.pairs import Pair, with_decimals
from streaming.simulator.following.times import time_text
from streaming.simulator.kraken.listing import feed_name, least_quantity
from streaming.simulator.market.matching import Trade

_CHECKED_LEVELS = 10
_HUNDREDTHS = 10_000
_NEVER_TRADED = '{"symbol":%s,"bid":0,"bid_qty":0,"ask":0,"ask_qty":0,"timestamp":"1970-01-01T00:00:00.000000Z"}'

HEARTBEAT = b'{"channel":"heartbeat"}'


def text(value: object) -> str:
    """Return the JSON of a value that has no decimals."""
    return msgspec.json.encode(value).decode()


def envelope(channel: str, rows: Iterable[str], *, is_snapshot: bool) -> bytes:
    """Return a frame of a channel with these rows."""
    return f'{{"channel":"{channel}","type":"{_kind(is_snapshot)}","data":[{",".join(rows)}]}}'.encode()


def _kind(is_snapshot: bool) -> str:
    return "snapshot" if is_snapshot else "update"


def status(connection_id: int, system: str) -> bytes:
    """Return how the exchange is."""
    row = {
        "version": "2.0.10",
        "system": system,
        "api_version": "v2",
        "connection_id": connection_id,
        "upcoming_maintenance": [],
        "emergency": [],
    }
    return envelope("status", [text(row)], is_snapshot=False)


def level_row(pair: Pair, level: LevelRow) -> str:
    """Return one level."""
    price, quantity = level
    return f'{{"price":{pair.price_text(price)},"qty":{pair.quantity_text(quantity)}}}'


def book_row(pair: Pair, bids: Iterable[LevelRow], asks: Iterable[LevelRow], checksum: int, time: int) -> str:
    """Return the levels of a book."""
    return (
        f'{{"symbol":{text(feed_name(pair))},"bids":[{",".join(level_row(pair, level) for level in bids)}],'
        f'"asks":[{",".join(level_row(pair, level) for level in asks)}],"checksum":{checksum},'
        f'"timestamp":"{time_text(time)}"}}'
    )


def checksum_of(pair: Pair, book: FollowedBook) -> int:
    """Return the CRC32 of the best ten asks, lowest first, and of the best ten bids, highest first.

    Of each level price and quantity without point and without zeros in front. Source:
    https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2.
    """
    numbers = (
        (pair.price_text(price), pair.quantity_text(quantity))
        for price, quantity in book.asks.best(_CHECKED_LEVELS) + book.bids.best(_CHECKED_LEVELS)
    )
    return crc32("".join(number.replace(".", "").lstrip("0") for number in chain(*numbers)).encode())


def trade_row(pair: Pair, trade: Trade) -> str:
    """Return one trade; one order of a taker in three or so is a market order, told by its id."""
    return (
        f'{{"symbol":{text(feed_name(pair))},"side":"{"sell" if trade.buyer_is_maker else "buy"}",'
        f'"price":{pair.price_text(trade.price)},"qty":{pair.quantity_text(trade.quantity)},'
        f'"ord_type":"{"limit" if trade.taker_order_id % 3 else "market"}","trade_id":{trade.trade_id},'
        f'"timestamp":"{time_text(trade.time)}"}}'
    )


def ticker_row(pair: Pair, book: FollowedBook, candles: FollowedCandles, time: int) -> str:
    """Return the 24 hours and the best prices; zeros and 1970 of a pair that nobody trades or quotes."""
    bid, ask = book.bids.best(1), book.asks.best(1)
    day = candles.window(DAY)
    if not (bid and ask and day.trades):
        return _NEVER_TRADED % text(feed_name(pair))
    change = candles.last_price - day.open
    price, quantity = pair.price_text, pair.quantity_text
    return (
        f'{{"symbol":{text(feed_name(pair))},"bid":{price(bid[0][0])},"bid_qty":{quantity(bid[0][1])},'
        f'"ask":{price(ask[0][0])},"ask_qty":{quantity(ask[0][1])},"last":{price(candles.last_price)},'
        f'"volume":{quantity(day.volume)},"vwap":{price(pair.average(day.quote_volume, day.volume))},'
        f'"low":{price(day.low)},"high":{price(day.high)},"change":{price(change)},'
        f'"change_pct":{_percent(change, day.open)},"trades":{day.trades},"timestamp":"{time_text(time)}"}}'
    )


def _percent(change: int, before: int) -> str:
    """Return a change in per cent with two decimals, rounded towards zero."""
    hundredths = abs(change) * _HUNDREDTHS // before
    sign = "-" if change < 0 and hundredths else ""
    return sign + with_decimals(hundredths * 1_000_000, 2)


def candle_row(pair: Pair, candle: Candle, minutes: int) -> str:
    """Return a candle; its `timestamp` is its end."""
    price = pair.price_text
    return (
        f'{{"symbol":{text(feed_name(pair))},"open":{price(candle.open)},"high":{price(candle.high)},'
        f'"low":{price(candle.low)},"close":{price(candle.close)},"trades":{candle.trades},'
        f'"volume":{pair.quantity_text(candle.volume)},'
        f'"vwap":{price(pair.average(candle.quote_volume, candle.volume))},'
        f'"interval_begin":"{time_text(candle.open_time, 9)}","interval":{minutes},'
        f'"timestamp":"{time_text(candle.open_time + minutes * MINUTE)}"}}'
    )


def candles(rows: Iterable[str], time: int, *, is_snapshot: bool) -> bytes:
    """Return a frame of candles, sent at `time`."""
    kind, sent = _kind(is_snapshot), time_text(time, 9)
    return f'{{"channel":"ohlc","type":"{kind}","timestamp":"{sent}","data":[{",".join(rows)}]}}'.encode()


def instrument_row(pair: Pair, status: str) -> str:
    """Return a listed pair with its steps and minimums."""
    step, tick = with_decimals(1, 8), pair.tick_text
    return (
        f'{{"symbol":{text(feed_name(pair))},"base":{text(pair.base)},"quote":{text(pair.quote)},'
        f'"status":"{status}","qty_precision":8,"qty_increment":{step},"price_precision":{pair.price_decimals},'
        f'"cost_precision":5,"marginable":false,"has_index":true,"cost_min":0.50,"tick_size":{tick},'
        f'"price_increment":{tick},"qty_min":{pair.quantity_text(least_quantity(pair))}}}'
    )


def asset_row(asset: str) -> str:
    """Return an asset that is listed."""
    return (
        f'{{"id":{text(asset)},"status":"enabled","precision":10,"precision_display":5,"borrowable":false,'
        '"collateral_value":1.000,"class":"currency"}'
    )


def instruments(pairs: Iterable[Pair], status: str, *, is_snapshot: bool) -> bytes:
    """Return a frame of pairs and of their assets; here `data` is an object."""
    listed = list(pairs)
    assets = dict.fromkeys(asset for pair in listed for asset in (pair.base, pair.quote))
    return (
        f'{{"channel":"instrument","type":"{_kind(is_snapshot)}","data":{{'
        f'"assets":[{",".join(map(asset_row, assets))}],'
        f'"pairs":[{",".join(instrument_row(pair, status) for pair in listed)}]}}}}'
    ).encode()
