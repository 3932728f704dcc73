"""Settings of wallets."""

from streaming.configuration.environment import AT_LEAST_ONE, NOT_NEGATIVE, POSITIVE, RATE, env

# -- Wallets --------------------------------------------------------------------------------------------------------
#: Most wallets of a user, on all chains together.
WALLETS_PER_USER = env.int("WALLETS_PER_USER", 100, validate=AT_LEAST_ONE)
#: Most transactions that a user watches by hand.
TRANSACTIONS_WATCHED_PER_USER = env.int("TRANSACTIONS_WATCHED_PER_USER", 500, validate=AT_LEAST_ONE)
#: Most tokens that a user names by their contracts, for all wallets together.
TOKENS_NAMED_PER_USER = env.int("TOKENS_NAMED_PER_USER", 100, validate=AT_LEAST_ONE)
#: Most requests of a user that add or change wallets or watched transactions, as `60/min`; empty: any number.
THROTTLE_WALLETS = env.str("THROTTLE_WALLETS", "120/min", validate=RATE)
#: For how many days the history of addresses is kept, and transactions that are final; 0: for ever.
WALLET_HISTORY_KEPT_DAYS = env.int("WALLET_HISTORY_KEPT_DAYS", 365, validate=NOT_NEGATIVE)
#: For how many days a watched transaction that no block has is asked for, without news of it; 0: for ever.
TRANSACTIONS_UNDECIDED_KEPT_DAYS = env.int("TRANSACTIONS_UNDECIDED_KEPT_DAYS", 14, validate=NOT_NEGATIVE)
#: How many of the newest blocks of each chain are kept; never fewer than the 65 that a reorganisation may concern.
BLOCKS_KEPT = env.int("BLOCKS_KEPT", 200, validate=AT_LEAST_ONE)
#: How often the wallets worker deletes what is no longer kept.
WALLETS_FORGET_SECONDS = env.float("WALLETS_FORGET_SECONDS", 600.0, validate=POSITIVE)
#: For how many seconds the wallets worker's lease holds without being renewed.
WALLETS_LEASE_SECONDS = env.float("WALLETS_LEASE_SECONDS", 5.0, validate=POSITIVE)
#: How often the wallets worker renews its lease, in seconds.
WALLETS_LEASE_RENEWAL_SECONDS = env.float("WALLETS_LEASE_RENEWAL_SECONDS", 1.0, validate=POSITIVE)
#: How many seconds a chain's node may take for an answer; then the next node is asked.
CHAIN_NODE_TIMEOUT = env.float("CHAIN_NODE_TIMEOUT", 10.0, validate=POSITIVE)
