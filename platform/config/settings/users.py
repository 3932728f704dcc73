"""Settings of users, their tokens, and how often they may try."""

from datetime import timedelta

from config.settings.environment import NOT_NEGATIVE, POSITIVE, RATE, env

# -- Users ----------------------------------------------------------------------------------------------------------
#: How long an access token is good, in minutes.
ACCESS_TOKEN_MINUTES = env.float("ACCESS_TOKEN_MINUTES", 60, validate=POSITIVE)
#: How long a refresh token is good, in days.
REFRESH_TOKEN_DAYS = env.int("REFRESH_TOKEN_DAYS", 14, validate=POSITIVE)
#: How long a one-time ticket for a socket is good.
TICKET_SECONDS = env.int("TICKET_SECONDS", 30, validate=POSITIVE)
#: After so many failed logins of a user from an address, that user is locked out there ...
LOCKOUT_FAILURES = env.int("LOCKOUT_FAILURES", 5, validate=NOT_NEGATIVE)
#: ... for so long, in minutes.
LOCKOUT_MINUTES = env.int("LOCKOUT_MINUTES", 15, validate=NOT_NEGATIVE)
#: Most requests of an address for tokens by password, as `60/min` (or `/sec`, `/hour`, `/day`); empty: any number.
THROTTLE_TOKEN = env.str("THROTTLE_TOKEN", "60/min", validate=RATE)
#: Most requests of an address to register.
THROTTLE_REGISTER = env.str("THROTTLE_REGISTER", "60/hour", validate=RATE)
#: Most requests of an address to refresh a token.
THROTTLE_REFRESH = env.str("THROTTLE_REFRESH", "60/min", validate=RATE)
#: Most requests of a user for tickets.
THROTTLE_TICKET = env.str("THROTTLE_TICKET", "120/min", validate=RATE)

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.LockoutBackend", "accounts.backends.EmailOrUsernameBackend"]
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
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=ACCESS_TOKEN_MINUTES),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=REFRESH_TOKEN_DAYS),
    "USER_ID_CLAIM": "userId",
}

# The user and the address together: else anybody could lock a user out, or a whole office.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = LOCKOUT_FAILURES
AXES_COOLOFF_TIME = timedelta(minutes=LOCKOUT_MINUTES)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "accounts.lockout.canonical_login"
AXES_CLIENT_IP_CALLABLE = "accounts.lockout.address_of"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "token", "ticket"]
AXES_DISABLE_ACCESS_LOG = True  # a row for each login would grow without end; the log tells failures
AXES_ENABLE_ADMIN = False  # accounts/admin has a page of its own
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = ["axes.W002"]  # its middleware's work is done by accounts.lockout.LockoutMiddleware
