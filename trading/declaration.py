"""What the trading app brings to the platform."""

from streaming.admin.navigation import AdminLink, AdminSection
from streaming.app_declaration import AppDeclaration
from streaming.rest.urls import UrlPrefix
from streaming.topics.dotted_names import InstanceKind
from streaming.workers.worker import Worker
from trading.backtests.owners import owners_of_backtest
from trading.events import BacktestLifecycle, BacktestProgress
from trading.retention import RETENTION

_WORKER = Worker(
    name="trading",
    title="the trading worker",
    work="trading.worker.run_backtests",
    backlog="trading.running.queue.backtest_backlog",
    follows_market=False,
)
_BACKTESTS = InstanceKind(
    category="backtest",
    events={"progress": BacktestProgress, "lifecycle": BacktestLifecycle},
    owners=owners_of_backtest,
)
_SECTION = AdminSection(
    title="Trading",
    links=(
        AdminLink(
            title="Backtests",
            icon="query_stats",
            url_name="admin:trading_backtest_changelist",
            permission="trading.view_backtest",
        ),
    ),
)

DECLARATION = AppDeclaration(
    topics=(_BACKTESTS,),
    commands="trading.commands.COMMAND_KINDS",  # strategies bring NumPy, for which a bridge has no use
    workers=(_WORKER,),
    retention=RETENTION,
    urls=(UrlPrefix("api/v1/", "trading.urls"), UrlPrefix("", "trading.page_urls")),
    admin_sections=(_SECTION,),
    admin_figures="trading.admin.dashboard.backtest_figures",
)
