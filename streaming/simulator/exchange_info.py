"""What `exchangeInfo` tells: the rules of each symbol and the limits of the API.

Field names and their order are those of Binance's REST documentation.
"""

from collections.abc import Iterable

from streaming.simulator.instruments import Instrument, decimal_text

_LARGEST_PRICE = 1_000_000  # of the quote asset
_LARGEST_QUANTITY_STEPS = 9_000_000_000


def exchange_info(instruments: Iterable[Instrument], now: int, weight_limit: int) -> dict[str, object]:
    """Return the whole answer; `now` is in the unit that was asked for."""
    return {
        "timezone": "UTC",
        "serverTime": now,
        "rateLimits": [
            _rate_limit("REQUEST_WEIGHT", "MINUTE", 1, weight_limit),
            _rate_limit("ORDERS", "SECOND", 10, 100),
            _rate_limit("ORDERS", "DAY", 1, 200_000),
            _rate_limit("RAW_REQUESTS", "MINUTE", 5, 300_000),
        ],
        "exchangeFilters": [],
        "symbols": [_symbol(instrument) for instrument in instruments],
    }


def _rate_limit(kind: str, interval: str, count: int, limit: int) -> dict[str, object]:
    return {"rateLimitType": kind, "interval": interval, "intervalNum": count, "limit": limit}


def _symbol(instrument: Instrument) -> dict[str, object]:
    return {
        "symbol": instrument.symbol,
        "status": "TRADING" if instrument.trading else "BREAK",
        "baseAsset": instrument.base,
        "baseAssetPrecision": 8,
        "quoteAsset": instrument.quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8,
        "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"],
        "icebergAllowed": True,
        "ocoAllowed": True,
        "otoAllowed": True,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": True,
        "cancelReplaceAllowed": True,
        "isSpotTradingAllowed": instrument.trading,
        "isMarginTradingAllowed": instrument.trading,
        "filters": _filters(instrument),
        "permissions": [],
        "permissionSets": [["SPOT", "MARGIN"]],
        "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
        "allowedSelfTradePreventionModes": ["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"],
    }


def _filters(instrument: Instrument) -> list[dict[str, object]]:
    step = instrument.quantity_text(1)
    largest = instrument.quantity_text(_LARGEST_QUANTITY_STEPS)
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": instrument.price_text(1),
            "maxPrice": f"{_LARGEST_PRICE}.00000000",
            "tickSize": instrument.price_text(1),
        },
        {"filterType": "LOT_SIZE", "minQty": step, "maxQty": largest, "stepSize": step},
        {"filterType": "ICEBERG_PARTS", "limit": 10},
        {"filterType": "MARKET_LOT_SIZE", "minQty": "0.00000000", "maxQty": largest, "stepSize": "0.00000000"},
        {
            "filterType": "NOTIONAL",
            "minNotional": decimal_text(instrument.minimum_notional),
            "applyMinToMarket": True,
            "maxNotional": "9000000.00000000",
            "applyMaxToMarket": False,
            "avgPriceMins": 5,
        },
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 5},
    ]
