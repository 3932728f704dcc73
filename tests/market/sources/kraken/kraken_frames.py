"""Frames of Kraken's feed, with the digits that its wire has."""

import json

_TIME = "2026-07-07T23:00:{:06.3f}000Z"

BOOK_CHECKSUM = 4_222_677_939
_LEVELS = (
    '"asks":[{"price":45285.2,"qty":0.00100000},{"price":45286.4,"qty":1.54571953},{"price":45286.6,"qty":1.54571109}],'
    '"bids":[{"price":45283.5,"qty":0.10000000},{"price":0.0999,"qty":0.00000010}]'
)


def time_at(second: float) -> str:
    """Return a time in the one minute of these frames."""
    return _TIME.format(second)


def acknowledgement(request_id: int, channel: str, symbol: str, method: str = "subscribe") -> bytes:
    """Return the answer to a request for one symbol that is accepted."""
    result = {"channel": channel, "symbol": symbol, "warnings": ["a field is deprecated"]}
    return json.dumps({"method": method, "result": result, "success": True, "req_id": request_id}).encode()


def refusal(words: str, request_id: int | None = None, symbol: str | None = None) -> bytes:
    """Return a refusal."""
    named = {"symbol": symbol} if symbol else {}
    numbered = {} if request_id is None else {"req_id": request_id}
    return json.dumps({"error": words, "method": "subscribe", "success": False, **named, **numbered}).encode()


def status(state: str) -> str:
    """Return how the exchange says that it is."""
    return json.dumps({"channel": "status", "type": "update", "data": [{"system": state, "connection_id": 1}]})


def book(second: float = 0.0, *, checksum: int = BOOK_CHECKSUM, symbol: str = "BTC/USD") -> str:
    """Return a whole book, proven unless told otherwise."""
    row = f'{{"symbol":"{symbol}",{_LEVELS},"checksum":{checksum},"timestamp":"{time_at(second)}"}}'
    return f'{{"channel":"book","type":"snapshot","data":[{row}]}}'


def book_update(second: float, *, checksum: int, symbol: str = "BTC/USD") -> str:
    """Return a change of a book: the best ask is gone."""
    row = (
        f'{{"symbol":"{symbol}","bids":[],"asks":[{{"price":45285.2,"qty":0.00000000}}],"checksum":{checksum},'
        f'"timestamp":"{time_at(second)}"}}'
    )
    return f'{{"channel":"book","type":"update","data":[{row}]}}'


def ticker(second: float = 0.0, *, last: str = "45284.10", kind: str = "update", symbol: str = "BTC/USD") -> str:
    """Return a ticker."""
    row = (
        f'{{"symbol":"{symbol}","bid":45283.5,"bid_qty":0.10000000,"ask":45285.2,"ask_qty":0.00100000,"last":{last},'
        '"volume":10.50000000,"vwap":45000.0,"low":44000.0,"high":46000.0,"change":284.10,"change_pct":0.63,'
        f'"timestamp":"{time_at(second)}"}}'
    )
    return f'{{"channel":"ticker","type":"{kind}","data":[{row}]}}'


def never_traded(symbol: str = "NEW/USD") -> str:
    """Return the ticker of a pair that never traded: it is of 1970."""
    row = f'{{"symbol":"{symbol}","bid":0,"bid_qty":0,"ask":0,"ask_qty":0,"timestamp":"1970-01-01T00:00:00.000000Z"}}'
    return f'{{"channel":"ticker","type":"update","data":[{row}]}}'


def trades(*ids: int, second: float = 0.0, symbol: str = "BTC/USD") -> str:
    """Return trades with these ids."""
    rows = ",".join(
        f'{{"symbol":"{symbol}","side":"sell","price":45284.1,"qty":0.00004130,"ord_type":"limit","trade_id":{number},'
        f'"timestamp":"{time_at(second)}"}}'
        for number in ids
    )
    return f'{{"channel":"trade","type":"update","data":[{rows}]}}'


def candle(minute: int, *, close: str = "45284.1", count: int = 1, symbol: str = "BTC/USD") -> str:
    """Return the row of a candle that opens in a minute of the hour."""
    return (
        f'{{"symbol":"{symbol}","open":45280.0,"high":45290.0,"low":45270.0,"close":{close},"trades":{count},'
        f'"volume":0.50000000,"vwap":45280.0,"interval_begin":"2026-07-07T23:{minute:02}:00.000000000Z","interval":1,'
        f'"timestamp":"2026-07-07T23:{minute + 1:02}:00.000000Z"}}'
    )


def candles(*rows: str, sent: str, kind: str = "update") -> str:
    """Return a frame of candles, sent at a minute and second of the hour (`05:02`)."""
    return (
        f'{{"channel":"ohlc","type":"{kind}","timestamp":"2026-07-07T23:{sent}.000000000Z","data":[{",".join(rows)}]}}'
    )
