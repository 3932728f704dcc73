"""Settings of the gateway; times in seconds, sizes in bytes."""

from config.settings.environment import NOT_NEGATIVE, POSITIVE, env

# -- The gateway ----------------------------------------------------------------------------------------------------
#: The function that tells whose a token is.
GATEWAY_AUTHENTICATOR = env.str("GATEWAY_AUTHENTICATOR", "accounts.authentication.authenticate")
#: The function that tells how users stand who are connected.
GATEWAY_USER_STANDING = env.str("GATEWAY_USER_STANDING", "accounts.authentication.standing_of")
#: Origins whose pages may connect, separated by commas; programs, which send none, always may.
WS_ALLOWED_ORIGINS: list[str] = env.list("WS_ALLOWED_ORIGINS", ["*"])
#: How many proxies of ours stand before the server; so many entries of `X-Forwarded-For` are trusted.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0, validate=NOT_NEGATIVE)
#: Largest message taken from a client; a larger one closes with 1009.
WS_MAXIMUM_MESSAGE_BYTES = env.int("WS_MAXIMUM_MESSAGE_BYTES", 65_536, validate=NOT_NEGATIVE)
#: How long a client may take to send a request with its body, or a handshake; then `serve` drops it.
WS_REQUEST_TIMEOUT_SECONDS = env.float("WS_REQUEST_TIMEOUT_SECONDS", 10.0, validate=NOT_NEGATIVE)
#: How often the server pings a client.
WS_PING_INTERVAL_SECONDS = env.float("WS_PING_INTERVAL_SECONDS", 30.0, validate=POSITIVE)
#: Within how long after connecting `serve` pings for the first time, to know the latency early; 0: not early.
WS_FIRST_PING_SECONDS = env.float("WS_FIRST_PING_SECONDS", 1.0, validate=NOT_NEGATIVE)
#: How long a client may take to answer a ping; then it is closed with 1011.
WS_PING_TIMEOUT_SECONDS = env.float("WS_PING_TIMEOUT_SECONDS", 30.0, validate=NOT_NEGATIVE)
#: Most subscriptions of a connection.
WS_MAXIMUM_SUBSCRIPTIONS = env.int("WS_MAXIMUM_SUBSCRIPTIONS", 50, validate=NOT_NEGATIVE)
#: Most messages a second of a connection; more are dropped.
WS_MESSAGES_PER_SECOND = env.int("WS_MESSAGES_PER_SECOND", 100, validate=NOT_NEGATIVE)
#: Whoever is over the rate for so long is closed with 4429.
WS_RATE_LIMIT_CLOSE_SECONDS = env.float("WS_RATE_LIMIT_CLOSE_SECONDS", 3.0, validate=NOT_NEGATIVE)
#: Most commands a second of a connection; more are refused.
WS_COMMANDS_PER_SECOND = env.int("WS_COMMANDS_PER_SECOND", 10, validate=NOT_NEGATIVE)
#: Most commands of a connection that run at a time; more wait.
WS_COMMANDS_AT_A_TIME = env.int("WS_COMMANDS_AT_A_TIME", 4, validate=NOT_NEGATIVE)
#: How long a command may take; then its answer is UNAVAILABLE.
WS_COMMAND_SECONDS = env.float("WS_COMMAND_SECONDS", 25.0, validate=NOT_NEGATIVE)
#: How long a command that changes something is remembered: the same id of the same user gets its first answer again.
COMMANDS_REMEMBERED_HOURS = env.float("COMMANDS_REMEMBERED_HOURS", 24.0, validate=NOT_NEGATIVE)
#: How often the memory of older commands is deleted.
COMMANDS_FORGET_SECONDS = env.float("COMMANDS_FORGET_SECONDS", 600.0, validate=POSITIVE)
#: How long a request for the market's overview waits for the first one; then its answer is UNAVAILABLE.
OVERVIEW_WAIT_SECONDS = env.float("OVERVIEW_WAIT_SECONDS", 5.0, validate=NOT_NEGATIVE)
#: Most connections of one user at one gateway process; more are refused with 429.
WS_MAXIMUM_CONNECTIONS_PER_USER = env.int("WS_MAXIMUM_CONNECTIONS_PER_USER", 100, validate=NOT_NEGATIVE)
#: Most connections of one address at one gateway process; more are refused with 429.
WS_MAXIMUM_CONNECTIONS_PER_ADDRESS = env.int("WS_MAXIMUM_CONNECTIONS_PER_ADDRESS", 5000, validate=NOT_NEGATIVE)
#: How long a client that must log in may take to; then it is closed with 4401.
WS_AUTHENTICATION_SECONDS = env.float("WS_AUTHENTICATION_SECONDS", 10.0, validate=NOT_NEGATIVE)
#: How often the server sends a `zigquant-v2` client a ping.
WS_HEARTBEAT_INTERVAL_SECONDS = env.float("WS_HEARTBEAT_INTERVAL_SECONDS", 30.0, validate=POSITIVE)
#: How long a `zigquant-v2` client may be silent; then it is closed with 4000.
WS_HEARTBEAT_TIMEOUT_SECONDS = env.float("WS_HEARTBEAT_TIMEOUT_SECONDS", 60.0, validate=NOT_NEGATIVE)
#: How often the database is asked for users who were logged out, deactivated or given other rights.
WS_USER_CHECK_SECONDS = env.float("WS_USER_CHECK_SECONDS", 1.5, validate=POSITIVE)
#: How often connections are looked at for what has expired.
WS_CHECK_INTERVAL_SECONDS = env.float("WS_CHECK_INTERVAL_SECONDS", 1.0, validate=POSITIVE)
#: How long a subscription waits for symbols to be known.
WS_SYMBOLS_WAIT_SECONDS = env.float("WS_SYMBOLS_WAIT_SECONDS", 5.0, validate=NOT_NEGATIVE)
#: Frames that come within half of this time after a write to their client wait for its end, to leave in one write.
WS_GATHER_WINDOW_SECONDS = env.float("WS_GATHER_WINDOW_SECONDS", 0.018, validate=NOT_NEGATIVE)
#: How much of what may not be dropped waits for a slow reader; past it, 4408.
WS_OUTBOX_MAXIMUM_BYTES = env.int("WS_OUTBOX_MAXIMUM_BYTES", 262_144, validate=NOT_NEGATIVE)
#: How long it may wait; past it, 4408.
WS_OUTBOX_MAXIMUM_AGE_SECONDS = env.float("WS_OUTBOX_MAXIMUM_AGE_SECONDS", 30.0, validate=NOT_NEGATIVE)
#: How long a close frame may take to get out before the connection is dropped.
WS_ABORT_AFTER_SECONDS = env.float("WS_ABORT_AFTER_SECONDS", 1.0, validate=NOT_NEGATIVE)
#: How long a process stays in a topic's group after its last reader left.
HUB_LINGER_SECONDS = env.float("HUB_LINGER_SECONDS", 3.0, validate=NOT_NEGATIVE)
#: How often a gateway tells the others what it serves.
WS_STATISTICS_INTERVAL_SECONDS = env.float("WS_STATISTICS_INTERVAL_SECONDS", 1.0, validate=POSITIVE)
#: How often the deployment's health is told (`system.health`), once for all gateways.
WS_HEALTH_INTERVAL_SECONDS = env.float("WS_HEALTH_INTERVAL_SECONDS", 5.0, validate=POSITIVE)
#: How often staff are told of the gateways (`ops.gateways`) while somebody reads it.
WS_OPERATIONS_INTERVAL_SECONDS = env.float("WS_OPERATIONS_INTERVAL_SECONDS", 1.0, validate=POSITIVE)
#: How long the lease of the gateway that tells the health lasts; another takes over after it.
WS_HEALTH_LEASE_SECONDS = env.float("WS_HEALTH_LEASE_SECONDS", 6.0, validate=POSITIVE)
#: How often that lease is renewed.
WS_HEALTH_LEASE_RENEW_SECONDS = env.float("WS_HEALTH_LEASE_RENEW_SECONDS", 2.0, validate=POSITIVE)
#: How long a gateway waits for the others to name a user's connections.
WS_ROLL_CALL_SECONDS = env.float("WS_ROLL_CALL_SECONDS", 1.0, validate=NOT_NEGATIVE)
#: How often the admin's page of streams refreshes itself.
ADMIN_STREAMS_REFRESH_SECONDS = env.float("ADMIN_STREAMS_REFRESH_SECONDS", 3.0, validate=POSITIVE)
