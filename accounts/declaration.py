"""What the accounts app brings to the platform."""

from accounts.chart_layouts import use_cases as chart_layouts
from accounts.drawings import use_cases as drawings
from accounts.log_in.admin_session import admin_sessions_forget
from accounts.log_in.lockout import failures_forget
from accounts.logins.recording import logins_forget
from accounts.mails.requests import mails_forget
from accounts.one_time_links.services import links_forget
from accounts.own_data.declared import OWN_DATA
from accounts.services import users_log_out_all
from accounts.watch_lists import use_cases as watch_lists
from streaming.admin.navigation import AdminLink, AdminSection
from streaming.app_declaration import AppDeclaration
from streaming.commands.use_cases import command_of
from streaming.database.backup_rules import AfterRestore
from streaming.rest.urls import UrlPrefix
from streaming.workers.retention import RetentionRule

_SECTION = AdminSection(
    title="Accounts",
    rank=90,
    links=(
        AdminLink(
            title="Users", icon="person", url_name="admin:accounts_user_changelist", permission="accounts.view_user"
        ),
        AdminLink(title="Groups", icon="group", url_name="admin:auth_group_changelist", permission="auth.view_group"),
        AdminLink(
            title="API keys", icon="key", url_name="admin:accounts_apikey_changelist", permission="accounts.view_apikey"
        ),
        AdminLink(
            title="Watch lists",
            icon="star",
            url_name="admin:accounts_watchlist_changelist",
            permission="accounts.view_watchlist",
        ),
        AdminLink(
            title="Chart layouts",
            icon="candlestick_chart",
            url_name="admin:accounts_chartlayoutrow_changelist",
            permission="accounts.view_chartlayoutrow",
        ),
        AdminLink(
            title="Drawings",
            icon="draw",
            url_name="admin:accounts_symboldrawings_changelist",
            permission="accounts.view_symboldrawings",
        ),
        AdminLink(
            title="Failed logins",
            icon="lock",
            url_name="admin:axes_accessattempt_changelist",
            permission="axes.view_accessattempt",
        ),
    ),
)

DECLARATION = AppDeclaration(
    commands=tuple(
        command_of(action, case)
        for part in (watch_lists, chart_layouts, drawings)
        for action, case in part.COMMANDS.items()
    ),
    retention=(
        RetentionRule("failed logins", failures_forget),
        RetentionRule("logins", logins_forget),
        RetentionRule("sessions of the admin", admin_sessions_forget),
        RetentionRule("mails about accounts", mails_forget),
        RetentionRule("one-time links", links_forget),
    ),
    # What logs in, and once: whoever reads a backup could use it, and what was used since would work again.
    left_out_of_backups=(
        "sessions.Session",
        "accounts.Login",
        "accounts.Ticket",
        "accounts.OneTimeLink",
        "accounts.AccountMail",
    ),
    own_data=OWN_DATA,
    user_deletion="accounts.own_data.traces.USER_DELETION",
    after_restore=(AfterRestore("users are logged out", users_log_out_all),),
    urls=(
        UrlPrefix("api/v1/auth/", "accounts.urls"),
        UrlPrefix("api/v1/watch-lists/", "accounts.watch_lists.urls"),
        UrlPrefix("api/v1/chart-layouts/", "accounts.chart_layouts.urls"),
        UrlPrefix("api/v1/drawings/", "accounts.drawings.urls"),
        UrlPrefix("", "accounts.page_urls"),
    ),
    admin_sections=(_SECTION,),
)
