"""Settings of the gateway; times in seconds, sizes in bytes."""

from config.settings.environment import env

# -- The gateway ----------------------------------------------------------------------------------------------------
#: The function that tells whose a token is.
GATEWAY_AUTHENTICATOR = env.str("GATEWAY_AUTHENTICATOR", "accounts.authentication.authenticate")
#: Origins whose pages may connect, separated by commas; programs, which send none, always may.
WS_ALLOWED_ORIGINS: list[str] = env.list("WS_ALLOWED_ORIGINS", ["*"])
#: Largest message taken from a client; a larger one closes with 1009.
WS_MAXIMUM_MESSAGE_BYTES = env.int("WS_MAXIMUM_MESSAGE_BYTES", 65_536)
#: How often the server pings a client.
WS_PING_INTERVAL_SECONDS = env.float("WS_PING_INTERVAL_SECONDS", 30.0)
#: How long a client may take to answer a ping; then it is closed with 1011.
WS_PING_TIMEOUT_SECONDS = env.float("WS_PING_TIMEOUT_SECONDS", 30.0)
#: Most subscriptions of a connection.
WS_MAXIMUM_SUBSCRIPTIONS = env.int("WS_MAXIMUM_SUBSCRIPTIONS", 50)
#: Most messages a second of a connection; more are dropped.
WS_MESSAGES_PER_SECOND = env.int("WS_MESSAGES_PER_SECOND", 100)
#: Whoever is over the rate for so long is closed with 4429.
WS_RATE_LIMIT_CLOSE_SECONDS = env.float("WS_RATE_LIMIT_CLOSE_SECONDS", 3.0)
#: How long a subscription waits for symbols to be known.
WS_SYMBOLS_WAIT_SECONDS = env.float("WS_SYMBOLS_WAIT_SECONDS", 5.0)
#: Frames to one client within this time leave in one write.
WS_GATHER_WINDOW_SECONDS = env.float("WS_GATHER_WINDOW_SECONDS", 0.02)
#: How much of what may not be dropped waits for a slow reader; past it, 4408.
WS_OUTBOX_MAXIMUM_BYTES = env.int("WS_OUTBOX_MAXIMUM_BYTES", 262_144)
#: How long it may wait; past it, 4408.
WS_OUTBOX_MAXIMUM_AGE_SECONDS = env.float("WS_OUTBOX_MAXIMUM_AGE_SECONDS", 30.0)
#: How long a close frame may take to get out before the connection is dropped.
WS_ABORT_AFTER_SECONDS = env.float("WS_ABORT_AFTER_SECONDS", 1.0)
#: How long a process stays in a topic's group after its last reader left.
HUB_LINGER_SECONDS = env.float("HUB_LINGER_SECONDS", 3.0)
