"""The gateway's limits and times as one value, read from Django's settings."""

import msgspec

from streaming.commands.user_limits import UserLimitSettings
from streaming.configuration.setting_fields import setting
from streaming.gateway.sending.slow_reader import OutboxLimits


class HealthTimes(msgspec.Struct, frozen=True, kw_only=True):
    """How often health and gateways are told, how long the lease lasts and how often it is renewed; in seconds.

    Of what was told each `history` seconds, minutes are kept.

    Where nobody reads what is told of gateways, it is left out until the last is older than `unread`; with `operations`
    that is less than a value is held.
    """

    health: float = setting("WS_HEALTH_INTERVAL_SECONDS")
    operations: float = setting("WS_OPERATIONS_INTERVAL_SECONDS")
    unread: float = 3.0
    history: float = setting("WS_HISTORY_INTERVAL_SECONDS")
    lease: float = setting("WS_HEALTH_LEASE_SECONDS")
    renewal: float = setting("WS_HEALTH_LEASE_RENEW_SECONDS")


class CommandLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How many commands a second, at a time and waiting one connection may have, and the seconds for each.

    The time of a command runs from its arrival, so that one that waits long is still answered before its client gives
    up.
    """

    per_second: int = setting("WS_COMMANDS_PER_SECOND")
    at_a_time: int = setting("WS_COMMANDS_AT_A_TIME")
    waiting: int = 64
    seconds: float = setting("WS_COMMAND_SECONDS")


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Times in seconds, sizes in bytes; streaming/settings.py has the default of each, and says what it is."""

    maximum_subscriptions: int = setting("WS_MAXIMUM_SUBSCRIPTIONS")
    messages_per_second: int = setting("WS_MESSAGES_PER_SECOND")
    rate_limit_close_seconds: float = setting("WS_RATE_LIMIT_CLOSE_SECONDS")
    commands: CommandLimits = msgspec.field(default_factory=CommandLimits)
    user_limits: UserLimitSettings = msgspec.field(default_factory=UserLimitSettings)
    maximum_connections_per_user: int = setting("WS_MAXIMUM_CONNECTIONS_PER_USER")
    maximum_connections_per_address: int = setting("WS_MAXIMUM_CONNECTIONS_PER_ADDRESS")
    trusted_proxies: int = setting("TRUSTED_PROXY_COUNT")
    authentication_seconds: float = setting("WS_AUTHENTICATION_SECONDS")
    heartbeat_interval_seconds: float = setting("WS_HEARTBEAT_INTERVAL_SECONDS")
    heartbeat_timeout_seconds: float = setting("WS_HEARTBEAT_TIMEOUT_SECONDS")
    check_interval_seconds: float = setting("WS_CHECK_INTERVAL_SECONDS")
    user_check_seconds: float = setting("WS_USER_CHECK_SECONDS")
    symbols_wait_seconds: float = setting("WS_SYMBOLS_WAIT_SECONDS")
    gather_window_seconds: float = setting("WS_GATHER_WINDOW_SECONDS")
    drain_seconds: float = setting("WS_DRAIN_SECONDS")
    abort_after_seconds: float = setting("WS_ABORT_AFTER_SECONDS")
    last_value_maximum_age_seconds: float = setting("LAST_VALUE_MAXIMUM_AGE_SECONDS")
    hub_linger_seconds: float = setting("HUB_LINGER_SECONDS")
    demand_lease_seconds: float = setting("DEMAND_LEASE_SECONDS")
    statistics_interval_seconds: float = setting("WS_STATISTICS_INTERVAL_SECONDS")
    gateway_poll_timeout_seconds: float = setting("WS_GATEWAY_POLL_TIMEOUT_SECONDS")
    log_connections: bool = setting("LOG_CONNECTIONS")
    health: HealthTimes = msgspec.field(default_factory=HealthTimes)
    allowed_origins: tuple[str, ...] = setting("WS_ALLOWED_ORIGINS", tuple)
    allowed_hosts: tuple[str, ...] = setting("ALLOWED_HOSTS", tuple)
    outbox: OutboxLimits = msgspec.field(default_factory=OutboxLimits)
