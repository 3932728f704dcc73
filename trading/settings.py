"""Settings of trading and of backtests."""

import os
from decimal import Decimal

from streaming.configuration.environment import (
    AMOUNTS,
    AT_LEAST_ONE,
    BELOW_HALF,
    FRACTION,
    HOUR,
    NOT_NEGATIVE,
    POSITIVE,
    RATE,
    each_of,
    env,
    one_of,
    symbol_names,
)

# -- Backtests ------------------------------------------------------------------------------------------------------
#: How many backtests run at a time, each in a process of its own; 0: as many as there are processors.
BACKTESTS_PROCESSES = env.int("BACKTESTS_PROCESSES", 0, validate=NOT_NEGATIVE) or os.cpu_count() or 1
#: Most of them that are one user's, so that nobody waits for all of another's.
BACKTESTS_RUNNING_PER_USER = env.int("BACKTESTS_RUNNING_PER_USER", 2, validate=AT_LEAST_ONE)
#: Most backtests of a user that have not ended, those that wait included.
BACKTESTS_QUEUED_PER_USER = env.int("BACKTESTS_QUEUED_PER_USER", 20, validate=AT_LEAST_ONE)
#: Most backtests of a user that are stored.
BACKTESTS_STORED_PER_USER = env.int("BACKTESTS_STORED_PER_USER", 500, validate=AT_LEAST_ONE)
#: Most candles that one backtest may run over.
BACKTESTS_MAXIMUM_CANDLES = env.int("BACKTESTS_MAXIMUM_CANDLES", 3_000_000, validate=AT_LEAST_ONE)
#: Most runs of one sweep.
BACKTESTS_SWEEP_MAXIMUM_RUNS = env.int("BACKTESTS_SWEEP_MAXIMUM_RUNS", 1000, validate=AT_LEAST_ONE)
#: For how many days backtests and their results are kept after they have ended; 0: for ever.
BACKTESTS_KEPT_DAYS = env.int("BACKTESTS_KEPT_DAYS", 90, validate=NOT_NEGATIVE)
#: How often the trading worker deletes those that are no longer kept.
BACKTESTS_FORGET_SECONDS = env.float("BACKTESTS_FORGET_SECONDS", 600.0, validate=POSITIVE)
#: How often the trading worker looks for backtests to run and to cancel.
BACKTESTS_POLL_SECONDS = env.float("BACKTESTS_POLL_SECONDS", 0.2, validate=POSITIVE)
#: How often a running backtest tells how far it is.
BACKTESTS_PROGRESS_SECONDS = env.float("BACKTESTS_PROGRESS_SECONDS", 1.0, validate=POSITIVE)
#: How long a backtest that was cancelled may take to hand over what it has, before its process is killed.
BACKTESTS_CANCEL_SECONDS = env.float("BACKTESTS_CANCEL_SECONDS", 5.0, validate=POSITIVE)
#: How often a backtest is taken up whose process or worker was killed, before it has failed.
BACKTESTS_ATTEMPTS = env.int("BACKTESTS_ATTEMPTS", 2, validate=AT_LEAST_ONE)
#: How long the lease of the one trading worker is good without being renewed.
TRADING_LEASE_SECONDS = env.float("TRADING_LEASE_SECONDS", 5.0, validate=POSITIVE)
#: How often it is renewed.
TRADING_LEASE_RENEWAL_SECONDS = env.float("TRADING_LEASE_RENEWAL_SECONDS", 1.0, validate=POSITIVE)
#: Most requests of a user that begin or change backtests, as `60/min`; empty: any number.
THROTTLE_BACKTESTS = env.str("THROTTLE_BACKTESTS", "60/min", validate=RATE)
#: Most requests of a user for results of backtests and for what is stored, which take a while to read.
THROTTLE_BACKTEST_RESULTS = env.str("THROTTLE_BACKTEST_RESULTS", "240/min", validate=RATE)
#: Most requests of a user for public signals and for what became of them, which a page reads again as signals come.
THROTTLE_SIGNALS = env.str("THROTTLE_SIGNALS", "240/min", validate=RATE)

