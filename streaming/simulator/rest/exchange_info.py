"""What `exchangeInfo` tells: the rules of each symbol and the limits of the API.

Field names and their order are those of Binance's REST documentation.
"""

from collections.abc import Sequence

from streaming.simulator.market.instruments import UNITS, Instrument, decimal_text

_LARGEST_PRICE = 1_000_000  # of the quote asset
_LARGEST_QUANTITY_STEPS = 9_000_000_000


def exchange_info(symbols: Sequence[object], now: int, weight_limit: int) -> dict[str, object]:
    """Return the whole answer of the given rows; `now` is in the unit that was asked for."""
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
        "symbols": symbols,
    }


def _rate_limit(kind: str, interval: str, count: int, limit: int) -> dict[str, object]:
    return {"rateLimitType": kind, "interval": interval, "intervalNum": count, "limit": limit}


def symbol_row(instrument: Instrument) -> dict[str, object]:
    """Return the row of a symbol that trades, or is halted."""
    status = "TRADING" if instrument.trading else "BREAK"
    return _row(instrument.symbol, instrument.base, instrument.quote, status, _filters(instrument))


def listed_symbol(base: str, quote: str, *, status: str = "TRADING", filters: bool = True) -> dict[str, object]:
    """Return the row of a symbol that is listed and has no market; without `filters` it has no rules.

    For one that is odder still, change the row.
    """
    return _row(base + quote, base, quote, status, _usual_filters() if filters else [])


def _row(symbol: str, base: str, quote: str, status: str, filters: list[dict[str, object]]) -> dict[str, object]:
    trading = status == "TRADING"
    return {
        "symbol": symbol,
        "status": status,
        "baseAsset": base,
        "baseAssetPrecision": 8,
        "quoteAsset": quote,
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
        "isSpotTradingAllowed": trading,
        "isMarginTradingAllowed": trading,
        "filters": filters,
        "permissions": [],
        "permissionSets": [["SPOT", "MARGIN"]],
        "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
        "allowedSelfTradePreventionModes": ["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"],
    }


def _filters(instrument: Instrument) -> list[dict[str, object]]:
    return _filter_rows(instrument.tick, instrument.step, instrument.minimum_notional)


def _usual_filters() -> list[dict[str, object]]:
    return _filter_rows(UNITS // 10_000, UNITS // 10, 5 * UNITS)


def _filter_rows(tick: int, step: int, minimum_notional: int) -> list[dict[str, object]]:
    """Return the filters; all three in hundred-millionths."""
    smallest, largest = decimal_text(step), decimal_text(step * _LARGEST_QUANTITY_STEPS)
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": decimal_text(tick),
            "maxPrice": f"{_LARGEST_PRICE}.00000000",
            "tickSize": decimal_text(tick),
        },
        {"filterType": "LOT_SIZE", "minQty": smallest, "maxQty": largest, "stepSize": smallest},
        {"filterType": "ICEBERG_PARTS", "limit": 10},
        {"filterType": "MARKET_LOT_SIZE", "minQty": "0.00000000", "maxQty": largest, "stepSize": "0.00000000"},
        {
            "filterType": "NOTIONAL",
            "minNotional": decimal_text(minimum_notional),
            "applyMinToMarket": True,
            "maxNotional": "9000000.00000000",
            "applyMaxToMarket": False,
            "avgPriceMins": 5,
        },
        {
            "filterType": "PERCENT_PRICE_BY_SIDE",
            "bidMultiplierUp": "5",
            "bidMultiplierDown": "0.2",
            "askMultiplierUp": "5",
            "askMultiplierDown": "0.2",
            "avgPriceMins": 5,
        },
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 5},
    ]
