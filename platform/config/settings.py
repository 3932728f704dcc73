"""Django's settings, read from the environment; every default suits development and `make demo`.

docs/settings.md lists them. `ENVIRONMENT=production` refuses to start with a default secret.
"""

from datetime import timedelta
from pathlib import Path

from environs import Env

from config.admin_site import UNFOLD_SETTINGS
from config.checks import refuse_unsafe_production
from config.logging import logging_settings

env = Env()

BASE_DIR = Path(__file__).resolve().parents[2]
DEFAULT_SECRET_KEY = "development-only-secret-key-that-production-refuses-to-start-with"  # noqa: S105 - refused in production

ENVIRONMENT = env.str("ENVIRONMENT", "development", validate=lambda value: value in {"development", "production"})
DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)
SECRET_KEY = env.str("SECRET_KEY", DEFAULT_SECRET_KEY)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["*"] if ENVIRONMENT == "development" else [])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
refuse_unsafe_production(
    environment=ENVIRONMENT,
    debug=DEBUG,
    secret_key=SECRET_KEY,
    default_secret_key=DEFAULT_SECRET_KEY,
    demo=DEMO,
    hosts=ALLOWED_HOSTS,
)

INSTALLED_APPS = [
    "daphne",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "accounts",
    "streaming",
    "streaming.market",
    "config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.static.StaticFilesMiddleware",
    "config.middleware.ChunkedBodyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# -- What is stored, and where ------------------------------------------------------------------------------------
VAR_DIR = env.path("VAR_DIR", BASE_DIR / "var")
VAR_DIR.mkdir(parents=True, exist_ok=True)
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'tidewire.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL"}
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
REDIS_PREFIX = env.str("REDIS_PREFIX", "tidewire")
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": REDIS_PREFIX},
        }
    }
else:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels.layers.InMemoryChannelLayer",
            "CONFIG": {"capacity": 10_000, "expiry": 60},
        }
    }

# -- Users --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailOrUsernameBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCESS_TOKEN_MINUTES = env.int("ACCESS_TOKEN_MINUTES", 60)
REFRESH_TOKEN_DAYS = env.int("REFRESH_TOKEN_DAYS", 14)
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=ACCESS_TOKEN_MINUTES),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=REFRESH_TOKEN_DAYS),
    "USER_ID_CLAIM": "userId",
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.parsers.ExactJSONParser"],
    "EXCEPTION_HANDLER": "accounts.errors.exception_handler",
}

# -- The exchange -------------------------------------------------------------------------------------------------
EXCHANGE_SOURCE = env.str("EXCHANGE_SOURCE", "binance", validate=lambda value: value in {"binance", "simulator"})
EXCHANGE_STREAM_URLS = env.list(
    "EXCHANGE_STREAM_URLS",
    [
        "wss://data-stream.binance.vision",
        "wss://stream.binance.com:443",
        "wss://stream.binance.com:9443",
    ],
)
EXCHANGE_REST_URL = env.str("EXCHANGE_REST_URL", "https://data-api.binance.vision")
EXCHANGE_REST_TIMEOUT_SECONDS = env.float("EXCHANGE_REST_TIMEOUT_SECONDS", 10.0)
EXCHANGE_REST_WEIGHT_PER_MINUTE = env.int("EXCHANGE_REST_WEIGHT_PER_MINUTE", 1200)
EXCHANGE_RATE_LIMIT_WAIT_SECONDS = env.float("EXCHANGE_RATE_LIMIT_WAIT_SECONDS", 60.0)
SYMBOLS_REFRESH_SECONDS = env.float("SYMBOLS_REFRESH_SECONDS", 3600.0)
SYMBOLS_RETRY_SECONDS = env.float("SYMBOLS_RETRY_SECONDS", 0.5)
HISTORY_CACHE_SECONDS = env.float("HISTORY_CACHE_SECONDS", 2.0)

BRIDGE_LINGER_SECONDS = env.float("BRIDGE_LINGER_SECONDS", 30.0)
BRIDGE_SEND_INTERVAL_SECONDS = env.float("BRIDGE_SEND_INTERVAL_SECONDS", 0.35)
BRIDGE_ANSWER_TIMEOUT_SECONDS = env.float("BRIDGE_ANSWER_TIMEOUT_SECONDS", 10.0)
BRIDGE_REQUEST_ATTEMPTS = env.int("BRIDGE_REQUEST_ATTEMPTS", 3)
BRIDGE_NAMES_PER_FRAME = env.int("BRIDGE_NAMES_PER_FRAME", 100)
BRIDGE_BYTES_PER_FRAME = env.int("BRIDGE_BYTES_PER_FRAME", 4096)
BRIDGE_MAXIMUM_STREAMS = env.int("BRIDGE_MAXIMUM_STREAMS", 1000)
BRIDGE_MAXIMUM_MESSAGE_BYTES = env.int("BRIDGE_MAXIMUM_MESSAGE_BYTES", 16_777_216)
BRIDGE_OPEN_TIMEOUT_SECONDS = env.float("BRIDGE_OPEN_TIMEOUT_SECONDS", 10.0)
BRIDGE_CLOSE_TIMEOUT_SECONDS = env.float("BRIDGE_CLOSE_TIMEOUT_SECONDS", 2.0)
BRIDGE_PING_INTERVAL_SECONDS = env.float("BRIDGE_PING_INTERVAL_SECONDS", 20.0)
BRIDGE_PING_TIMEOUT_SECONDS = env.float("BRIDGE_PING_TIMEOUT_SECONDS", 20.0)
BRIDGE_RECONNECT_BASE_SECONDS = env.float("BRIDGE_RECONNECT_BASE_SECONDS", 0.5)
BRIDGE_RECONNECT_MAXIMUM_SECONDS = env.float("BRIDGE_RECONNECT_MAXIMUM_SECONDS", 30.0)
BRIDGE_STABLE_AFTER_SECONDS = env.float("BRIDGE_STABLE_AFTER_SECONDS", 60.0)
BRIDGE_CONNECT_SPACING_SECONDS = env.float("BRIDGE_CONNECT_SPACING_SECONDS", 1.0)
BRIDGE_FAILURES_BEFORE_ROTATION = env.int("BRIDGE_FAILURES_BEFORE_ROTATION", 3)
BRIDGE_STATUS_INTERVAL_SECONDS = env.float("BRIDGE_STATUS_INTERVAL_SECONDS", 5.0)
BRIDGE_STATUS_GATHER_SECONDS = env.float("BRIDGE_STATUS_GATHER_SECONDS", 0.05)
BRIDGE_STATUS_MAXIMUM_AGE_SECONDS = env.float("BRIDGE_STATUS_MAXIMUM_AGE_SECONDS", 15.0)
BRIDGE_LEASE_SECONDS = env.float("BRIDGE_LEASE_SECONDS", 6.0)
BRIDGE_LEASE_RENEW_SECONDS = env.float("BRIDGE_LEASE_RENEW_SECONDS", 2.0)

