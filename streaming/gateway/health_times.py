"""How often the deployment's health is told, and how long the right to tell it lasts."""

import msgspec

from streaming.setting_fields import setting


class HealthTimes(msgspec.Struct, frozen=True, kw_only=True):
    """How often health and gateways are told, how long the lease lasts and how often it is renewed; in seconds.

    Where nobody reads what is told of gateways, it is left out until the last is older than `unread`; with `operations`
    that is less than a value is held.
    """

    health: float = setting("WS_HEALTH_INTERVAL_SECONDS")
    operations: float = setting("WS_OPERATIONS_INTERVAL_SECONDS")
    unread: float = 2.0
    lease: float = setting("WS_HEALTH_LEASE_SECONDS")
    renewal: float = setting("WS_HEALTH_LEASE_RENEW_SECONDS")
