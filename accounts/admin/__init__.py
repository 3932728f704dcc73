"""The admin's pages of users, groups, API keys, watch lists, chart layouts, drawings and failed logins."""

from accounts.admin.api_keys import ApiKeyAdmin
from accounts.admin.chart_layouts import ChartLayoutAdmin
from accounts.admin.drawings import SymbolDrawingsAdmin
from accounts.admin.failed_logins import FailedLoginAdmin
from accounts.admin.groups import GroupAdmin
from accounts.admin.users import UserAdmin
from accounts.admin.watch_lists import WatchListAdmin

__all__ = [
    "ApiKeyAdmin",
    "ChartLayoutAdmin",
    "FailedLoginAdmin",
    "GroupAdmin",
    "SymbolDrawingsAdmin",
    "UserAdmin",
    "WatchListAdmin",
]
