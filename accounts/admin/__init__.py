"""The admin's pages of users, groups, API keys and failed logins."""

from accounts.admin.api_keys import ApiKeyAdmin
from accounts.admin.failed_logins import FailedLoginAdmin
from accounts.admin.groups import GroupAdmin
from accounts.admin.users import UserAdmin

__all__ = ["ApiKeyAdmin", "FailedLoginAdmin", "GroupAdmin", "UserAdmin"]