DEMAND_INTERVAL_SECONDS = env.float("DEMAND_INTERVAL_SECONDS", 5.0)
DEMAND_LEASE_SECONDS = env.float("DEMAND_LEASE_SECONDS", 20.0)
DEMAND_GATHER_SECONDS = env.float("DEMAND_GATHER_SECONDS", 0.05)

# The least time between two events of one topic.
PUBLISH_PRICE_SECONDS = env.float("PUBLISH_PRICE_SECONDS", 0.25)
PUBLISH_TICKER_SECONDS = env.float("PUBLISH_TICKER_SECONDS", 0.25)
PUBLISH_CANDLE_SECONDS = env.float("PUBLISH_CANDLE_SECONDS", 0.25)
PUBLISH_DEPTH_SECONDS = env.float("PUBLISH_DEPTH_SECONDS", 0.1)
PUBLISH_TRADES_SECONDS = env.float("PUBLISH_TRADES_SECONDS", 0.1)
PUBLISH_OVERVIEW_SECONDS = env.float("PUBLISH_OVERVIEW_SECONDS", 1.0)
PUBLISH_WAITING_TRADES = env.int("PUBLISH_WAITING_TRADES", 1000)
LAST_VALUE_MAXIMUM_AGE_SECONDS = env.float("LAST_VALUE_MAXIMUM_AGE_SECONDS", 5.0)
OVERVIEW_SYMBOLS: list[str] = env.list("OVERVIEW_SYMBOLS", [])

# -- The gateway --------------------------------------------------------------------------------------------------
GATEWAY_AUTHENTICATOR = env.str("GATEWAY_AUTHENTICATOR", "accounts.authentication.authenticate")
WS_ALLOWED_ORIGINS = env.list("WS_ALLOWED_ORIGINS", ["*"])
WS_MAXIMUM_MESSAGE_BYTES = env.int("WS_MAXIMUM_MESSAGE_BYTES", 65_536)
WS_PING_INTERVAL_SECONDS = env.float("WS_PING_INTERVAL_SECONDS", 30.0)
WS_PING_TIMEOUT_SECONDS = env.float("WS_PING_TIMEOUT_SECONDS", 30.0)
WS_MAXIMUM_SUBSCRIPTIONS = env.int("WS_MAXIMUM_SUBSCRIPTIONS", 50)
WS_MESSAGES_PER_SECOND = env.int("WS_MESSAGES_PER_SECOND", 100)
WS_RATE_LIMIT_CLOSE_SECONDS = env.float("WS_RATE_LIMIT_CLOSE_SECONDS", 3.0)
WS_SYMBOLS_WAIT_SECONDS = env.float("WS_SYMBOLS_WAIT_SECONDS", 5.0)
WS_GATHER_WINDOW_SECONDS = env.float("WS_GATHER_WINDOW_SECONDS", 0.02)
WS_OUTBOX_MAXIMUM_BYTES = env.int("WS_OUTBOX_MAXIMUM_BYTES", 262_144)
WS_OUTBOX_MAXIMUM_AGE_SECONDS = env.float("WS_OUTBOX_MAXIMUM_AGE_SECONDS", 30.0)
WS_ABORT_AFTER_SECONDS = env.float("WS_ABORT_AFTER_SECONDS", 1.0)
HUB_LINGER_SECONDS = env.float("HUB_LINGER_SECONDS", 3.0)

# -- Pages, files, language ---------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
CHART_LIBRARY_DIR = BASE_DIR / "node_modules" / "lightweight-charts" / "dist"
STATICFILES_DIRS = [
    ("client", BASE_DIR / "clients" / "javascript" / "src"),
    ("dashboard", BASE_DIR / "templates" / "dashboard" / "static"),
]
if CHART_LIBRARY_DIR.is_dir():
    STATICFILES_DIRS.append(("vendor/lightweight-charts", CHART_LIBRARY_DIR))
WHITENOISE_USE_FINDERS = ENVIRONMENT == "development"
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", False) else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT == "production"
SILENCED_SYSTEM_CHECKS: list[str] = []

LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
LOGGING = logging_settings(json=ENVIRONMENT == "production", level=LOG_LEVEL)

UNFOLD = UNFOLD_SETTINGS
