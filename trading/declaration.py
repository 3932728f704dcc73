"""What the trading app brings to the platform."""

from streaming.admin.navigation import AdminLink, AdminSection
from streaming.app_declaration import AppDeclaration
from streaming.page_link import PageLink
from streaming.rest.urls import UrlPrefix
from trading.declared_workers import WORKERS
from trading.metrics import METRICS
from trading.own_data import OWN_DATA
from trading.retention import RETENTION
from trading.topics import TOPICS


def _link(title: str, icon: str, model: str) -> AdminLink:
    return AdminLink(
        title=title,
        icon=icon,
        url_name=f"admin:trading_{model}_changelist",
        permission=f"trading.view_{model}",
    )


_SECTION = AdminSection(
    title="Trading",
    links=(
        _link("Accounts", "account_balance_wallet", "tradingaccount"),
        _link("Orders", "receipt_long", "order"),
        _link("Fills", "done_all", "fill"),
        _link("Grids", "grid_on", "grid"),
        _link("Live strategies", "show_chart", "strategy"),
        _link("Models", "model_training", "modelversion"),
        _link("Trainings", "fitness_center", "modeltraining"),
        _link("Kill switch", "power_settings_new", "killswitch"),
        _link("Audit", "history", "auditentry"),
        _link("Events not told", "notifications_off", "outboxevent"),
        _link("Backtests", "query_stats", "backtest"),
    ),
)

_PAGES = (
    PageLink(title="Backtests", url_name="backtests"),
    PageLink(title="Grids", url_name="grids"),
    PageLink(title="Strategies", url_name="strategies-page"),
    PageLink(title="Signals", url_name="signals-page"),
    PageLink(title="Accounts", url_name="trading-accounts"),
)

DECLARATION = AppDeclaration(
    own_data=OWN_DATA,
    user_deletion="trading.accounts.user_deletion.USER_DELETION",
    topics=TOPICS,
    commands="trading.commands.COMMAND_KINDS",  # strategies bring NumPy, for which a bridge has no use
    workers=WORKERS,
    retention=RETENTION,
    urls=(UrlPrefix("api/v1/", "trading.urls"), UrlPrefix("", "trading.page_urls")),
    pages=_PAGES,
    admin_sections=(_SECTION,),
    metrics=METRICS,
    admin_figures="trading.admin.dashboard.trading_figures",
    watch_writers="trading.watch.TRADING_WRITERS",
    signal_source="trading.strategies.signal_source.SIGNAL_SOURCE",
)
