"""Settings of the gateway; times in seconds, sizes in bytes."""

from streaming.configuration.environment import (
    AT_LEAST_ONE,
    IS_DEVELOPMENT,
    NOT_NEGATIVE,
    PORT,
    POSITIVE,
    RATE,
    TOKEN,
    env,
    one_of,
    symbol_names,
)

# -- The gateway ----------------------------------------------------------------------------------------------------
#: The function that tells whose a token is.
GATEWAY_AUTHENTICATOR = env.str("GATEWAY_AUTHENTICATOR", "accounts.authentication.authenticate")
#: The function that tells how users stand who are connected.
GATEWAY_USER_STANDING = env.str("GATEWAY_USER_STANDING", "accounts.authentication.standing_of")
#: Origins whose pages may connect besides this host's own; programs, which send none, always may. In production no `*`.
WS_ALLOWED_ORIGINS: list[str] = env.list("WS_ALLOWED_ORIGINS", ["*"] if IS_DEVELOPMENT else [])
#: How many proxies of ours stand before the server; so many entries of `X-Forwarded-For` are trusted.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0, validate=NOT_NEGATIVE)
#: Largest message taken from a client; a larger one closes with 1009.
WS_MAXIMUM_MESSAGE_BYTES = env.int("WS_MAXIMUM_MESSAGE_BYTES", 65_536, validate=NOT_NEGATIVE)
#: How long a client may take to send a request with its body, or a handshake; then `serve` drops it.
WS_REQUEST_TIMEOUT_SECONDS = env.float("WS_REQUEST_TIMEOUT_SECONDS", 10.0, validate=NOT_NEGATIVE)
#: Longest head of a request or handshake that `serve` takes, its target included; longer: 431.
HTTP_MAXIMUM_HEAD_BYTES = env.int("HTTP_MAXIMUM_HEAD_BYTES", 32_768, validate=POSITIVE)
#: Most headers of a request or handshake; more: 431.
HTTP_MAXIMUM_HEADERS = env.int("HTTP_MAXIMUM_HEADERS", 100, validate=POSITIVE)
#: Longest target, path and query together; longer: 414.
HTTP_MAXIMUM_TARGET_BYTES = env.int("HTTP_MAXIMUM_TARGET_BYTES", 8_000, validate=POSITIVE)
#: Longest body, at addresses that take none longer (HTTP_MAXIMUM_IMPORT_BYTES); longer: 413.
HTTP_MAXIMUM_BODY_BYTES = env.int("HTTP_MAXIMUM_BODY_BYTES", 1_048_576, validate=POSITIVE)
#: How much a process holds of all bodies at a time, and an eighth of it of one address; beyond it is refused with 503.
HTTP_MAXIMUM_BODIES_BYTES = env.int("HTTP_MAXIMUM_BODIES_BYTES", 134_217_728, validate=POSITIVE)
#: How often the server pings a client.
WS_PING_INTERVAL_SECONDS = env.float("WS_PING_INTERVAL_SECONDS", 30.0, validate=POSITIVE)
#: Within how long after connecting `serve` pings for the first time, to know the latency early; 0: not early. Of those
#: that come in one second, only the first 50 are pinged early.
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
#: Most commands and REST requests a second of one user, over all connections; more are refused.
WS_COMMANDS_PER_SECOND_PER_USER = env.int("WS_COMMANDS_PER_SECOND_PER_USER", 50, validate=AT_LEAST_ONE)
#: Most commands and REST requests of one user that run at a time; more wait.
WS_COMMANDS_AT_A_TIME_PER_USER = env.int("WS_COMMANDS_AT_A_TIME_PER_USER", 16, validate=AT_LEAST_ONE)
#: Most commands and REST requests a second from one address without login, or for the market; more are refused.
WS_COMMANDS_PER_SECOND_PER_ADDRESS = env.int("WS_COMMANDS_PER_SECOND_PER_ADDRESS", 200, validate=AT_LEAST_ONE)
#: Most commands and REST requests from one address without login, or for the market, that run at a time; more wait.
WS_COMMANDS_AT_A_TIME_PER_ADDRESS = env.int("WS_COMMANDS_AT_A_TIME_PER_ADDRESS", 64, validate=AT_LEAST_ONE)
#: Most commands of one user, or address without login, that wait besides those that run; more are refused.
WS_COMMANDS_WAITING_PER_USER = env.int("WS_COMMANDS_WAITING_PER_USER", 200, validate=NOT_NEGATIVE)
#: How long a command, or a REST request for the market, may take, and another may wait; then its answer is UNAVAILABLE.
WS_COMMAND_SECONDS = env.float("WS_COMMAND_SECONDS", 25.0, validate=NOT_NEGATIVE)
#: How long a command that changes something is remembered: the same id of the same user gets its first answer again.
COMMANDS_REMEMBERED_HOURS = env.float("COMMANDS_REMEMBERED_HOURS", 24.0, validate=NOT_NEGATIVE)
#: How often the memory of older commands is deleted, and of failed logins, mails and links that count no more.
COMMANDS_FORGET_SECONDS = env.float("COMMANDS_FORGET_SECONDS", 600.0, validate=POSITIVE)
#: Most requests of a member of staff for all clients' connections, at which each gateway looks; empty: any number.
THROTTLE_CONNECTIONS = env.str("THROTTLE_CONNECTIONS", "120/min", validate=RATE)
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
#: How much of what may not be dropped waits for a slow reader; past it, 4408. Of a burst, as after an outage, many
#: times as much may, while every two seconds less of it waits.
WS_OUTBOX_MAXIMUM_BYTES = env.int("WS_OUTBOX_MAXIMUM_BYTES", 262_144, validate=NOT_NEGATIVE)
#: How long it may wait, and how long a reader's socket may take nothing of what waits; past it, 4408.
WS_OUTBOX_MAXIMUM_AGE_SECONDS = env.float("WS_OUTBOX_MAXIMUM_AGE_SECONDS", 30.0, validate=NOT_NEGATIVE)
#: With so much unsent, the kernel takes no more for a client (Linux), so that a slow one gets new values; 0: its own.
WS_KERNEL_UNSENT_BYTES = env.int("WS_KERNEL_UNSENT_BYTES", 16_384, validate=NOT_NEGATIVE)
#: How long a close frame may take to get out before the connection is dropped.
WS_ABORT_AFTER_SECONDS = env.float("WS_ABORT_AFTER_SECONDS", 1.0, validate=NOT_NEGATIVE)
#: How long a gateway that stops takes at most to send its clients to the others, where there are any; 0: all at once.
WS_DRAIN_SECONDS = env.float("WS_DRAIN_SECONDS", 3.0, validate=NOT_NEGATIVE)
#: How long a process stays in a topic's group after its last reader left.
HUB_LINGER_SECONDS = env.float("HUB_LINGER_SECONDS", 3.0, validate=NOT_NEGATIVE)
#: Whether what counts on channels is numbered and kept for a while, for clients that were away.
EVENT_HISTORY = env.bool("EVENT_HISTORY", True)
#: How many frames are kept of each channel ...
EVENT_HISTORY_FRAMES = env.int("EVENT_HISTORY_FRAMES", 1000, validate=POSITIVE)
#: ... and for how long.
EVENT_HISTORY_SECONDS = env.float("EVENT_HISTORY_SECONDS", 300.0, validate=POSITIVE)
#: For how many days events of apps (of trading, of wallets) are kept that could not be told; 0: for ever.
OUTBOX_REFUSED_KEPT_DAYS = env.int("OUTBOX_REFUSED_KEPT_DAYS", 30, validate=NOT_NEGATIVE)
#: How often a gateway tells the others what it serves.
WS_STATISTICS_INTERVAL_SECONDS = env.float("WS_STATISTICS_INTERVAL_SECONDS", 1.0, validate=POSITIVE)
#: How often the deployment's health is told (`system.health`), once for all gateways.
WS_HEALTH_INTERVAL_SECONDS = env.float("WS_HEALTH_INTERVAL_SECONDS", 5.0, validate=POSITIVE)
#: How often staff are told of the gateways (`ops.gateways`) while somebody reads it.
WS_OPERATIONS_INTERVAL_SECONDS = env.float("WS_OPERATIONS_INTERVAL_SECONDS", 1.0, validate=POSITIVE)
#: How often it is looked at how the deployment is, for what is kept of each minute of the last day (`ops.history`).
WS_HISTORY_INTERVAL_SECONDS = env.float("WS_HISTORY_INTERVAL_SECONDS", 10.0, validate=POSITIVE)
#: How long the lease of the gateway that tells the health lasts; another takes over after it.
WS_HEALTH_LEASE_SECONDS = env.float("WS_HEALTH_LEASE_SECONDS", 6.0, validate=POSITIVE)
#: How often that lease is renewed.
WS_HEALTH_LEASE_RENEW_SECONDS = env.float("WS_HEALTH_LEASE_RENEW_SECONDS", 2.0, validate=POSITIVE)
#: How long a gateway waits for the others to answer which connections and subscribers they have.
WS_GATEWAY_POLL_TIMEOUT_SECONDS = env.float("WS_GATEWAY_POLL_TIMEOUT_SECONDS", 1.0, validate=NOT_NEGATIVE)
#: Log at INFO who connects to a gateway, what is subscribed, and how the connection ends; see logging.md.
LOG_CONNECTIONS = env.bool("LOG_CONNECTIONS", False)
#: How often the admin's page of streams refreshes itself.
ADMIN_STREAMS_REFRESH_SECONDS = env.float("ADMIN_STREAMS_REFRESH_SECONDS", 3.0, validate=POSITIVE)

