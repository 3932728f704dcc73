"""What a deployment must have before it may start."""

from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

MINIMUM_SECRET_KEY_BYTES = 32  # RFC 7518, 3.2: HS256 wants a key at least as long as its hash


def refuse_unsafe_production(
    *,
    environment: str,
    secret_key: str,
    default_secret_key: str,
    demo: bool,
    hosts: Sequence[str],
    debug: bool = False,
) -> None:
    """Raise `ImproperlyConfigured`, naming the setting, where production would run with what only suits development."""
    if environment != "production":
        return
    if secret_key == default_secret_key:
        raise ImproperlyConfigured("SECRET_KEY must be set in production; the default is known to everyone")
    if len(secret_key.encode()) < MINIMUM_SECRET_KEY_BYTES:
        raise ImproperlyConfigured(
            f"SECRET_KEY must have at least {MINIMUM_SECRET_KEY_BYTES} bytes in production; it signs every token"
        )
    if debug:
        raise ImproperlyConfigured("DEBUG must not be set in production; its error pages show the settings")
    if demo:
        raise ImproperlyConfigured("DEMO must not be set in production; its users have known passwords")
    if not hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts that production serves")
