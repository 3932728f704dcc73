"""What the accounts app brings to the platform."""

from accounts.log_in.lockout import failures_forget
from streaming.admin.navigation import AdminLink, AdminSection
from streaming.app_declaration import AppDeclaration
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
    urls=(UrlPrefix("api/v1/auth/", "accounts.urls"), UrlPrefix("", "accounts.page_urls")),
    admin_sections=(_SECTION,),
)
