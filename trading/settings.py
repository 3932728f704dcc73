"""Settings of backtests."""

import os

from streaming.environment import AT_LEAST_ONE, NOT_NEGATIVE, POSITIVE, RATE, env

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
