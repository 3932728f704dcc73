"""The gateway's limits and times as one value, read from Django's settings."""

import msgspec
from django.conf import settings

from streaming.commands.user_limits import Allowance, UserLimitSettings
from streaming.gateway.health_times import HealthTimes
from streaming.gateway.sending.outbox import OutboxLimits


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Times in seconds, sizes in bytes; platform/config/settings has the default of each, and says what it is."""

    maximum_subscriptions: int
    messages_per_second: int
    rate_limit_close_seconds: float
    commands_per_second: int
    commands_at_a_time: int
    command_seconds: float
    user_limits: UserLimitSettings
    maximum_connections_per_user: int
    maximum_connections_per_address: int
    trusted_proxies: int
    authentication_seconds: float
    heartbeat_interval_seconds: float
    heartbeat_timeout_seconds: float
    check_interval_seconds: float
    user_check_seconds: float
    symbols_wait_seconds: float
    gather_window_seconds: float
    abort_after_seconds: float
    last_value_maximum_age_seconds: float
    hub_linger_seconds: float
    demand_lease_seconds: float
    statistics_interval_seconds: float
    roll_call_seconds: float
    health: HealthTimes
    allowed_origins: tuple[str, ...]
    allowed_hosts: tuple[str, ...]
    outbox: OutboxLimits


def gateway_settings() -> GatewaySettings:
    """Return the present settings."""
    return GatewaySettings(
        maximum_subscriptions=settings.WS_MAXIMUM_SUBSCRIPTIONS,
        messages_per_second=settings.WS_MESSAGES_PER_SECOND,
        rate_limit_close_seconds=settings.WS_RATE_LIMIT_CLOSE_SECONDS,
        commands_per_second=settings.WS_COMMANDS_PER_SECOND,
        commands_at_a_time=settings.WS_COMMANDS_AT_A_TIME,
        command_seconds=settings.WS_COMMAND_SECONDS,
        user_limits=UserLimitSettings(
            user=Allowance(
                per_second=settings.WS_COMMANDS_PER_SECOND_PER_USER, at_a_time=settings.WS_COMMANDS_AT_A_TIME_PER_USER
            ),
            address=Allowance(
                per_second=settings.WS_COMMANDS_PER_SECOND_PER_ADDRESS,
                at_a_time=settings.WS_COMMANDS_AT_A_TIME_PER_ADDRESS,
            ),
            waiting=settings.WS_COMMANDS_WAITING_PER_USER,
        ),
        maximum_connections_per_user=settings.WS_MAXIMUM_CONNECTIONS_PER_USER,
        maximum_connections_per_address=settings.WS_MAXIMUM_CONNECTIONS_PER_ADDRESS,
        trusted_proxies=settings.TRUSTED_PROXY_COUNT,
        authentication_seconds=settings.WS_AUTHENTICATION_SECONDS,
        heartbeat_interval_seconds=settings.WS_HEARTBEAT_INTERVAL_SECONDS,
        heartbeat_timeout_seconds=settings.WS_HEARTBEAT_TIMEOUT_SECONDS,
        check_interval_seconds=settings.WS_CHECK_INTERVAL_SECONDS,
        user_check_seconds=settings.WS_USER_CHECK_SECONDS,
        symbols_wait_seconds=settings.WS_SYMBOLS_WAIT_SECONDS,
        gather_window_seconds=settings.WS_GATHER_WINDOW_SECONDS,
        abort_after_seconds=settings.WS_ABORT_AFTER_SECONDS,
        last_value_maximum_age_seconds=settings.LAST_VALUE_MAXIMUM_AGE_SECONDS,
        hub_linger_seconds=settings.HUB_LINGER_SECONDS,
        demand_lease_seconds=settings.DEMAND_LEASE_SECONDS,
        statistics_interval_seconds=settings.WS_STATISTICS_INTERVAL_SECONDS,
        roll_call_seconds=settings.WS_ROLL_CALL_SECONDS,
        health=HealthTimes(
            health=settings.WS_HEALTH_INTERVAL_SECONDS,
            operations=settings.WS_OPERATIONS_INTERVAL_SECONDS,
            lease=settings.WS_HEALTH_LEASE_SECONDS,
            renewal=settings.WS_HEALTH_LEASE_RENEW_SECONDS,
        ),
        allowed_origins=tuple(settings.WS_ALLOWED_ORIGINS),
        allowed_hosts=tuple(settings.ALLOWED_HOSTS),
        outbox=OutboxLimits(
            maximum_bytes=settings.WS_OUTBOX_MAXIMUM_BYTES, maximum_age=settings.WS_OUTBOX_MAXIMUM_AGE_SECONDS
        ),
    )
