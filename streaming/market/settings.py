"""Settings of the exchange and of the bridge to it; times in seconds, sizes in bytes."""

import os

from environs import EnvValidationError

from streaming.configuration.environment import NOT_NEGATIVE, POSITIVE, between, each_of, env, one_of
from streaming.market.sources.names import own_settings, source_names

# -- The exchange and the bridge ------------------------------------------------------------------------------------
#: Whose market it is: that of an exchange with a folder in `streaming/market/sources` (`binance`, `coinbase`,
#: `kraken`), or `simulator`. Defaults of addresses, canary and liquid symbols, and of silence, are Binance's; the
#: other exchanges have their own.
EXCHANGE_SOURCE = env.str("EXCHANGE_SOURCE", "binance", validate=one_of(*source_names(), "simulator"))
#: Exchanges whose markets are read beside that one, each by its own `run_bridge --source`; see operations.md. What is
#: set for one of them alone begins with its name: `KRAKEN_EXCHANGE_STREAM_URLS`.
EXCHANGE_FURTHER_SOURCES: list[str] = env.list("EXCHANGE_FURTHER_SOURCES", [], validate=each_of(*source_names()))
#: Symbols whose price is made of several exchanges': `BTC-USD`, which is of each exchange's market against dollars, or
#: `BTC-USD=BTCUSDT@binance+BTC/USD@kraken`, of these; see combined-prices.md. Without further sources none.
COMBINED_SYMBOLS: list[str] = env.list("COMBINED_SYMBOLS", ["BTC-USD", "ETH-USD"] if EXCHANGE_FURTHER_SOURCES else [])
#: Of which markets it is told what a stablecoin is worth; those of exchanges that aren't read count for nothing.
COMBINED_RATES: list[str] = env.list(
    "COMBINED_RATES", ["USDT-USD=USDT/USD@kraken+USDT-USD@coinbase", "USDC-USD=USDC/USD@kraken"]
)
#: Up to this age a source's price, and a stablecoin's rate, are used.
COMBINED_FRESH_SECONDS = env.float("COMBINED_FRESH_SECONDS", 10.0, validate=POSITIVE)
#: Of three sources or more, one is left out that is more than so many median absolute deviations from their median ...
COMBINED_OUTLIER_DEVIATIONS = env.float("COMBINED_OUTLIER_DEVIATIONS", 5.0, validate=NOT_NEGATIVE)
#: ... and more than so many per cent.
COMBINED_OUTLIER_PERCENT = env.float("COMBINED_OUTLIER_PERCENT", 1.0, validate=NOT_NEGATIVE)
#: How long the lease of the worker lasts that combines prices; another takes over after it.
COMBINED_LEASE_SECONDS = env.float("COMBINED_LEASE_SECONDS", 6.0, validate=POSITIVE)
#: How often the lease is renewed.
COMBINED_LEASE_RENEW_SECONDS = env.float("COMBINED_LEASE_RENEW_SECONDS", 2.0, validate=POSITIVE)
#: Base addresses of the exchange's streams, in order of preference.
EXCHANGE_STREAM_URLS: list[str] = env.list(
    "EXCHANGE_STREAM_URLS",
    ["wss://data-stream.binance.vision", "wss://stream.binance.com:443", "wss://stream.binance.com:9443"],
)
#: Base address of the exchange's REST interface.
EXCHANGE_REST_URL = env.str("EXCHANGE_REST_URL", "https://data-api.binance.vision")
#: Base addresses that answer where that one doesn't, in order; behind a simulated or local one, only local ones count.
EXCHANGE_REST_FALLBACK_URLS: list[str] = env.list(
    "EXCHANGE_REST_FALLBACK_URLS", ["https://api.binance.com", "https://api-gcp.binance.com"]
)
#: After so many failures in a row the next base address serves; after 403 or 451 at once.
EXCHANGE_REST_FAILURES_BEFORE_ROTATION = env.int("EXCHANGE_REST_FAILURES_BEFORE_ROTATION", 3, validate=NOT_NEGATIVE)
#: How often the first base address is tried again while another serves.
EXCHANGE_REST_FIRST_AGAIN_SECONDS = env.float("EXCHANGE_REST_FIRST_AGAIN_SECONDS", 300.0, validate=NOT_NEGATIVE)
#: How long an answer of the exchange may take.
EXCHANGE_REST_TIMEOUT_SECONDS = env.float("EXCHANGE_REST_TIMEOUT_SECONDS", 10.0, validate=NOT_NEGATIVE)
#: Largest answer taken from it, unpacked.
EXCHANGE_REST_MAXIMUM_BYTES = env.int("EXCHANGE_REST_MAXIMUM_BYTES", 67_108_864, validate=NOT_NEGATIVE)
#: How much request weight a process spends in a minute (the exchange allows 6000 an address).
EXCHANGE_REST_WEIGHT_PER_MINUTE = env.int("EXCHANGE_REST_WEIGHT_PER_MINUTE", 1200, validate=NOT_NEGATIVE)
#: How much of it is kept for reading the exchange's symbols, whatever history is asked for.
EXCHANGE_REST_WEIGHT_RESERVED = env.int("EXCHANGE_REST_WEIGHT_RESERVED", 100, validate=NOT_NEGATIVE)
#: Where all programs at our address have used so much in a minute, as the exchange counts, we wait for the next.
EXCHANGE_REST_WEIGHT_CEILING = env.int("EXCHANGE_REST_WEIGHT_CEILING", 4800, validate=NOT_NEGATIVE)
#: How long to keep away after 429 or 418 without a `Retry-After`.
EXCHANGE_RATE_LIMIT_WAIT_SECONDS = env.float("EXCHANGE_RATE_LIMIT_WAIT_SECONDS", 60.0, validate=NOT_NEGATIVE)
#: Base address of the exchange's public archive of candles; with the simulator, Binance's stands for its own.
EXCHANGE_ARCHIVE_URL = env.str("EXCHANGE_ARCHIVE_URL", "https://data.binance.vision")
#: How long a file of the archive may take.
EXCHANGE_ARCHIVE_TIMEOUT_SECONDS = env.float("EXCHANGE_ARCHIVE_TIMEOUT_SECONDS", 120.0, validate=NOT_NEGATIVE)
#: Largest file taken from it, packed and unpacked.
EXCHANGE_ARCHIVE_MAXIMUM_BYTES = env.int("EXCHANGE_ARCHIVE_MAXIMUM_BYTES", 67_108_864, validate=NOT_NEGATIVE)
#: After so many failures in a row the archive isn't asked any more in this run.
EXCHANGE_ARCHIVE_ATTEMPTS = env.int("EXCHANGE_ARCHIVE_ATTEMPTS", 3, validate=NOT_NEGATIVE)
#: Most candles that one `backfill_candles` takes.
BACKFILL_MAXIMUM_CANDLES = env.int("BACKFILL_MAXIMUM_CANDLES", 50_000_000, validate=NOT_NEGATIVE)
#: How long after its end, by our clock, a candle has surely closed by the exchange's.
BACKFILL_CLOSED_SECONDS = env.float("BACKFILL_CLOSED_SECONDS", 10.0, validate=NOT_NEGATIVE)
#: How often a page of candles is asked for that the exchange doesn't give, before the backfill stops.
BACKFILL_ATTEMPTS = env.int("BACKFILL_ATTEMPTS", 5, validate=NOT_NEGATIVE)
#: The first wait between two of these attempts; it doubles.
BACKFILL_RETRY_SECONDS = env.float("BACKFILL_RETRY_SECONDS", 1.0, validate=NOT_NEGATIVE)
#: Where the exchange wants us to keep away for longer, the backfill stops, to be begun again later.
BACKFILL_LONGEST_WAIT_SECONDS = env.float("BACKFILL_LONGEST_WAIT_SECONDS", 600.0, validate=NOT_NEGATIVE)
#: How often it tells how far it is, where it isn't on a terminal.
BACKFILL_TELL_SECONDS = env.float("BACKFILL_TELL_SECONDS", 10.0, validate=NOT_NEGATIVE)
#: How often the exchange's symbols are read anew.
SYMBOLS_REFRESH_SECONDS = env.float("SYMBOLS_REFRESH_SECONDS", 3600.0, validate=POSITIVE)
#: The first wait after symbols could not be read; it doubles.
SYMBOLS_RETRY_SECONDS = env.float("SYMBOLS_RETRY_SECONDS", 0.5, validate=NOT_NEGATIVE)
#: How long an answer of the candle history serves identical requests; longer for candles of over a minute.
HISTORY_CACHE_SECONDS = env.float("HISTORY_CACHE_SECONDS", 2.0, validate=NOT_NEGATIVE)
#: How much request weight a process spends in a minute on the candles that clients ask for (1000 of them cost 2).
HISTORY_WEIGHT_PER_MINUTE = env.int("HISTORY_WEIGHT_PER_MINUTE", 600, validate=NOT_NEGATIVE)
#: How many candles a day a process stores because clients ask for them (a million take about 150 MB).
HISTORY_STORED_PER_DAY = env.int("HISTORY_STORED_PER_DAY", 2_000_000, validate=NOT_NEGATIVE)
#: After the exchange was found to be away, stored candles are answered for so long without trying it again.
HISTORY_AWAY_SECONDS = env.float("HISTORY_AWAY_SECONDS", 5.0, validate=NOT_NEGATIVE)
#: A candle this old that the exchange doesn't have is remembered as a gap, and not asked for again.
HISTORY_GAP_SETTLED_SECONDS = env.float("HISTORY_GAP_SETTLED_SECONDS", 3600.0, validate=NOT_NEGATIVE)
#: Closed candles of the streams within this time are stored together ...
CANDLES_GATHER_SECONDS = env.float("CANDLES_GATHER_SECONDS", 0.5, validate=NOT_NEGATIVE)
#: ... and at most so many at once.
CANDLES_BATCH = env.int("CANDLES_BATCH", 500, validate=NOT_NEGATIVE)
#: How often a database that refused them is tried again.
CANDLES_RETRY_SECONDS = env.float("CANDLES_RETRY_SECONDS", 2.0, validate=NOT_NEGATIVE)
#: Most closed candles that wait to be stored; older ones are dropped, counted, and fetched when they are asked for.
CANDLES_WAITING = env.int("CANDLES_WAITING", 20_000, validate=NOT_NEGATIVE)
#: How long a bridge that ends may take to store what waits.
CANDLES_FAREWELL_SECONDS = env.float("CANDLES_FAREWELL_SECONDS", 1.0, validate=NOT_NEGATIVE)
#: How many slots share the market's symbols (at most 32): with several, each bridge reads a fair share of them, and
#: takes over a dead one's. The same in all processes; to change it, end all bridges first. See operations.md.
BRIDGE_SLOTS = env.int("BRIDGE_SLOTS", 1, validate=between(1, 32))
#: How long an upstream stream is kept after its last reader left.
BRIDGE_LINGER_SECONDS = env.float("BRIDGE_LINGER_SECONDS", 30.0, validate=NOT_NEGATIVE)
#: Least time between two messages to the exchange.
BRIDGE_SEND_INTERVAL_SECONDS = env.float("BRIDGE_SEND_INTERVAL_SECONDS", 0.35, validate=POSITIVE)
#: How long the exchange may take to acknowledge a request.
BRIDGE_ANSWER_TIMEOUT_SECONDS = env.float("BRIDGE_ANSWER_TIMEOUT_SECONDS", 10.0, validate=NOT_NEGATIVE)
#: How often a request that nobody answers is made before the connection is made anew.
BRIDGE_REQUEST_ATTEMPTS = env.int("BRIDGE_REQUEST_ATTEMPTS", 3, validate=NOT_NEGATIVE)
#: Most stream names in one request.
BRIDGE_NAMES_PER_FRAME = env.int("BRIDGE_NAMES_PER_FRAME", 100, validate=NOT_NEGATIVE)
#: Largest request.
BRIDGE_BYTES_PER_FRAME = env.int("BRIDGE_BYTES_PER_FRAME", 4096, validate=NOT_NEGATIVE)
#: After so many streams on a connection another one is opened (the exchange allows 1024).
BRIDGE_STREAMS_PER_CONNECTION = env.int("BRIDGE_STREAMS_PER_CONNECTION", 900, validate=NOT_NEGATIVE)
#: Most connections for streams; streams beyond their room are not served, and that is logged.
BRIDGE_MAXIMUM_CONNECTIONS = env.int("BRIDGE_MAXIMUM_CONNECTIONS", 10, validate=NOT_NEGATIVE)
#: How often the exchange is asked what it holds to be subscribed, so that differences are put right; 0: never.
BRIDGE_LIST_INTERVAL_SECONDS = env.float("BRIDGE_LIST_INTERVAL_SECONDS", 300.0, validate=POSITIVE)
#: A connection is replaced by another, made first, at this age (the exchange ends it after 24 hours) ...
BRIDGE_RENEW_AFTER_SECONDS = env.float("BRIDGE_RENEW_AFTER_SECONDS", 82_800.0, validate=NOT_NEGATIVE)
#: ... varied at random by up to so much either way.
BRIDGE_RENEW_JITTER_SECONDS = env.float("BRIDGE_RENEW_JITTER_SECONDS", 900.0, validate=NOT_NEGATIVE)
#: How long the new connection has to bring everything before it is given up.
BRIDGE_RENEW_READY_SECONDS = env.float("BRIDGE_RENEW_READY_SECONDS", 30.0, validate=NOT_NEGATIVE)
#: How long the old connection is still read after the new one has taken over.
BRIDGE_RENEW_DRAIN_SECONDS = env.float("BRIDGE_RENEW_DRAIN_SECONDS", 2.0, validate=NOT_NEGATIVE)
#: How often the first base address is tried again while another one serves.
BRIDGE_PREFERRED_RETRY_SECONDS = env.float("BRIDGE_PREFERRED_RETRY_SECONDS", 300.0, validate=NOT_NEGATIVE)
#: A connection on which nothing has come for so long, no ping either, is dead.
BRIDGE_FRAME_SILENCE_SECONDS = env.float("BRIDGE_FRAME_SILENCE_SECONDS", 75.0, validate=NOT_NEGATIVE)
#: A connection without data for so long is made anew, where a stream is subscribed that speaks every second.
BRIDGE_DATA_SILENCE_SECONDS = env.float("BRIDGE_DATA_SILENCE_SECONDS", 15.0, validate=NOT_NEGATIVE)
#: A ticker or candle stream of a liquid symbol that is silent for so long is subscribed again.
BRIDGE_STREAM_SILENCE_SECONDS = env.float("BRIDGE_STREAM_SILENCE_SECONDS", 15.0, validate=NOT_NEGATIVE)
#: A stream that says something as soon as it is subscribed, and hasn't for so long, is subscribed again.
BRIDGE_FIRST_MESSAGE_SECONDS = env.float("BRIDGE_FIRST_MESSAGE_SECONDS", 5.0, validate=POSITIVE)
#: After so long without data where data is expected the state is `stale`.
BRIDGE_STALE_AFTER_SECONDS = env.float("BRIDGE_STALE_AFTER_SECONDS", 10.0, validate=NOT_NEGATIVE)
#: Symbols that trade every few seconds, so that silence of their streams means something.
BRIDGE_LIQUID_SYMBOLS: list[str] = env.list("BRIDGE_LIQUID_SYMBOLS", ["BTCUSDT", "ETHUSDT"])
#: A stream of a liquid symbol that every connection carries, so that silence always means something; empty: none.
BRIDGE_CANARY_STREAM = env.str("BRIDGE_CANARY_STREAM", "btcusdt@ticker")
#: So many connections in a row are ended for a stream that alone is silent; then it is left alone until it speaks.
BRIDGE_SILENT_STREAM_RECONNECTS = env.int("BRIDGE_SILENT_STREAM_RECONNECTS", 3, validate=NOT_NEGATIVE)
#: How long a stream that the exchange refused is not asked for; doubled with each refusal ...
BRIDGE_REFUSAL_WAIT_SECONDS = env.float("BRIDGE_REFUSAL_WAIT_SECONDS", 5.0, validate=NOT_NEGATIVE)
#: ... and never more than this.
BRIDGE_REFUSAL_WAIT_MAXIMUM_SECONDS = env.float("BRIDGE_REFUSAL_WAIT_MAXIMUM_SECONDS", 300.0, validate=NOT_NEGATIVE)
#: Largest message taken from the exchange.
BRIDGE_MAXIMUM_MESSAGE_BYTES = env.int("BRIDGE_MAXIMUM_MESSAGE_BYTES", 16_777_216, validate=NOT_NEGATIVE)
#: How long connecting may take.
BRIDGE_OPEN_TIMEOUT_SECONDS = env.float("BRIDGE_OPEN_TIMEOUT_SECONDS", 10.0, validate=NOT_NEGATIVE)
#: How long closing may take.
BRIDGE_CLOSE_TIMEOUT_SECONDS = env.float("BRIDGE_CLOSE_TIMEOUT_SECONDS", 2.0, validate=NOT_NEGATIVE)
#: How often the bridge pings the exchange.
BRIDGE_PING_INTERVAL_SECONDS = env.float("BRIDGE_PING_INTERVAL_SECONDS", 20.0, validate=POSITIVE)
#: How long the exchange may take to answer a ping.
BRIDGE_PING_TIMEOUT_SECONDS = env.float("BRIDGE_PING_TIMEOUT_SECONDS", 20.0, validate=NOT_NEGATIVE)
#: Reconnecting waits a random time up to this, doubled with each failure ...
BRIDGE_RECONNECT_BASE_SECONDS = env.float("BRIDGE_RECONNECT_BASE_SECONDS", 0.5, validate=NOT_NEGATIVE)
#: ... and never more than this.
BRIDGE_RECONNECT_MAXIMUM_SECONDS = env.float("BRIDGE_RECONNECT_MAXIMUM_SECONDS", 30.0, validate=NOT_NEGATIVE)
#: After so long with data, failures count from zero again.
BRIDGE_STABLE_AFTER_SECONDS = env.float("BRIDGE_STABLE_AFTER_SECONDS", 60.0, validate=NOT_NEGATIVE)
#: Least time between two attempts to connect, of all connections together ...
BRIDGE_CONNECT_SPACING_SECONDS = env.float("BRIDGE_CONNECT_SPACING_SECONDS", 1.0, validate=NOT_NEGATIVE)
#: ... which are at most so many (of Kraken 30) ...
BRIDGE_CONNECT_ATTEMPTS = env.int("BRIDGE_CONNECT_ATTEMPTS", 100, validate=NOT_NEGATIVE)
#: ... in any time of this length (of Kraken 600).
BRIDGE_CONNECT_WINDOW_SECONDS = env.float("BRIDGE_CONNECT_WINDOW_SECONDS", 300.0, validate=NOT_NEGATIVE)
#: After so many failures the next base address is tried.
BRIDGE_FAILURES_BEFORE_ROTATION = env.int("BRIDGE_FAILURES_BEFORE_ROTATION", 3, validate=NOT_NEGATIVE)
#: After so many attempts in a row without data, over all addresses, `reconnect-failed` is told; they go on.
BRIDGE_FAILURES_BEFORE_REPORT = env.int("BRIDGE_FAILURES_BEFORE_REPORT", 10, validate=NOT_NEGATIVE)
#: After so many seconds without the exchange the bridge serves simulated data, from the last real prices on, marked so
#: everywhere, until the exchange is well again; 0: never (`manage.py demo`: 5). For Binance alone; see exchange.md.
FALLBACK_SIMULATOR = env.float("FALLBACK_SIMULATOR", 0.0, validate=NOT_NEGATIVE)
#: How long the exchange must have been well, without a break, before its own data is served again.
FALLBACK_WELL_SECONDS = env.float("FALLBACK_WELL_SECONDS", 10.0, validate=NOT_NEGATIVE)
#: Who makes the simulated data: a class, of an exchange that lives in the bridge's process.
FALLBACK_MARKET = env.str("FALLBACK_MARKET", "streaming.simulator.stand_in.StandInExchange")
#: How often the bridge tells its state.
BRIDGE_STATUS_INTERVAL_SECONDS = env.float("BRIDGE_STATUS_INTERVAL_SECONDS", 5.0, validate=POSITIVE)
#: Changes of its state within this time are told together.
BRIDGE_STATUS_GATHER_SECONDS = env.float("BRIDGE_STATUS_GATHER_SECONDS", 0.05, validate=NOT_NEGATIVE)
#: A bridge that is silent for so long is taken for gone.
BRIDGE_STATUS_MAXIMUM_AGE_SECONDS = env.float("BRIDGE_STATUS_MAXIMUM_AGE_SECONDS", 15.0, validate=NOT_NEGATIVE)
#: How long the bridge's lease lasts; another takes over after it.
BRIDGE_LEASE_SECONDS = env.float("BRIDGE_LEASE_SECONDS", 6.0, validate=POSITIVE)
#: How often the lease is renewed.
BRIDGE_LEASE_RENEW_SECONDS = env.float("BRIDGE_LEASE_RENEW_SECONDS", 2.0, validate=POSITIVE)
#: How often a process tells the bridge all that it wants.
DEMAND_INTERVAL_SECONDS = env.float("DEMAND_INTERVAL_SECONDS", 5.0, validate=POSITIVE)
#: How long what a process wants counts after it was last told.
DEMAND_LEASE_SECONDS = env.float("DEMAND_LEASE_SECONDS", 20.0, validate=POSITIVE)
#: Changes within this time are told together.
DEMAND_GATHER_SECONDS = env.float("DEMAND_GATHER_SECONDS", 0.05, validate=NOT_NEGATIVE)
#: Least time between two prices of a symbol.
PUBLISH_PRICE_SECONDS = env.float("PUBLISH_PRICE_SECONDS", 0.25, validate=NOT_NEGATIVE)
#: Least time between two tickers of a symbol.
PUBLISH_TICKER_SECONDS = env.float("PUBLISH_TICKER_SECONDS", 0.25, validate=NOT_NEGATIVE)
#: Least time between two states of an open candle; final ones don't wait.
PUBLISH_CANDLE_SECONDS = env.float("PUBLISH_CANDLE_SECONDS", 0.25, validate=NOT_NEGATIVE)
#: Least time between two order books of a symbol.
PUBLISH_DEPTH_SECONDS = env.float("PUBLISH_DEPTH_SECONDS", 0.1, validate=NOT_NEGATIVE)
#: Where more trades are made of a symbol than one in this time, those within it travel together ...
PUBLISH_TRADES_SECONDS = env.float("PUBLISH_TRADES_SECONDS", 0.1, validate=NOT_NEGATIVE)
#: ... once so many have left at once.
PUBLISH_TRADES_AT_ONCE = env.int("PUBLISH_TRADES_AT_ONCE", 10, validate=POSITIVE)
#: Least time between two market overviews.
PUBLISH_OVERVIEW_SECONDS = env.float("PUBLISH_OVERVIEW_SECONDS", 1.0, validate=NOT_NEGATIVE)
#: Most trades of a symbol that wait to be published; older ones are dropped, and counted.
PUBLISH_WAITING_TRADES = env.int("PUBLISH_WAITING_TRADES", 1000, validate=NOT_NEGATIVE)
#: Most closed candles of a symbol and interval that wait to be published; older ones are dropped, and counted.
PUBLISH_WAITING_CANDLES = env.int("PUBLISH_WAITING_CANDLES", 300, validate=NOT_NEGATIVE)
#: How often a channel layer that failed is tried again.
PUBLISH_RETRY_SECONDS = env.float("PUBLISH_RETRY_SECONDS", 1.0, validate=NOT_NEGATIVE)
#: How long the other processes get to find a channel layer that is back, before what waited is published.
PUBLISH_SETTLE_SECONDS = env.float("PUBLISH_SETTLE_SECONDS", 2.0, validate=NOT_NEGATIVE)
#: Up to this age a last value answers a new subscription.
LAST_VALUE_MAXIMUM_AGE_SECONDS = env.float("LAST_VALUE_MAXIMUM_AGE_SECONDS", 5.0, validate=NOT_NEGATIVE)
#: Symbols of the market overview; empty: the 50 largest by quote volume.
OVERVIEW_SYMBOLS: list[str] = env.list("OVERVIEW_SYMBOLS", [])
#: While one connection takes over from another: after so long without a higher id, a book's ids have begun anew.
BRIDGE_IDS_ANEW_SECONDS = env.float("BRIDGE_IDS_ANEW_SECONDS", 5.0, validate=NOT_NEGATIVE)
#: An exchange's clock that goes back by more than this has begun anew; by less, what it says is old.
BRIDGE_CLOCK_ANEW_SECONDS = env.float("BRIDGE_CLOCK_ANEW_SECONDS", 60.0, validate=NOT_NEGATIVE)
#: A last value without news for so long, which is more than LAST_VALUE_MAXIMUM_AGE_SECONDS, is published once more,
#: marked as stale ...
PUBLISH_STALE_SECONDS = env.float("PUBLISH_STALE_SECONDS", 10.0, validate=NOT_NEGATIVE)
#: ... and so often it is looked for such.
PUBLISH_STALE_LOOK_SECONDS = env.float("PUBLISH_STALE_LOOK_SECONDS", 0.5, validate=NOT_NEGATIVE)
#: How long a trade whose successor is there may still come by itself, before it is fetched.
GAP_REORDER_SECONDS = env.float("GAP_REORDER_SECONDS", 0.5, validate=NOT_NEGATIVE)
#: After an interruption, a symbol without a trade for so long is asked whether there were any.
GAP_QUIET_SECONDS = env.float("GAP_QUIET_SECONDS", 2.0, validate=NOT_NEGATIVE)
#: How long newer trades wait for older ones that are being fetched.
GAP_TRADES_HOLD_SECONDS = env.float("GAP_TRADES_HOLD_SECONDS", 4.0, validate=NOT_NEGATIVE)
#: How long newer closed candles wait for older ones.
GAP_CANDLES_HOLD_SECONDS = env.float("GAP_CANDLES_HOLD_SECONDS", 10.0, validate=NOT_NEGATIVE)
#: Most trades, or closed candles, of a topic that wait for older ones.
GAP_HELD = env.int("GAP_HELD", 1000, validate=NOT_NEGATIVE)
#: A closed candle that has not come so long after its end is fetched.
GAP_CANDLE_LATE_SECONDS = env.float("GAP_CANDLE_LATE_SECONDS", 5.0, validate=NOT_NEGATIVE)
#: How long a candle's end must lie behind when it is fetched.
GAP_CANDLE_SETTLE_SECONDS = env.float("GAP_CANDLE_SETTLE_SECONDS", 1.0, validate=NOT_NEGATIVE)
#: Most requests of 1000 candles for one gap; what is older is given up.
GAP_PAGES = env.int("GAP_PAGES", 5, validate=NOT_NEGATIVE)
#: The first wait after a gap could not be filled; it doubles ...
GAP_RETRY_SECONDS = env.float("GAP_RETRY_SECONDS", 2.0, validate=NOT_NEGATIVE)
#: ... and is never more than this.
GAP_RETRY_MAXIMUM_SECONDS = env.float("GAP_RETRY_MAXIMUM_SECONDS", 30.0, validate=NOT_NEGATIVE)
#: How long a gap is worked on before it is told as one that remains.
GAP_GIVE_UP_SECONDS = env.float("GAP_GIVE_UP_SECONDS", 180.0, validate=NOT_NEGATIVE)
#: How many gaps are filled at the same time.
GAP_PARALLEL = env.int("GAP_PARALLEL", 4, validate=NOT_NEGATIVE)
#: How often it is looked for gaps that are due.
GAP_LOOK_SECONDS = env.float("GAP_LOOK_SECONDS", 0.25, validate=NOT_NEGATIVE)
#: How long it is known where a bridge stopped, for the one that takes over.
BRIDGE_POSITION_AGE_SECONDS = env.float("BRIDGE_POSITION_AGE_SECONDS", 600.0, validate=NOT_NEGATIVE)
#: How often that is written for topics without news.
BRIDGE_POSITION_REFRESH_SECONDS = env.float("BRIDGE_POSITION_REFRESH_SECONDS", 60.0, validate=POSITIVE)
#: How long after its start a bridge takes up what its predecessor left.
BRIDGE_TAKEOVER_SECONDS = env.float("BRIDGE_TAKEOVER_SECONDS", 20.0, validate=NOT_NEGATIVE)
#: How long the cache may take to say where that was; then all that may be missing is asked for, and told a second time.
BRIDGE_POSITION_WAIT_SECONDS = env.float("BRIDGE_POSITION_WAIT_SECONDS", 5.0, validate=NOT_NEGATIVE)
#: A topic whose readers' process was not heard for a while is taken up where it was left, if that was not longer ago.
BRIDGE_REJOIN_SECONDS = env.float("BRIDGE_REJOIN_SECONDS", 30.0, validate=NOT_NEGATIVE)
#: Least time between two reports of the bridge on its streams.
BRIDGE_STREAM_REPORTS_SECONDS = env.float("BRIDGE_STREAM_REPORTS_SECONDS", 3.0, validate=NOT_NEGATIVE)

globals().update({name: value for name, value in own_settings(EXCHANGE_SOURCE).items() if name not in os.environ})

if FALLBACK_SIMULATOR and EXCHANGE_SOURCE not in {"binance", "simulator"}:
    raise EnvValidationError(
        f"FALLBACK_SIMULATOR must be 0 where EXCHANGE_SOURCE is {EXCHANGE_SOURCE}: what is simulated are Binance's "
        "markets alone",
        [f"EXCHANGE_SOURCE is {EXCHANGE_SOURCE}"],
    )
