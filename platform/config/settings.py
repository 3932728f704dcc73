"""Django's settings, read from the environment; every default suits development and `make demo`.

Each app names its own in its `settings.py`; here stand those of the platform, and of Django. Of an app that another
settings module installs beside these, `config.app_settings` takes them in. docs/settings.md lists them all.
`ENVIRONMENT=production` refuses to start with a default secret.
"""

import os
from pathlib import Path

from accounts.settings import *  # noqa: F403 - Django reads all settings from this one module
from accounts.settings import JWT_SECRET, JWT_SECRETS_EARLIER
from alerts.settings import *  # noqa: F403
from alerts.settings import DELIVERIES_TIMEOUT_SECONDS, HTTP_MAXIMUM_IMPORT_BYTES
from config.admin_panel.site import UNFOLD_SETTINGS
from config.checks import refuse_unsafe_production, refuse_unsafe_token_secrets
from config.data_folder import default_data_folder, make_folder
from config.http.content_security_policy import policies
from config.logs.logging import logging_settings
from config.mail import mail_settings
from config.public_url import public_url
from config.redis_settings import caches, channel_layers, redis_urls
from streaming import program
from streaming.configuration.environment import NOT_NEGATIVE, env, one_of
from streaming.market.settings import *  # noqa: F403
from streaming.settings import *  # noqa: F403
from streaming.settings import HTTP_MAXIMUM_BODY_BYTES, WS_ALLOWED_ORIGINS
from trading.settings import *  # noqa: F403
from wallets.settings import *  # noqa: F403

BASE_DIR = program.ROOT
FILES_DIR = BASE_DIR if program.IS_CHECKOUT else Path(__file__).resolve().parent
"""Where templates, the client and the Procfile are: the package that is installed holds them in `config/`."""
DEFAULT_SECRET_KEY = "development-only-secret-key-that-production-refuses-to-start-with"  # noqa: S105 - refused in production

# -- Safety ---------------------------------------------------------------------------------------------------------
#: `development`, or `production`, which refuses unsafe settings and logs JSON.
ENVIRONMENT = env.str("ENVIRONMENT", "development", validate=one_of("development", "production"))
#: Show tracebacks in pages; refused in production.
DEBUG = env.bool("DEBUG", False)
#: Mark the pages as a demo; `manage.py demo` sets it, production refuses it.
DEMO = env.bool("DEMO", False)
#: Signs sessions and links in mails; production needs its own, random and of 32 bytes or more.
SECRET_KEY = env.str("SECRET_KEY", DEFAULT_SECRET_KEY)
#: Keys that were `SECRET_KEY` before, separated by commas: what they signed or encrypted is still good.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
#: Host names that are served, separated by commas; production must name them, without a `*`.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["*"] if ENVIRONMENT == "development" else [])
#: Origins whose forms are trusted behind a proxy, such as `https://prices.example.com`.
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
#: Where users reach the platform, as `https://prices.example.com`: links in mails begin with it. Empty: the first of
#: ALLOWED_HOSTS in production, else this machine; the demo knows its own.
PUBLIC_URL = public_url(env.str("PUBLIC_URL", ""), hosts=ALLOWED_HOSTS, environment=ENVIRONMENT)
#: Sources that pages may use besides this server, such as `img-src https://cdn.example.com; connect-src wss://x.example.com`.
CONTENT_SECURITY_POLICY_ADDITIONS = env.str("CONTENT_SECURITY_POLICY_ADDITIONS", "")
refuse_unsafe_production(
    environment=ENVIRONMENT,
    debug=DEBUG,
    secret_key=SECRET_KEY,
    former_keys=SECRET_KEY_FALLBACKS,
    demo=DEMO,
    hosts=ALLOWED_HOSTS,
    csrf_origins=CSRF_TRUSTED_ORIGINS,
    socket_origins=WS_ALLOWED_ORIGINS,
    policy_additions=CONTENT_SECURITY_POLICY_ADDITIONS,
)
if ENVIRONMENT == "production":
    refuse_unsafe_token_secrets(JWT_SECRET, JWT_SECRETS_EARLIER, other_keys=[SECRET_KEY, *SECRET_KEY_FALLBACKS])

# What `serve` and `run_bridge` ask first; each raises ImproperlyConfigured where the platform must not start.
START_CHECKS = [
    "config.start.refuse_known_passwords",
    "config.start.refuse_metrics_without_token",
    "streaming.tracing.configured.refuse_tracing_without_its_extra",
    "streaming.market.combined.configured_symbols.check_combined_symbols",
]

INSTALLED_APPS = [
    "config",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "unfold.contrib.simple_history",
    "config.admin_panel.pages.AdminPagesConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "simple_history",
    "axes",
    "csp",
    "streaming",
    "streaming.market",
    "accounts",
    "alerts",
    "trading",
    "wallets",
]
MIDDLEWARE = [
    "config.http.middleware.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.http.static.StaticFilesMiddleware",
    "config.http.middleware.ChunkedBodyMiddleware",
    "accounts.passwords.queue.PasswordRefusalMiddleware",
    "accounts.log_in.page_throttle.LoginPageThrottleMiddleware",
    "accounts.log_in.lockout.LockoutMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.log_in.admin_session.EndedLoginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [FILES_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.http.page_links.page_links",
            ]
        },
    }
]

