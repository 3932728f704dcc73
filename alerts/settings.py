"""Settings of alert rules, notifications and deliveries."""

from streaming.configuration.environment import NOT_NEGATIVE, POSITIVE, RATE, env

# -- Alert rules ----------------------------------------------------------------------------------------------------
#: Let rules fire on the simulator's prices; `manage.py demo` does. Without it simulated data fires nobody's rule.
ALERTS_ON_SIMULATED_DATA = env.bool("ALERTS_ON_SIMULATED_DATA", False)
#: Most rules that a user may have.
ALERTS_RULES_PER_USER = env.int("ALERTS_RULES_PER_USER", 500, validate=NOT_NEGATIVE)
#: How long the lease of the one evaluator is good without being renewed.
ALERTS_LEASE_SECONDS = env.float("ALERTS_LEASE_SECONDS", 5.0, validate=POSITIVE)
#: How often it is renewed.
ALERTS_LEASE_RENEWAL_SECONDS = env.float("ALERTS_LEASE_RENEWAL_SECONDS", 1.0, validate=POSITIVE)
#: How often the evaluator looks for changed rules.
ALERTS_RULE_CHANGES_SECONDS = env.float("ALERTS_RULE_CHANGES_SECONDS", 0.5, validate=POSITIVE)
#: How often the last values of the series are stored, besides with each firing.
ALERTS_CHECKPOINT_SECONDS = env.float("ALERTS_CHECKPOINT_SECONDS", 1.0, validate=POSITIVE)
#: A rule whose series has had no fresh value for so long is shown as without data.
ALERTS_NO_DATA_SECONDS = env.float("ALERTS_NO_DATA_SECONDS", 60.0, validate=POSITIVE)
#: A rule that fires more often than this within a minute has its notifications collapse into one that counts.
ALERTS_NOISE_PER_MINUTE = env.int("ALERTS_NOISE_PER_MINUTE", 10, validate=NOT_NEGATIVE)
#: So does one that fires more often than this within an hour, however long it cools down in between ...
ALERTS_NOISE_PER_HOUR = env.int("ALERTS_NOISE_PER_HOUR", 60, validate=NOT_NEGATIVE)
#: ... and each rule of a user whose rules fire more often than this within an hour, all together.
ALERTS_NOISE_PER_USER_PER_HOUR = env.int("ALERTS_NOISE_PER_USER_PER_HOUR", 300, validate=NOT_NEGATIVE)
#: For how many days firings are kept; 0: for ever. What rules count stays right.
ALERTS_FIRINGS_KEPT_DAYS = env.int("ALERTS_FIRINGS_KEPT_DAYS", 90, validate=NOT_NEGATIVE)
#: For how many days the history of rules is kept: who has made, changed and deleted which, and how; 0: for ever.
ALERTS_CHANGES_KEPT_DAYS = env.int("ALERTS_CHANGES_KEPT_DAYS", 365, validate=NOT_NEGATIVE)
#: How often each delivery worker deletes firings, notifications and rules' history that are no longer kept.
ALERTS_FORGET_SECONDS = env.float("ALERTS_FORGET_SECONDS", 600.0, validate=POSITIVE)
#: Most requests of a user that change rules, as `60/min`; empty: any number.
THROTTLE_ALERTS = env.str("THROTTLE_ALERTS", "120/min", validate=RATE)
#: Longest body where the admin takes a file of alert rules.
HTTP_MAXIMUM_IMPORT_BYTES = env.int("HTTP_MAXIMUM_IMPORT_BYTES", 4_194_304, validate=POSITIVE)

