"""What the alerts app brings to the platform."""

from alerts.commands import COMMANDS
from alerts.declared_workers import WORKERS
from alerts.deliveries.cancelling import deliveries_end_restored
from alerts.events import Alert, Notification
from alerts.metrics import METRICS
from alerts.own_data import OWN_DATA
from alerts.retention.rules import RETENTION
from streaming.admin.navigation import AdminLink, AdminSection
from streaming.app_declaration import AppDeclaration
from streaming.commands.use_cases import command_of
from streaming.database.backup_rules import AfterRestore
from streaming.rest.urls import UrlPrefix
from streaming.topics.kinds import own_kind

_SECTION = AdminSection(
    title="Alerts",
    links=(
        AdminLink(
            title="Rules",
            icon="notification_add",
            url_name="admin:alerts_alertrule_changelist",
            permission="alerts.view_alertrule",
        ),
        AdminLink(
            title="Firings",
            icon="bolt",
            url_name="admin:alerts_alertevent_changelist",
            permission="alerts.view_alertevent",
        ),
        AdminLink(
            title="Notifications",
            icon="notifications",
            url_name="admin:alerts_notification_changelist",
            permission="alerts.view_notification",
        ),
        AdminLink(
            title="Deliveries",
            icon="outgoing_mail",
            url_name="admin:alerts_delivery_changelist",
            permission="alerts.view_delivery",
        ),
        AdminLink(
            title="Preferences",
            icon="tune",
            url_name="admin:alerts_notificationpreferences_changelist",
            permission="alerts.view_notificationpreferences",
        ),
    ),
)

DECLARATION = AppDeclaration(
    own_data=OWN_DATA,
    user_deletion="alerts.user_deletion.USER_DELETION",
    topics=(own_kind("notifications", event=Notification), own_kind("alerts", event=Alert)),
    commands=tuple(command_of(action, case) for action, case in COMMANDS.items()),
    workers=WORKERS,
    retention=RETENTION,
    after_restore=(AfterRestore("deliveries that waited are dead", deliveries_end_restored),),
    urls=(UrlPrefix("api/v1/", "alerts.urls"), UrlPrefix("", "alerts.page_urls")),
    admin_sections=(_SECTION,),
    metrics=METRICS,
    admin_figures="alerts.admin.dashboard.alert_figures",
    notices="alerts.notifications.notices.notices_store",
)