# -- Trading --------------------------------------------------------------------------------------------------------
#: What a new paper account holds, and one that is reset: `USDT:100000,USDC:100000`. These assets count as equal.
PAPER_ACCOUNT_BALANCES = env.str("PAPER_ACCOUNT_BALANCES", "USDT:100000,USDC:100000", validate=AMOUNTS)
#: The fee of new paper accounts for what rests and is met, as a rate: 0.001 is 0.1 %.
PAPER_MAKER_FEE = env.decimal("PAPER_MAKER_FEE", Decimal("0.001"), validate=FRACTION)
#: The same for what takes from the book.
PAPER_TAKER_FEE = env.decimal("PAPER_TAKER_FEE", Decimal("0.001"), validate=FRACTION)
#: By how much worse a market order gets what is left of it beyond the last known level of the book, as a rate.
PAPER_SLIPPAGE = env.decimal("PAPER_SLIPPAGE", Decimal("0.0005"), validate=FRACTION)
#: Whether new paper accounts are marked as demo accounts: these alone trade on simulated and on stale market data.
PAPER_ACCOUNTS_DEMO = env.bool("PAPER_ACCOUNTS_DEMO", False)
#: Most accounts of a user.
ACCOUNTS_PER_USER = env.int("ACCOUNTS_PER_USER", 10, validate=AT_LEAST_ONE)
#: Most that one order of a new account may be worth, of quote (a risk limit, as those below); 0: any amount.
RISK_ORDER_SIZE = env.decimal("RISK_ORDER_SIZE", Decimal(0), validate=NOT_NEGATIVE)
#: Most that may be held and being bought of an asset in a new account, of quote; 0: any amount.
RISK_POSITION_SIZE = env.decimal("RISK_POSITION_SIZE", Decimal(0), validate=NOT_NEGATIVE)
#: Most open orders of a new account; 0: any number.
RISK_OPEN_ORDERS = env.int("RISK_OPEN_ORDERS", 0, validate=NOT_NEGATIVE)
#: How far prices of a new account's orders may be from the market's, as a fraction of it: 0.1 is 10 %; 0: any distance.
RISK_PRICE_COLLAR = env.decimal("RISK_PRICE_COLLAR", Decimal(0), validate=FRACTION)
#: Most orders that a new account may send within a second; 0: any number.
RISK_ORDERS_PER_SECOND = env.int("RISK_ORDERS_PER_SECOND", 0, validate=NOT_NEGATIVE)
#: The realised loss since midnight (UTC) at which a new account buys no more, of quote; 0: any loss.
RISK_DAILY_LOSS = env.decimal("RISK_DAILY_LOSS", Decimal(0), validate=NOT_NEGATIVE)
#: Whether users set the limits of their accounts themselves; else staff does who may change risk limits.
RISK_LIMITS_SET_BY_USERS = env.bool("RISK_LIMITS_SET_BY_USERS", True)
#: After how many seconds without a word of a symbol's market its grids and strategies are paused.
TRADING_SILENT_SECONDS = env.float("TRADING_SILENT_SECONDS", 15.0, validate=POSITIVE)
#: For how many seconds newer trades wait for some that are missing and can't be fetched; then these are left out.
TRADING_MISSING_SECONDS = env.float("TRADING_MISSING_SECONDS", 30.0, validate=POSITIVE)
#: Whether what reaches orders and grids is recorded, so that `manage.py replay_recording` can do it again. Give it to
#: all processes alike.
TRADING_RECORDING = env.bool("TRADING_RECORDING", False)
#: After so many steps a recording ends, and another begins once its sub-account is loaded anew.
TRADING_RECORDING_STEPS = env.int("TRADING_RECORDING_STEPS", 200_000, validate=AT_LEAST_ONE)
#: For how many days recordings are kept after they have begun; 0: for ever.
TRADING_RECORDING_KEPT_DAYS = env.int("TRADING_RECORDING_KEPT_DAYS", 7, validate=NOT_NEGATIVE)
#: For how many days orders and their executions are kept after the orders have ended; 0: for ever.
ORDERS_KEPT_DAYS = env.int("ORDERS_KEPT_DAYS", 365, validate=NOT_NEGATIVE)
#: For how many days the signals of strategies are kept; 0: for ever.
STRATEGY_SIGNALS_KEPT_DAYS = env.int("STRATEGY_SIGNALS_KEPT_DAYS", 365, validate=NOT_NEGATIVE)
#: For how many days it is kept what a live strategy was told, after it has ended; 0: for ever. Until then it is needed.
STRATEGY_DELIVERIES_KEPT_DAYS = env.int("STRATEGY_DELIVERIES_KEPT_DAYS", 30, validate=NOT_NEGATIVE)
#: How often the trading worker deletes orders, signals, recordings and events that are no longer kept.
ORDERS_FORGET_SECONDS = env.float("ORDERS_FORGET_SECONDS", 600.0, validate=POSITIVE)
#: A user's accounts and portfolio are told at most so often when something of them has changed.
ACCOUNT_PUBLISH_SECONDS = env.float("ACCOUNT_PUBLISH_SECONDS", 0.25, validate=POSITIVE)
#: How often the portfolios of those who hold anything are told anew, where prices have moved.
PORTFOLIO_PUBLISH_SECONDS = env.float("PORTFOLIO_PUBLISH_SECONDS", 5.0, validate=POSITIVE)
#: Most grids of a user that have not stopped.
GRIDS_PER_USER = env.int("GRIDS_PER_USER", 100, validate=AT_LEAST_ONE)
#: Most live strategies of a user that have not stopped.
STRATEGIES_PER_USER = env.int("STRATEGIES_PER_USER", 50, validate=AT_LEAST_ONE)
#: A live strategy's call that goes on for longer is ended, and the strategy stopped.
STRATEGY_CALL_SECONDS = env.float("STRATEGY_CALL_SECONDS", 2.0, validate=POSITIVE)
#: So much of the processor's time a live strategy may use for one call; what uses more is stopped.
STRATEGY_CALL_CPU_MILLISECONDS = env.float("STRATEGY_CALL_CPU_MILLISECONDS", 250.0, validate=POSITIVE)
#: The same for all of its calls within a minute of the market.
STRATEGY_CPU_MILLISECONDS_PER_MINUTE = env.float("STRATEGY_CPU_MILLISECONDS_PER_MINUTE", 2000.0, validate=POSITIVE)
#: So many MiB of memory a live strategy may take in one call (on Linux); what asks for more is stopped.
STRATEGY_CALL_MEMORY_MIB = env.int("STRATEGY_CALL_MEMORY_MIB", 256, validate=AT_LEAST_ONE)
#: So many MiB of memory a live strategy may pile up over all of its calls (on Linux); what holds more is stopped.
STRATEGY_MEMORY_MIB = env.int("STRATEGY_MEMORY_MIB", 512, validate=AT_LEAST_ONE)
#: Orders of a live strategy beyond so many in one call are refused; it is stopped where that happens in three in a row.
STRATEGY_ORDERS_PER_CALL = env.int("STRATEGY_ORDERS_PER_CALL", 500, validate=AT_LEAST_ONE)
#: Orders of a live strategy are refused while it has so many open, and it is stopped in the same way.
STRATEGY_OPEN_ORDERS = env.int("STRATEGY_OPEN_ORDERS", 500, validate=AT_LEAST_ONE)
#: A live strategy that sends more orders and cancellations within a minute of the market is stopped.
STRATEGY_ORDERS_PER_MINUTE = env.int("STRATEGY_ORDERS_PER_MINUTE", 1000, validate=AT_LEAST_ONE)
#: Most requests of a user that place or cancel orders, as `600/min`; empty: any number.
THROTTLE_ORDERS = env.str("THROTTLE_ORDERS", "600/min", validate=RATE)
#: Most requests of a user that start or change grids.
THROTTLE_GRIDS = env.str("THROTTLE_GRIDS", "120/min", validate=RATE)
#: Most requests of a user that start, pause or stop live strategies.
THROTTLE_STRATEGIES = env.str("THROTTLE_STRATEGIES", "120/min", validate=RATE)
#: Most requests of a user for previews of grids, which a form asks for while one types.
THROTTLE_GRID_PREVIEWS = env.str("THROTTLE_GRID_PREVIEWS", "600/min", validate=RATE)
#: Most requests of a user that reset accounts or change their limits.
THROTTLE_ACCOUNTS = env.str("THROTTLE_ACCOUNTS", "60/min", validate=RATE)
#: Most requests of a user for previews of orders, which the ticket asks for while one types.
THROTTLE_ORDER_PREVIEWS = env.str("THROTTLE_ORDER_PREVIEWS", "600/min", validate=RATE)
#: How long whoever orders waits for a price of the symbol, where none is held.
MARKET_QUOTE_SECONDS = env.float("MARKET_QUOTE_SECONDS", 2.0, validate=POSITIVE)

