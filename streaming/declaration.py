"""What streaming itself brings: what the deployment tells of itself, its commands, how long answers are remembered."""

from streaming.app_declaration import AppDeclaration
from streaming.backup_records.backup_metrics import BACKUP_METRICS
from streaming.commands.log import commands_forget
from streaming.connection_control.use_cases import COMMANDS as CONNECTION_COMMANDS
from streaming.database.backup_rules import AfterRestore
from streaming.database.own_data import KeptBack
from streaming.database.query_metrics import DATABASE_METRICS
from streaming.deployment_history.services import minutes_forget
from streaming.deployment_history.use_cases import COMMANDS as HISTORY_COMMANDS
from streaming.events import ExchangeNews, GatewaysUpdate, LogLine, SystemHealth
from streaming.gateway.commands.market import MARKET_COMMANDS
from streaming.gateway.commands.session import SESSION_COMMANDS
from streaming.gateway.deployment.gateway_metrics import GATEWAY_METRICS
from streaming.gateway.deployment.part_metrics import PART_METRICS
from streaming.rest.urls import UrlPrefix
from streaming.topics.dotted_names import SystemKind
from streaming.topics.topic import Access
from streaming.workers.leases.lease_metrics import LEASE_METRICS
from streaming.workers.leases.lease_rows import leases_free
from streaming.workers.retention import RetentionRule

SYSTEM_TOPICS = (
    SystemKind(name="system.health", event=SystemHealth, is_repeated=True),
    SystemKind(name="system.exchange", event=ExchangeNews),
    SystemKind(name="system.log", event=LogLine, access=Access.OWNER),
    SystemKind(name="ops.gateways", event=GatewaysUpdate, access=Access.STAFF, is_repeated=True),
)


DECLARATION = AppDeclaration(
    topics=SYSTEM_TOPICS,
    commands=MARKET_COMMANDS + SESSION_COMMANDS + HISTORY_COMMANDS + CONNECTION_COMMANDS,
    retention=(
        RetentionRule("commands", commands_forget),
        RetentionRule("minutes of the deployment", minutes_forget),
    ),
    urls=(
        UrlPrefix("api/v1/ops/", "streaming.deployment_history.urls"),
        UrlPrefix("api/v1/ops/", "streaming.connection_control.urls"),
    ),
    own_data=(
        KeptBack("streaming.CommandRecord", "what commands were answered, kept so that each acts once", "user_id"),
    ),
    left_out_of_backups=("streaming.WorkerPresence", "streaming.WorkerFigures", "streaming.DeploymentMinute"),
    after_restore=(AfterRestore("leases are free", leases_free),),
    metrics=(*GATEWAY_METRICS, *PART_METRICS, *DATABASE_METRICS, *LEASE_METRICS, *BACKUP_METRICS),
)
