"""What a deployment must have before it may start."""

from collections.abc import Collection, Iterable, Sequence

from django.core.exceptions import ImproperlyConfigured

MINIMUM_KEY_BYTES = 32  # RFC 7518, 3.2: HS256 wants a key at least as long as its hash
_LEAST_DISTINCT = 8
_HOW = "make one by `python -c 'import secrets; print(secrets.token_urlsafe(48))'`"
_PLACEHOLDERS = (
    "django-insecure-",
    "development-only",
    "changeme",
    "change-me",
    "change_me",
    "your-secret",
    "your_secret",
)
_ANY_HOST = frozenset({"", "*", "*:*"})
_NETWORK_SCHEMES = frozenset({"http:", "https:", "ws:", "wss:"})


def refuse_unsafe_production(
    *,
    environment: str,
    secret_key: str,
    former_keys: Iterable[str] = (),
    demo: bool,
    hosts: Sequence[str],
    csrf_origins: Sequence[str] = (),
    socket_origins: Sequence[str] = (),
    policy_additions: str = "",
    debug: bool = False,
) -> None:
    """Raise `ImproperlyConfigured`, naming the setting, where production would run with what only suits development."""
    if environment != "production":
        return
    refuse_weak_key("SECRET_KEY", secret_key)
    for key in former_keys:
        refuse_weak_key("SECRET_KEY_FALLBACKS", key)
    if debug:
        raise ImproperlyConfigured("DEBUG must not be set in production; its error pages show the settings")
    if demo:
        raise ImproperlyConfigured("DEMO must not be set in production; its users have known passwords")
    if not hosts or any("*" in host for host in hosts):
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts that production serves, and hold no *")
    _refuse_any_origin("CSRF_TRUSTED_ORIGINS", csrf_origins)
    _refuse_any_origin("WS_ALLOWED_ORIGINS", socket_origins)
    _refuse_any_source(policy_additions)


def refuse_unsafe_token_secrets(secret: str, earlier: Iterable[str], *, other_keys: Collection[str]) -> None:
    """Raise `ImproperlyConfigured` where a secret of tokens could be guessed, or is a key for something else, too."""
    for name, key in [("JWT_SECRET", secret), *(("JWT_SECRETS_EARLIER", key) for key in earlier)]:
        refuse_weak_key(name, key)
        if key in other_keys:
            raise ImproperlyConfigured(f"{name} must be another key than SECRET_KEY and SECRET_KEY_FALLBACKS: {_HOW}")


def refuse_weak_key(name: str, key: str) -> None:
    """Raise `ImproperlyConfigured`, naming the setting `name` and never the key, where somebody could guess the key.

    That is a key of under 32 bytes, one of few different characters or of a part again and again, and one that stands
    in some example. Whether any other was made at random can't be told from it.
    """
    if not key:
        raise ImproperlyConfigured(f"{name} must be set in production: {_HOW}")
    if any(placeholder in key.lower() for placeholder in _PLACEHOLDERS):
        raise ImproperlyConfigured(f"{name} must be set in production; this one is known to everyone: {_HOW}")
    if len(key.encode()) < MINIMUM_KEY_BYTES:
        raise ImproperlyConfigured(f"{name} must have at least {MINIMUM_KEY_BYTES} bytes in production: {_HOW}")
    if len(set(key)) < _LEAST_DISTINCT or key in (key + key)[1:-1]:
        raise ImproperlyConfigured(f"{name} must be random in production; it repeats itself: {_HOW}")


def _refuse_any_origin(name: str, origins: Iterable[str]) -> None:
    if any(_host_of(origin) in _ANY_HOST for origin in origins):
        raise ImproperlyConfigured(f"{name} must name the origins in production; a * lets every page in")


def _refuse_any_source(additions: str) -> None:
    """Refuse a source of a policy that stands for every host; `*.example.com` is one host's."""
    for directive, *sources in (part.split() for part in additions.split(";") if part.strip()):
        for source in sources:
            if source.lower() in _NETWORK_SCHEMES or _host_of(source) in _ANY_HOST:
                raise ImproperlyConfigured(
                    f"CONTENT_SECURITY_POLICY_ADDITIONS must name hosts in production; {directive} {source} allows all"
                )


def _host_of(origin: str) -> str:
    """Return the host of an origin or a source, without its scheme, port and path."""
    return origin.strip().rpartition("://")[2].partition("/")[0].partition(":")[0]