# -- Models that learn ----------------------------------------------------------------------------------------------
#: The symbols whose models the trading worker trains anew each night, as `BTCUSDT,ETHUSDT`; empty: none by itself. It
#: notes how their order books stand as candles close. It takes the extra `learning`.
LEARNING_SYMBOLS: list[str] = env.list("LEARNING_SYMBOLS", [], validate=symbol_names)
#: The candles that they learn from, and say at whose closes what comes.
LEARNING_INTERVAL = env.str(
    "LEARNING_INTERVAL", "1m", validate=one_of("1m", "3m", "5m", "15m", "30m", "1h", "4h", "1d")
)
#: Which models are trained: `boosting`, `online`, or both.
LEARNING_ALGORITHMS = env.list("LEARNING_ALGORITHMS", ["boosting", "online"], validate=each_of("boosting", "online"))
#: From which hour on, UTC, they are trained each day.
LEARNING_HOUR = env.int("LEARNING_HOUR", 2, validate=HOUR)
#: On how many days of candles.
LEARNING_DAYS = env.int("LEARNING_DAYS", 90, validate=AT_LEAST_ONE)
#: How many candles ahead they look.
LEARNING_HORIZON = env.int("LEARNING_HORIZON", 15, validate=AT_LEAST_ONE)
#: A model says nothing where the probability of a rise is no further than this from a half.
LEARNING_ABSTAIN_WITHIN = env.float("LEARNING_ABSTAIN_WITHIN", 0.03, validate=BELOW_HALF)
#: What chance is drawn by: the same candles and seed give the same model.
LEARNING_SEED = env.int("LEARNING_SEED", 1, validate=NOT_NEGATIVE)
#: For how many hours after its training a model speaks.
LEARNING_VALID_HOURS = env.int("LEARNING_VALID_HOURS", 48, validate=AT_LEAST_ONE)
#: For how many days versions that are asked no more are kept, and what is known of trainings; 0: for ever.
MODEL_VERSIONS_KEPT_DAYS = env.int("MODEL_VERSIONS_KEPT_DAYS", 90, validate=NOT_NEGATIVE)