# -- Notifications and deliveries ------------------------------------------------------------------------------------
#: How long a client may take to acknowledge before the user's next channel is tried, where the user wants that.
NOTIFICATIONS_ACKNOWLEDGE_SECONDS = env.float("NOTIFICATIONS_ACKNOWLEDGE_SECONDS", 30.0, validate=NOT_NEGATIVE)
#: For how many days notifications and their deliveries are kept, read or not; 0: for ever. What is yet unsent stays.
NOTIFICATIONS_KEPT_DAYS = env.int("NOTIFICATIONS_KEPT_DAYS", 90, validate=NOT_NEGATIVE)
#: Most requests of a user that change notifications or preferences.
THROTTLE_NOTIFICATIONS = env.str("THROTTLE_NOTIFICATIONS", "240/min", validate=RATE)
#: Most tests of channels that a user may send.
THROTTLE_CHANNEL_TESTS = env.str("THROTTLE_CHANNEL_TESTS", "6/min", validate=RATE)
#: How long a delivery worker that has died still counts as alive; it is seen three times in that time.
DELIVERIES_PRESENCE_SECONDS = env.float("DELIVERIES_PRESENCE_SECONDS", 6.0, validate=POSITIVE)
#: How often a delivery worker looks for work that nobody told it of.
DELIVERIES_POLL_SECONDS = env.float("DELIVERIES_POLL_SECONDS", 1.0, validate=POSITIVE)
#: Most deliveries of one user by one channel that a worker sends at a time, so that no slow receiver holds up others.
DELIVERIES_PER_USER = env.int("DELIVERIES_PER_USER", 4, validate=POSITIVE)
#: Most mails to a user in an hour; what is over it is gathered into one mail for the next. 0: any number.
DELIVERIES_EMAIL_PER_HOUR = env.int("DELIVERIES_EMAIL_PER_HOUR", 20, validate=NOT_NEGATIVE)
#: Most mails to a user in 24 hours; 0: any number.
DELIVERIES_EMAIL_PER_DAY = env.int("DELIVERIES_EMAIL_PER_DAY", 100, validate=NOT_NEGATIVE)
#: Most web pushes to a user in an hour; 0: any number.
DELIVERIES_WEB_PUSH_PER_HOUR = env.int("DELIVERIES_WEB_PUSH_PER_HOUR", 120, validate=NOT_NEGATIVE)
#: Most web pushes to a user in 24 hours; 0: any number.
DELIVERIES_WEB_PUSH_PER_DAY = env.int("DELIVERIES_WEB_PUSH_PER_DAY", 1000, validate=NOT_NEGATIVE)
#: Most posts to a user's webhook in an hour; 0: any number.
DELIVERIES_WEBHOOK_PER_HOUR = env.int("DELIVERIES_WEBHOOK_PER_HOUR", 1200, validate=NOT_NEGATIVE)
#: Most posts to a user's webhook in 24 hours; 0: any number.
DELIVERIES_WEBHOOK_PER_DAY = env.int("DELIVERIES_WEBHOOK_PER_DAY", 12_000, validate=NOT_NEGATIVE)
#: Most messages to a user by ntfy in an hour; 0: any number.
DELIVERIES_NTFY_PER_HOUR = env.int("DELIVERIES_NTFY_PER_HOUR", 60, validate=NOT_NEGATIVE)
#: Most messages to a user by ntfy in 24 hours; 0: any number.
DELIVERIES_NTFY_PER_DAY = env.int("DELIVERIES_NTFY_PER_DAY", 240, validate=NOT_NEGATIVE)
#: Most messages to a user by Slack in an hour; 0: any number.
DELIVERIES_SLACK_PER_HOUR = env.int("DELIVERIES_SLACK_PER_HOUR", 60, validate=NOT_NEGATIVE)
#: Most messages to a user by Slack in 24 hours; 0: any number.
DELIVERIES_SLACK_PER_DAY = env.int("DELIVERIES_SLACK_PER_DAY", 240, validate=NOT_NEGATIVE)
#: Most messages to a user by Discord in an hour; 0: any number.
DELIVERIES_DISCORD_PER_HOUR = env.int("DELIVERIES_DISCORD_PER_HOUR", 60, validate=NOT_NEGATIVE)
#: Most messages to a user by Discord in 24 hours; 0: any number.
DELIVERIES_DISCORD_PER_DAY = env.int("DELIVERIES_DISCORD_PER_DAY", 240, validate=NOT_NEGATIVE)
#: Most messages to a user by Telegram in an hour; 0: any number.
DELIVERIES_TELEGRAM_PER_HOUR = env.int("DELIVERIES_TELEGRAM_PER_HOUR", 60, validate=NOT_NEGATIVE)
#: Most messages to a user by Telegram in 24 hours; 0: any number.
DELIVERIES_TELEGRAM_PER_DAY = env.int("DELIVERIES_TELEGRAM_PER_DAY", 240, validate=NOT_NEGATIVE)
#: How long a delivery is one worker's before another may take it; its worker renews that while it is being sent.
DELIVERIES_LEASE_SECONDS = env.float("DELIVERIES_LEASE_SECONDS", 30.0, validate=POSITIVE)
#: Most attempts before a delivery is dead.
DELIVERIES_ATTEMPTS = env.int("DELIVERIES_ATTEMPTS", 12, validate=POSITIVE)
#: The wait after the first failed attempt; it doubles with each further one, with jitter ...
DELIVERIES_RETRY_SECONDS = env.float("DELIVERIES_RETRY_SECONDS", 5.0, validate=POSITIVE)
#: ... up to this.
DELIVERIES_LONGEST_RETRY_SECONDS = env.float("DELIVERIES_LONGEST_RETRY_SECONDS", 900.0, validate=POSITIVE)
#: How long one attempt may take.
DELIVERIES_TIMEOUT_SECONDS = env.float("DELIVERIES_TIMEOUT_SECONDS", 10.0, validate=POSITIVE)
#: Most names of hosts that a worker looks up at a time for webhooks, and as many for each other channel.
DELIVERIES_LOOK_UPS = env.int("DELIVERIES_LOOK_UPS", 16, validate=POSITIVE)
#: Most of them that are one user's, so that nobody's name server which never answers holds up others.
DELIVERIES_LOOK_UPS_PER_USER = env.int("DELIVERIES_LOOK_UPS_PER_USER", 2, validate=POSITIVE)
#: How long a look-up may take, the wait for its turn in it.
DELIVERIES_LOOK_UP_SECONDS = env.float("DELIVERIES_LOOK_UP_SECONDS", 5.0, validate=POSITIVE)
#: Networks that webhooks and pushes may reach though they are private, as `10.1.0.0/16`, separated by commas.
DELIVERIES_ALLOWED_NETWORKS: list[str] = env.list("DELIVERIES_ALLOWED_NETWORKS", [])
#: The private key (base64url, P-256) that signs web pushes (VAPID); empty: web push is off. `manage.py make_vapid_key`.
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", "")
#: Whom a push service may write to about our pushes, as `mailto:ops@example.com`.
VAPID_SUBJECT = env.str("VAPID_SUBJECT", "")
