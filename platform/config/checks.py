"""What a deployment must have before it may start."""

from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured


def refuse_unsafe_production(
    *, environment: str, secret_key: str, default_secret_key: str, demo: bool, hosts: Sequence[str]
) -> None:
    """Raise `ImproperlyConfigured`, naming the setting, where production would run with what only suits development."""
    if environment != "production":
        return
    if secret_key == default_secret_key:
        raise ImproperlyConfigured("SECRET_KEY must be set in production; the default is known to everyone")
    if demo:
        raise ImproperlyConfigured("DEMO must not be set in production; its users have known passwords")
    if not hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts that production serves")
