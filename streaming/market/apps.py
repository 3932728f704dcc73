"""The app that holds what is known of the exchange's market."""

from django.apps import AppConfig


class MarketConfig(AppConfig):
    """Market data: symbols, history, and the bridge to the exchange."""

    name = "streaming.market"
    label = "market"
    verbose_name = "Market data"
    declaration = "streaming.market.declaration.DECLARATION"
    default_auto_field = "django.db.models.BigAutoField"