# -- Metrics --------------------------------------------------------------------------------------------------------
#: Who may read `/metrics` of each process: `off`, `local` (this machine, by no proxy) or `token` (METRICS_TOKEN).
METRICS = env.str("METRICS", "off", validate=one_of("off", "local", "token"))
#: What Prometheus shows as `Authorization: Bearer` where METRICS is `token`; at least 16 characters.
METRICS_TOKEN = env.str("METRICS_TOKEN", "", validate=TOKEN)
#: The port of a worker's metrics, each worker's of a machine its own; 0: none. Gateways have theirs on their own port.
METRICS_PORT = env.int("METRICS_PORT", 0, validate=PORT)
#: The address that a worker's metrics are served on.
METRICS_HOST = env.str("METRICS_HOST", "127.0.0.1")
#: Symbols whose subscriptions are counted by themselves; every one costs series in Prometheus.
METRICS_SYMBOLS: list[str] = env.list("METRICS_SYMBOLS", [], validate=symbol_names)

# -- Tracing --------------------------------------------------------------------------------------------------------
#: `off`, or `otlp`: send spans of requests, commands, workers and deliveries to an OpenTelemetry collector, as
#: `OTEL_EXPORTER_OTLP_ENDPOINT` and OpenTelemetry's other variables say; see logging.md. It takes the extra `tracing`.
TRACING = env.str("TRACING", "off", validate=one_of("off", "otlp"))
