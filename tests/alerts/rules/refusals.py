"""Every refusal of a rule's parameters: what is given beside those of a good rule, and the sentence by path."""

from typing import Any

RULE: dict[str, Any] = {
    "name": "High",
    "symbol": "BTCUSDT",
    "source": "price",
    "operator": "above",
    "threshold": "50000.10",
    "trigger": "once",
}
"""A rule without faults."""
NOTHING = {"source": None, "operator": None, "threshold": None}
"""What takes the flat condition away."""
_MOVE = {"operator": "moving_up", "threshold": None, "percent": 5, "window": 60}
_OUTSIDE = {"operator": "outside", "threshold": None, "lower": 1, "upper": 2}
_CROSSING = {"source": "price", "operator": "crossing", "threshold": 1}
_LINE: dict[str, Any] = {
    "threshold": None,
    "line": {"start": {"time": 0, "price": 64000}, "end": {"time": 3_600_000, "price": "65000.10"}},
}
"""In place of a threshold."""
_LEVEL: dict[str, Any] = {
    "threshold": None,
    "level_source": {"source": "indicator", "indicator": "sma", "interval": "1m"},
}
"""In place of a threshold, too."""
_AVERAGE = {"source": "indicator", "indicator": "sma", "interval": "1m", "threshold": 1}
_RSI = {"source": "indicator", "indicator": "rsi", "interval": "1m", "threshold": 70}
_STOCHASTIC = {"source": "indicator", "indicator": "stochastic", "field": "d", "interval": "1m"}
_SIGNAL: dict[str, Any] = {"source": "strategy", "operator": "at_least", "threshold": "0.5"}
_TOGETHER = "must look at the same price, ticker, candle, signal or transfer, or combine any"
_WALLET: dict[str, Any] = {
    "source": "wallet", "field": "incoming", "operator": "at_least", "threshold": 2,
    "chain": "ethereum", "address": "0x1",
}  # fmt: skip
_TRANSACTION: dict[str, Any] = {
    "source": "wallet", "field": "confirmations", "operator": "at_least", "threshold": 2,
    "chain": "ethereum", "tx": "0x2",
}  # fmt: skip
_ETHER = {"source": "price", "operator": "above", "threshold": 1}

Refusal = tuple[dict[str, Any], dict[str, str]]


def _line(**end: Any) -> dict[str, Any]:
    return _LINE | {"line": _LINE["line"] | {"end": _LINE["line"]["end"] | end}}


def _level(**series: Any) -> dict[str, Any]:
    return _LEVEL | {"level_source": _LEVEL["level_source"] | series}


