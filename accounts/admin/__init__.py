"""The admin's pages of users, groups, API keys, watch lists and failed logins."""

from accounts.admin.api_keys import ApiKeyAdmin
from accounts.admin.failed_logins import FailedLoginAdmin
from accounts.admin.groups import GroupAdmin
from accounts.admin.users import UserAdmin
from accounts.admin.watch_lists import WatchListAdmin

__all__ = ["ApiKeyAdmin", "FailedLoginAdmin", "GroupAdmin", "UserAdmin", "WatchListAdmin"]
