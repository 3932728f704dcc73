"""What the accounts app brings to the platform."""

from accounts.log_in.lockout import failures_forget
from streaming.app_declaration import AppDeclaration
from streaming.workers.retention import RetentionRule

DECLARATION = AppDeclaration(retention=(RetentionRule("failed logins", failures_forget),))
