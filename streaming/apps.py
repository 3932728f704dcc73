"""The app that holds the gateway, the hub and the workers' commands."""

from django.apps import AppConfig


class StreamingConfig(AppConfig):
    """Streaming: topics, events, hub and gateway."""

    name = "streaming"
    verbose_name = "Streaming"