# -- What is stored, and where ------------------------------------------------------------------------------------
#: Where the SQLite database, mails and collected static files are kept: by default `var` in a checkout, else the user's
#: `~/.local/share/tidewire` (`$XDG_DATA_HOME/tidewire`), wherever the platform is started.
VAR_DIR = env.path("VAR_DIR", default_data_folder(os.environ))
make_folder(VAR_DIR)
#: The database, as `postgres://user@host/name` or `sqlite:///path`.
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'tidewire.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL"}
    )
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # A host that vanishes is given up after seconds: by itself, the network waits for its answer for 15 minutes.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
        **DATABASES["default"].get("OPTIONS", {}),  # what DATABASE_URL says counts
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

#: Redis for the channel layer, last values and the history of events; empty: memory, for one process only.
REDIS_URL = env.str("REDIS_URL", "")
#: Instead of `REDIS_URL` several Redis, separated by commas: each topic lives on one of them, by its name; see
#: operations.md. All processes must name the same, in the same spelling; the order says nothing.
REDIS_URLS = redis_urls(REDIS_URL, env.list("REDIS_URLS", []))
#: Begins the names of all keys and channels in Redis.
REDIS_PREFIX = env.str("REDIS_PREFIX", "tidewire")
CHANNEL_LAYERS = channel_layers(REDIS_URLS, REDIS_PREFIX)
CACHES = caches(REDIS_URLS, REDIS_PREFIX)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "accounts.api_keys.scopes.WithinScopes",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["streaming.rest.parsers.ExactJSONParser"],
    "URL_FORMAT_OVERRIDE": None,  # `format` is a parameter like any other
    "EXCEPTION_HANDLER": "accounts.http.answers.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tidewire",
    "DESCRIPTION": "REST of the platform. Every refusal has one shape; numbers are exact, times are ISO 8601.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DEFAULT_GENERATOR_CLASS": "config.openapi.generator.DocumentGenerator",
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_INCLUDE_SCHEMA": False,
}

# The addresses that take a longer body than all others.
HTTP_LARGER_BODIES = {"/admin/alerts/alertrule/import/": HTTP_MAXIMUM_IMPORT_BYTES}
DATA_UPLOAD_MAX_MEMORY_SIZE = HTTP_MAXIMUM_BODY_BYTES
# Whoever is nobody yet makes Django write nothing to the disk: as long a body as may come is held in memory.
FILE_UPLOAD_MAX_MEMORY_SIZE = max(HTTP_MAXIMUM_BODY_BYTES, *HTTP_LARGER_BODIES.values())

# -- Mail -----------------------------------------------------------------------------------------------------------
#: Where mail goes, as `smtp://user:password@host:port`; empty: into the folder `mail` of VAR_DIR, as in the demo.
EMAIL_URL = env.str("EMAIL_URL", "")
globals().update(mail_settings(EMAIL_URL, timeout=DELIVERIES_TIMEOUT_SECONDS))
#: The sender of mails: an address of a domain of one's own, as mail servers refuse one of `localhost`.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Tidewire <tidewire@localhost>")

# -- Pages, files, language ---------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
make_folder(STATIC_ROOT)
BUNDLES_DIR = FILES_DIR / "templates" / "bundles"
#: Serve what pages load in bundles, where `make` has made them and no source has changed since; `runserver` never does.
PAGE_BUNDLES = env.bool("PAGE_BUNDLES", True)
_CHART_LIBRARY_DIRS = (
    BUNDLES_DIR / "vendor" / "lightweight-charts",  # compressed
    BASE_DIR / "node_modules" / "lightweight-charts" / "dist",
    FILES_DIR / "vendor" / "lightweight-charts",  # of a package that was built without bundles
)
CHART_LIBRARY_DIR = next(
    (one for one in _CHART_LIBRARY_DIRS if (one / "lightweight-charts.standalone.production.mjs").is_file()), None
)
HAS_CHART_LIBRARY = CHART_LIBRARY_DIR is not None
STATICFILES_DIRS = [
    ("client", FILES_DIR / "clients" / "javascript" / "src"),
    FILES_DIR / "templates" / "static",
]
if CHART_LIBRARY_DIR is not None:
    STATICFILES_DIRS.append(("vendor/lightweight-charts", CHART_LIBRARY_DIR))
if (BUNDLES_DIR / "pages").is_dir():
    STATICFILES_DIRS.append(("bundles/pages", BUNDLES_DIR / "pages"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.http.bundles.BundledStaticFilesStorage"},
}
WHITENOISE_IMMUTABLE_FILE_TEST = r"/static/bundles/pages/[\w.]+-[A-Z0-9]{8}\.(js|css)$"
"""Their hash is in their addresses: browsers may keep them for good."""
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}
WHITENOISE_USE_FINDERS = ENVIRONMENT == "development"
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
X_FRAME_OPTIONS = "DENY"
_policy, ADMIN_CONTENT_SECURITY_POLICY = policies(CONTENT_SECURITY_POLICY_ADDITIONS)
CONTENT_SECURITY_POLICY = {"DIRECTIVES": _policy}
SECURE_CONTENT_TYPE_NOSNIFF = True
#: Trust `X-Forwarded-Proto` of a proxy that ends TLS.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", False) else None
#: For how long browsers are to use https alone, in seconds (RFC 6797); 0: not told. Raise it to a year once all works.
SECURE_HSTS_SECONDS = env.int(
    "SECURE_HSTS_SECONDS", 3600 if ENVIRONMENT == "production" and SECURE_PROXY_SSL_HEADER else 0, validate=NOT_NEGATIVE
)
#: Tell them the same of all hosts below this one.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", False)
#: Let browsers' makers know this host before the first visit (https://hstspreload.org); hard to take back.
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT == "production"

#: Least level that is logged.
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
LOGGING = logging_settings(json=ENVIRONMENT == "production", level=LOG_LEVEL)

UNFOLD = UNFOLD_SETTINGS
