"""Settings of users, their tokens, and how often they may try."""

from datetime import timedelta

from streaming.configuration.environment import IS_DEVELOPMENT, NOT_NEGATIVE, POSITIVE, RATE, env

# -- Tokens ---------------------------------------------------------------------------------------------------------
#: Signs tokens (HS256); production needs its own, random and of 32 bytes or more. Empty: derived from SECRET_KEY.
JWT_SECRET = env.str("JWT_SECRET", "")
#: Secrets that were `JWT_SECRET` before, separated by commas: the tokens that they signed are still good.
JWT_SECRETS_EARLIER: list[str] = env.list("JWT_SECRETS_EARLIER", [])
#: Let tokens of other services log in their existing users: `userId` and `exp`, rightly signed, are enough then.
JWT_EXTERNAL = env.bool("JWT_EXTERNAL", False)
#: Files with public keys of an identity provider, PEM or JWKS, separated by commas; they count with JWT_EXTERNAL alone.
JWT_PUBLIC_KEYS: list[str] = env.list("JWT_PUBLIC_KEYS", [])
#: What the claim `iss` of another service's token must be; empty: anything.
JWT_ISSUER = env.str("JWT_ISSUER", "")
#: What the claim `aud` of another service's token must be or hold; empty: anything.
JWT_AUDIENCE = env.str("JWT_AUDIENCE", "")

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
#: How long the link of a mail is good with which a user confirms an address, in hours.
CONFIRMATION_LINK_HOURS = env.int("CONFIRMATION_LINK_HOURS", 24, validate=POSITIVE)
#: How long the link of a mail is good with which a user sets a new password, in minutes.
RESET_LINK_MINUTES = env.int("RESET_LINK_MINUTES", 60, validate=POSITIVE)
#: How often within an hour a user may be sent a link of the same kind again.
ACCOUNT_MAILS_AGAIN = env.int("ACCOUNT_MAILS_AGAIN", 3, validate=POSITIVE)
#: Most mails to one address within an hour because somebody registers with it, or wants to change to it.
ACCOUNT_CLAIM_MAILS_PER_ADDRESS = env.int("ACCOUNT_CLAIM_MAILS_PER_ADDRESS", 5, validate=POSITIVE)
#: Most other mails about accounts to an address within an hour, whoever asks, without those that reset a password.
ACCOUNT_MAILS_PER_ADDRESS = env.int("ACCOUNT_MAILS_PER_ADDRESS", 10, validate=POSITIVE)
#: Most mails about accounts that wait to be sent; who asks for one more is refused.
ACCOUNT_MAILS_WAITING = env.int("ACCOUNT_MAILS_WAITING", 1000, validate=POSITIVE)
#: Let a user log in by an email address before it is confirmed, which tells who has claimed it; off in production.
LOGIN_BY_UNCONFIRMED_EMAIL = env.bool("LOGIN_BY_UNCONFIRMED_EMAIL", IS_DEVELOPMENT)
#: Most passwords that a process hashes at the same time, each with 19 MiB; other requests with one wait in turn.
PASSWORD_HASHES_AT_A_TIME = env.int("PASSWORD_HASHES_AT_A_TIME", 2, validate=POSITIVE)
#: Most requests that wait for that in a process; more are refused with 503, first those of the address with the most.
PASSWORD_HASHES_WAITING = env.int("PASSWORD_HASHES_WAITING", 200, validate=NOT_NEGATIVE)
#: Most log-ins of an address, by REST and admin, as `60/min` (or `/sec`, `/hour`, `/day`); empty: any number.
THROTTLE_TOKEN = env.str("THROTTLE_TOKEN", "60/min", validate=RATE)
#: Most requests of an address to register.
THROTTLE_REGISTER = env.str("THROTTLE_REGISTER", "60/hour", validate=RATE)
#: Most requests of an address for a mail that resets a password.
THROTTLE_PASSWORD_RESET = env.str("THROTTLE_PASSWORD_RESET", "20/hour", validate=RATE)
#: Most requests of a user that need the password: to change it, or the email address.
THROTTLE_PASSWORD = env.str("THROTTLE_PASSWORD", "20/hour", validate=RATE)
#: Most requests of a user for a mail that confirms the email address.
THROTTLE_CONFIRMATION = env.str("THROTTLE_CONFIRMATION", "20/hour", validate=RATE)
#: Most requests of an address to refresh a token.
THROTTLE_REFRESH = env.str("THROTTLE_REFRESH", "60/min", validate=RATE)
#: Ask two-factor of staff: without it they log in with a trader's rights, until they have turned it on.
TWO_FACTOR_REQUIRED_FOR_STAFF = env.bool("TWO_FACTOR_REQUIRED_FOR_STAFF", False)
#: After so many wrong codes of a user, from whatever address, each further one costs LOCKOUT_MINUTES.
TWO_FACTOR_FAILURES = env.int("TWO_FACTOR_FAILURES", 10, validate=POSITIVE)
#: Most requests of a user that change two-factor.
THROTTLE_TWO_FACTOR = env.str("THROTTLE_TWO_FACTOR", "20/min", validate=RATE)
#: Most requests of a user for tickets.
THROTTLE_TICKET = env.str("THROTTLE_TICKET", "120/min", validate=RATE)
#: Most API keys that a user may have.
API_KEYS_PER_USER = env.int("API_KEYS_PER_USER", 20, validate=NOT_NEGATIVE)
#: Most watch lists that a user may have.
WATCH_LISTS_PER_USER = env.int("WATCH_LISTS_PER_USER", 20, validate=NOT_NEGATIVE)
#: Most requests of a user that change watch lists, as `60/min`; empty: any number.
THROTTLE_WATCH_LISTS = env.str("THROTTLE_WATCH_LISTS", "240/min", validate=RATE)
#: Most changes of a user's time zone.
THROTTLE_TIME_ZONE = env.str("THROTTLE_TIME_ZONE", "60/hour", validate=RATE)
#: Most requests of a user for the file of all own data.
THROTTLE_OWN_DATA = env.str("THROTTLE_OWN_DATA", "10/hour", validate=RATE)
#: Most chart layouts that a user may have.
CHART_LAYOUTS_PER_USER = env.int("CHART_LAYOUTS_PER_USER", 20, validate=NOT_NEGATIVE)
#: Most requests of a user that change chart layouts, as `60/min`; empty: any number.
THROTTLE_CHART_LAYOUTS = env.str("THROTTLE_CHART_LAYOUTS", "120/min", validate=RATE)
#: Most symbols on whose chart a user may have drawings.
DRAWN_SYMBOLS_PER_USER = env.int("DRAWN_SYMBOLS_PER_USER", 100, validate=NOT_NEGATIVE)
#: Most requests of a user that change drawings, as `60/min`; empty: any number.
THROTTLE_DRAWINGS = env.str("THROTTLE_DRAWINGS", "240/min", validate=RATE)
#: Most requests of a user for new API keys.
THROTTLE_API_KEY = env.str("THROTTLE_API_KEY", "30/hour", validate=RATE)

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.LockoutBackend", "accounts.backends.EmailOrUsernameBackend"]
PASSWORD_HASHERS = [
    "accounts.passwords.hashing.BoundedArgon2Hasher",
    "accounts.passwords.hashing.BoundedPBKDF2Hasher",
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
AXES_USERNAME_CALLABLE = "accounts.log_in.lockout.canonical_login"
AXES_CLIENT_IP_CALLABLE = "accounts.log_in.lockout.address_of"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "token", "ticket", "code"]
AXES_DISABLE_ACCESS_LOG = True  # a row for each login would grow without end; the log tells failures
AXES_ENABLE_ADMIN = False  # accounts/admin has a page of its own
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = ["axes.W002"]  # its middleware's work is done by accounts.log_in.lockout.LockoutMiddleware
