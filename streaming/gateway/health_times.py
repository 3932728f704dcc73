"""How often the deployment's health is told, and how long the right to tell it lasts."""

import msgspec


class HealthTimes(msgspec.Struct, frozen=True, kw_only=True):
    """How often health and gateways are told, how long the lease lasts and how often it is renewed; in seconds."""

    health: float = 5.0
    operations: float = 1.0
    lease: float = 6.0
    renewal: float = 2.0