_OWN_SERIES = {"level_source": "level_source must be another series than that which is compared with it"}
OF_PARAMETERS: dict[str, Refusal] = {
    "another series beside a threshold": (
        _LEVEL | {"threshold": 1},
        {"threshold": "threshold can't be given beside level_source"},
    ),
    "another series beside a line": (
        _LINE | {"level_source": _LEVEL["level_source"]},
        {"line": "line can't be given beside level_source"},
    ),
    "another series of another operator": (
        _OUTSIDE | {"level_source": _LEVEL["level_source"]},
        {"level_source": "level_source can't be given for outside"},
    ),
    "no level at all": ({"threshold": None}, {"threshold": "threshold is required for above"}),
    "another series that is none": ({"level_source": "sma"}, {"level_source": "level_source must be an object"}),
    "another series of no source": (
        {"level_source": {}},
        {"level_source.source": "level_source.source is required"},
    ),
    "another series of an unknown source": (
        _level(source="moon"),
        {
            "level_source.source": "level_source.source must be one of price ticker candle indicator portfolio wallet "
            "strategy"
        },
    ),
    "another series of what happens": (
        _level(source="wallet", field="failed"),
        {
            "level_source.source": "level_source.source must be one of price ticker candle indicator: only these "
            "are of the symbol's market"
        },
    ),
    "another series of what is held": (
        _LEVEL | {"source": "portfolio"},
        {"level_source": "level_source can't be given for portfolio"},
    ),
    "another series of another symbol": (_level(symbol="ETHUSDT"), {"level_source.symbol": "Unknown parameter"}),
    "another series of an unknown indicator": (
        _level(indicator="moon"),
        {
            "level_source.indicator": "level_source.indicator must be one of sma ema wma rsi macd bollinger donchian "
            "stochastic atr adx cci mfi roc"
        },
    ),
    "another series with a parameter out of range": (
        _level(parameters={"period": 201}),
        {"level_source.parameters.period": "level_source.parameters.period must be from 2 to 200"},
    ),
    "another series with an unknown output": (
        _level(field="upper"),
        {"level_source.field": "level_source.field must be one of value"},
    ),
    "another series of candles of no length": (
        _level(interval=None),
        {"level_source.interval": "level_source.interval is required for indicator"},
    ),
    "another series with a useless length": (
        {"threshold": None, "level_source": {"source": "ticker", "field": "open", "interval": "1m"}},
        {"level_source.interval": "level_source.interval can't be given for ticker"},
    ),
    "another series of other closes": (
        _LEVEL | {"trigger": "once_per_candle_close", "interval": "5m"},
        {
            "level_source.interval": "level_source.interval must be 5m, as interval is: both are judged at the same "
            "candle's close"
        },
    ),
    "the series itself": ({"threshold": None, "level_source": {"source": "price"}}, _OWN_SERIES),
    "the series itself in other words": (
        _level(parameters={"period": "20.0"}) | {"source": "indicator", "indicator": "sma", "interval": "1m"},
        _OWN_SERIES,
    ),
    "the series itself at a close": (
        {
            "threshold": None,
            "level_source": {"source": "candle", "interval": "1m"},
            "trigger": "once_per_candle_close",
            "interval": "1m",
        },
        _OWN_SERIES,
    ),
    "a price and what is none": (
        _level(indicator="rsi"),
        {
            "level_source": "level_source must be a price, or an average or a band of prices, as what is compared with "
            "it is"
        },
    ),
    "what is no price and a price": (
        _LEVEL | {"source": "ticker", "field": "volume"},
        {"level_source": "level_source can't be of prices, as what is compared with it is none"},
    ),
    "a line beside a threshold": (_LINE | {"threshold": 1}, {"threshold": "threshold can't be given beside line"}),
    "a line of another operator": (_OUTSIDE | {"line": _LINE["line"]}, {"line": "line can't be given for outside"}),
    "a line of what is no price": (_RSI | _LINE, {"line": "line can't be given for what is no price"}),
    "a line of signals": (
        _LINE | {"source": "strategy", "operator": "at_least"},
        {"threshold": "threshold is required for at_least", "line": "line can't be given for strategy"},
    ),
    "a line of one point": (_LINE | {"line": {"start": _LINE["line"]["start"]}}, {"line.end": "line.end is required"}),
    "a line of a time that is none": (
        _line(time="tomorrow"),
        {
            "line.end.time": "line.end.time must be a time: ms since the epoch from 0 to 100000000000000, or ISO 8601 "
            "with its offset from UTC"
        },
    ),
    "a line of a price that is none": (
        _line(price=0),
        {"line.end.price": "line.end.price must be a number above 0 and of at most 1000000000000000"},
    ),
    "an upright line": (
        _line(time=999),
        {"line.end.time": "line.end.time must be at least 1000 ms after line.start.time"},
    ),
    "a line backwards": (
        _LINE | {"line": {"start": _LINE["line"]["end"], "end": _LINE["line"]["start"]}},
        {"line.end.time": "line.end.time must be at least 1000 ms after line.start.time"},
    ),
    "too steep a line": (
        _line(price=63),
        {"line.end.price": "line.end.price must be at most 1000 times line.start.price, or as many times less"},
    ),
    "a hysteresis from which no price comes back to a line": (
        _LINE | {"operator": "above", "hysteresis": 64000},
        {"hysteresis": "hysteresis must be less than the prices of line"},
    ),
    "no name": ({"name": ""}, {"name": "name is required"}),
    "neither name nor level": (
        {"name": "", "threshold": None},
        {"name": "name is required", "threshold": "threshold is required for above"},
    ),
    "a blank name": ({"name": "  "}, {"name": "name must be a text of 1 to 100 printable characters"}),
    "no symbol": ({"symbol": None}, {"symbol": "symbol is required"}),
    "no trigger": ({"trigger": None}, {"trigger": "trigger is required"}),
    "no condition": (NOTHING, {"source": "source is required", "operator": "operator is required"}),
    "half a condition": ({"operator": None}, {"operator": "operator is required"}),
    "an unknown source": (
        {"source": "moon"},
        {"source": "source must be one of price ticker candle indicator portfolio wallet strategy"},
    ),
    "a wallet of no chain": (
        _WALLET | {"chain": "", "address": "  "},
        {"chain": "chain is required for incoming", "address": "address is required for incoming"},
    ),
    "a transaction of a wallet": (_WALLET | {"tx": "0x2"}, {"tx": "tx can't be given for incoming"}),
    "a token of a transaction": (
        _TRANSACTION | {"token": "0x3", "tx": ""},
        {"tx": "tx or address is required for confirmations", "token": "token can't be given for confirmations"},
    ),
    "a transaction and a wallet": (_TRANSACTION | {"address": "0x1"}, {"address": "address can't be given beside tx"}),
    "an unknown field of a wallet": (
        _WALLET | {"field": "luck"},
        {"field": "field must be one of incoming outgoing balance confirmations failed dropped"},
    ),
    "a wallet of a price": ({"address": "0x1"}, {"address": "address can't be given for price"}),
    "an address of a strategy": (_SIGNAL | {"address": "0x1"}, {"address": "address can't be given for strategy"}),
    "a transfer compared to the one before": (
        _WALLET | {"operator": "crossing_up"},
        {"operator": "operator must be at_least or above for incoming: each is compared to no other"},
    ),
    "an amount below zero": (_WALLET | {"threshold": -1}, {"threshold": "threshold must be at least 0 for incoming"}),
    "no amount": (_WALLET | {"threshold": None}, {"threshold": "threshold is required for at_least"}),
    "a hysteresis of transfers": (
        _WALLET | {"hysteresis": 1},
        {"hysteresis": "hysteresis can't be given for incoming"},
    ),
    "an amount of what has happened": (
        _TRANSACTION | {"field": "failed"},
        {"threshold": "threshold must be 1 for failed, or left out"},
    ),
    "what has happened compared otherwise": (
        _TRANSACTION | {"field": "dropped", "operator": "above"},
        {"operator": "operator must be at_least for dropped: each is compared to no other"},
    ),
    "a balance by per cent": (
        {**_WALLET, **_MOVE, "field": "balance"},
        {"percent": "percent can't be given for what may be zero: give an amount"},
    ),
    "a wallet at a candle's close": (
        _WALLET | {"trigger": "once_per_candle_close"},
        {"source": "source can't be wallet for once_per_candle_close: it has no candles"},
    ),
    "what comes and what goes together": (
        _WALLET | {"conditions": [_WALLET | {"field": "outgoing"}]},
        {"conditions": f"conditions can never be true together: incoming outgoing {_TOGETHER}"},
    ),
    "an unknown action": (_SIGNAL | {"action": "panic"}, {"action": "action must be one of buy sell hold"}),
    "a confidence above 1": (
        _SIGNAL | {"threshold": "1.01"},
        {"threshold": "threshold must be from 0 to 1: it is a confidence"},
    ),
    "a confidence below 0": (
        _SIGNAL | {"threshold": -1},
        {"threshold": "threshold must be from 0 to 1: it is a confidence"},
    ),
    "no confidence": (_SIGNAL | {"threshold": None}, {"threshold": "threshold is required for at_least"}),
    "a signal compared to the one before": (
        _SIGNAL | {"operator": "crossing"},
        {"operator": "operator must be at_least for strategy: a signal is compared to no other"},
    ),
    "a hysteresis of signals": (
        _SIGNAL | {"hysteresis": "0.1"},
        {"hysteresis": "hysteresis can't be given for strategy"},
    ),
    "a signal at a candle's close": (
        _SIGNAL | {"trigger": "once_per_candle_close"},
        {"source": "source can't be strategy for once_per_candle_close: it has no candles"},
    ),
    "an interval of signals": (
        _SIGNAL | {"interval": "1m"},
        {"interval": "interval can't be given for strategy and once"},
    ),
    "a field of signals": (_SIGNAL | {"field": "price"}, {"field": "field can't be given for strategy"}),
    "a strategy of a price": ({"strategy": "strat_a"}, {"strategy": "strategy can't be given for price"}),
    "an action of an indicator": (
        {**_RSI, "action": "buy", "threshold": 1},
        {"action": "action can't be given for indicator"},
    ),
    "public signals of no symbol": (_SIGNAL | {"symbol": ""}, {"symbol": "symbol is required"}),
    "signals of two strategies together": (
        _SIGNAL | {"conditions": [_SIGNAL | {"strategy": "strat_a"}]},
        {"conditions": f"conditions can never be true together: strategy {_TOGETHER}"},
    ),
    "buy and sell together": (
        _SIGNAL | {"action": "buy", "conditions": [_SIGNAL | {"action": "sell"}]},
        {"conditions": f"conditions can never be true together: strategy {_TOGETHER}"},
    ),
    "a signal together with a crossing": (
        _SIGNAL | {"conditions": [_CROSSING]},
        {"conditions": f"conditions can never be true together: strategy crossing {_TOGETHER}"},
    ),
    "a portfolio at a candle's close": (
        {"source": "portfolio", "trigger": "once_per_candle_close"},
        {"source": "source can't be portfolio for once_per_candle_close: it has no candles"},
    ),
    "a position's profit without its symbol": (
        {"source": "portfolio", "field": "unrealized_pnl", "symbol": ""},
        {"symbol": "symbol is required"},
    ),
    "equity beside a price without its symbol": (
        {"source": "portfolio", "symbol": "", "conditions": [_ETHER]},
        {"symbol": "symbol is required"},
    ),
    "an unknown field of a portfolio": (
        {"source": "portfolio", "field": "luck"},
        {"field": "field must be one of equity drawdown unrealized_pnl"},
    ),
    "an unknown operator": (
        {"operator": "near"},
        {
            "operator": "operator must be one of above at_least below crossing crossing_up crossing_down entering"
            " leaving inside outside moving_up moving_down"
        },
    ),
    "a word for a threshold": ({"threshold": "high"}, {"threshold": "threshold must be a number"}),
    "no number for a threshold": ({"threshold": "NaN"}, {"threshold": "threshold must be a number"}),
    "a threshold with too many digits": ({"threshold": "1" * 41}, {"threshold": "threshold must be a number"}),
    "no threshold": ({"threshold": None}, {"threshold": "threshold is required for above"}),
    "a price of zero": ({"threshold": 0}, {"threshold": "threshold must be above 0: it is a price"}),
    "a negative hysteresis": ({"hysteresis": -1}, {"hysteresis": "hysteresis must be a number of at least 0"}),
    "a hysteresis of an edge": (
        {"operator": "crossing", "hysteresis": 1},
        {"hysteresis": "hysteresis can't be given for crossing"},
    ),
    "a hysteresis as large as the move": (
        _MOVE | {"hysteresis": 5},
        {"hysteresis": "hysteresis must be less than percent"},
    ),
    "a hysteresis larger than the move": (
        _MOVE | {"percent": None, "amount": "0.1", "hysteresis": "0.11"},
        {"hysteresis": "hysteresis must be less than amount"},
    ),
    "a hysteresis as large as a price": (
        {"hysteresis": "50000.10"},
        {"hysteresis": "hysteresis must be less than threshold"},
    ),
    "a hysteresis over half of the range": (
        _OUTSIDE | {"hysteresis": "0.500000000000000000000000000001"},
        {"hysteresis": "hysteresis must be at most half of the range from lower to upper"},
    ),
    "a bound of a level": ({"lower": 1}, {"lower": "lower can't be given for above"}),
    "half a range": (
        {"operator": "inside", "threshold": None, "lower": 1},
        {"upper": "upper is required for inside"},
    ),
    "a range upside down": (
        {"operator": "entering", "threshold": None, "lower": 2, "upper": 2},
        {"upper": "upper must be greater than lower"},
    ),
    "a window of zero": (_MOVE | {"window": 0}, {"window": "window must be a whole number from 1 to 86400"}),
    "no window": (_MOVE | {"window": None}, {"window": "window is required for moving_up"}),
    "no move": (_MOVE | {"percent": None}, {"amount": "amount is required for moving_up"}),
    "two moves": (_MOVE | {"amount": 1}, {"percent": "percent can't be given for moving_up"}),
    "a move down by less than nothing": (_MOVE | {"percent": -5}, {"percent": "percent must be a number above 0"}),
    "per cent of what may be zero": (
        {**_MOVE, "source": "ticker", "field": "change"},
        {"percent": "percent can't be given for what may be zero: give an amount"},
    ),
    "a window shorter than the candle": (
        _MOVE | {"trigger": "once_per_candle_close", "interval": "1h"},
        {"window": "window must be at least 3600, the seconds of a candle"},
    ),
    "a candle longer than any window": (
        _MOVE | {"trigger": "once_per_candle_close", "interval": "1w"},
        {"interval": "interval must be at most 1d for moving_up and once_per_candle_close"},
    ),
    "an unknown field": (
        {"source": "ticker", "field": "close"},
        {"field": "field must be one of price bid ask open high low change change_percent volume quote_volume"},
    ),
    "a candle without interval": ({"source": "candle"}, {"interval": "interval is required for candle"}),
    "a close without interval": (
        {"trigger": "once_per_candle_close"},
        {"interval": "interval is required for once_per_candle_close"},
    ),
    "an interval of a price": ({"interval": "1m"}, {"interval": "interval can't be given for price and once"}),
    "an indicator of a price": ({"indicator": "rsi"}, {"indicator": "indicator can't be given for price"}),
    "no indicator": (_RSI | {"indicator": ""}, {"indicator": "indicator is required for indicator"}),
    "an unknown indicator": (
        _RSI | {"indicator": "moon"},
        {
            "indicator": "indicator must be one of "
            "sma ema wma rsi macd bollinger donchian stochastic atr adx cci mfi roc"
        },
    ),
    "an unknown output": (_RSI | {"field": "upper"}, {"field": "field must be one of value"}),
    "a parameter out of bounds": (
        _RSI | {"parameters": {"period": 1}},
        {"parameters.period": "parameters.period must be from 2 to 200"},
    ),
    "an unknown parameter of an indicator": (
        _RSI | {"parameters": {"length": 14}},
        {"parameters.length": "parameters.length is no parameter of rsi"},
    ),
    "a parameter that is no number": (
        _RSI | {"parameters": {"period": "long"}},
        {"parameters.period": "parameters.period must be a number"},
    ),
    "a level out of reach": (
        _RSI | {"threshold": 94000},
        {"threshold": "threshold can't be 94000 for above: RSI lies between 0 and 100"},
    ),
    "a level out of reach of a further condition": (
        {"conditions": [_STOCHASTIC | {"operator": "below", "threshold": "-0.5"}]},
        {"conditions.0.threshold": "conditions.0.threshold can't be -0.5 for below: STOCHASTIC lies between 0 and 100"},
    ),
    "a range out of reach": (
        _RSI | {"operator": "inside", "threshold": None, "lower": 101, "upper": 102},
        {"lower": "lower can't be 101 for inside: RSI lies between 0 and 100"},
    ),
    "a range of all that there is": (
        _RSI | {"operator": "leaving", "threshold": None, "lower": 0, "upper": 100},
        {"upper": "upper can't be 100 for leaving: RSI lies between 0 and 100"},
    ),
    "a move out of reach": (
        {**_RSI, **_MOVE, "percent": None, "amount": "100.1"},
        {"amount": "amount can't be 100.1 for moving_up: RSI lies between 0 and 100"},
    ),
    "a hysteresis by which nothing comes back": (
        _RSI | {"operator": "below", "threshold": 95, "hysteresis": "5.5"},
        {"hysteresis": "hysteresis can't be 5.5 for below: RSI lies between 0 and 100, and never comes back so far"},
    ),
    "a level out of reach and what else is wrong": (
        _RSI | {"threshold": 101, "interval": None},
        {
            "threshold": "threshold can't be 101 for above: RSI lies between 0 and 100",
            "interval": "interval is required for indicator",
        },
    ),
    "a fault of a further condition": (
        {"conditions": [_ETHER | {"threshold": None}]},
        {"conditions.0.threshold": "conditions.0.threshold is required for above"},
    ),
    "an unknown word in a condition": (
        {"conditions": [_ETHER | {"symbol": "ETHUSDT"}]},
        {"conditions.0.symbol": "Unknown parameter"},
    ),
    "too many conditions": (
        {"conditions": [_ETHER] * 10},
        {"conditions": "conditions must be at most 10 with the flat one"},
    ),
    "crossings of what comes at different times": (
        _CROSSING | {"conditions": [{**_CROSSING, "source": "ticker"}]},
        {"conditions": f"conditions can never be true together: crossing {_TOGETHER}"},
    ),
    "edges of candles of different length": (
        NOTHING
        | {
            "conditions": [
                _AVERAGE | {"operator": "crossing_up"},
                _AVERAGE | {"operator": "crossing_down", "interval": "5m"},
            ]
        },
        {"conditions": f"conditions can never be true together: crossing_up crossing_down {_TOGETHER}"},
    ),
    "a cool-down of once": ({"cooldown": 60}, {"cooldown": "cooldown can't be given for once"}),
    "no time": (
        {"expires": "tomorrow"},
        {
            "expires": "expires must be a time: ms since the epoch from 0 to 100000000000000, or ISO 8601 with its"
            " offset from UTC"
        },
    ),
    "no firings": ({"max_firings": 0}, {"max_firings": "max_firings must be a whole number from 1 to 1000000"}),
    "an unknown severity": ({"severity": "loud"}, {"severity": "severity must be one of info warning critical"}),
    "an unknown channel": (
        {"channels": ["pigeon"]},
        {"channels.0": "channels.0 must be one of websocket email web_push webhook ntfy slack discord telegram"},
    ),
    "a channel twice": ({"channels": ["email", "email"]}, {"channels": "channels must name each channel once"}),
    "an unknown placeholder": (
        {"template": "{symbol} at {prize}"},
        {
            "template": "template has an unknown placeholder: {prize}; known are {symbol} {price} {threshold} {change}"
            " {time} {rule} {strategy} {action} {confidence} {reason} {wallet} {chain} {asset} {tx}"
        },
    ),
    "an open brace": (
        {"template": "{price} {"},
        {"template": "template must use braces for placeholders only, such as {price}"},
    ),
    "an unknown parameter": ({"colour": "red"}, {"colour": "Unknown parameter"}),
    "several at once": (
        {"name": None, "threshold": [], "colour": 1},
        {
            "name": "name is required",
            "threshold": "threshold must be a number",
            "colour": "Unknown parameter",
        },
    ),
}
"""What is wrong whatever the market and the clock say."""
OF_MARKET_AND_CLOCK: dict[str, Refusal] = {
    "an unknown symbol": ({"symbol": "btcusdt"}, {"symbol": "Unknown symbol: btcusdt"}),
    "a symbol that has gone": ({"symbol": "OLDUSDT"}, {"symbol": "No longer listed: OLDUSDT"}),
    "a time that has passed": (
        {"expires": "2020-01-01T00:00:00Z"},
        {"expires": "expires must be in the future"},
    ),
    "a time in ms that has passed": ({"expires": 1_577_836_800_000}, {"expires": "expires must be in the future"}),
}
"""What only the market and the clock tell to be wrong."""
ALL = OF_PARAMETERS | OF_MARKET_AND_CLOCK


def given_of(refusal: Refusal) -> dict[str, Any]:
    """Return a good rule's parameters with those of a refusal."""
    return RULE | refusal[0]
