"""The admin's pages of users, groups and failed logins."""

from accounts.admin.failed_logins import FailedLoginAdmin
from accounts.admin.users import GroupAdmin, UserAdmin

__all__ = ["FailedLoginAdmin", "GroupAdmin", "UserAdmin"]
