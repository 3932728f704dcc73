"""What the accounts app brings to the platform."""

from accounts.log_in.lockout import failures_forget
from accounts.services import users_log_out_all
from streaming.admin.navigation import AdminLink, AdminSection
from streaming.app_declaration import AppDeclaration
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
            title="Failed logins",
            icon="lock",
            url_name="admin:axes_accessattempt_changelist",
            permission="axes.view_accessattempt",
        ),
    ),
)

DECLARATION = AppDeclaration(
    retention=(RetentionRule("failed logins", failures_forget),),
    # What logs in, and once: whoever reads a backup could use it, and what was used since would work again.
    left_out_of_backups=("sessions.Session", "accounts.Ticket", "accounts.OneTimeLink", "accounts.AccountMail"),
    after_restore=(AfterRestore("users are logged out", users_log_out_all),),
    urls=(UrlPrefix("api/v1/auth/", "accounts.urls"), UrlPrefix("", "accounts.page_urls")),
    admin_sections=(_SECTION,),
)
