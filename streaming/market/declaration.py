"""What the market brings to the platform: the bridge, and what staff see of symbols and candles."""

from streaming.admin.navigation import AdminLink, AdminSection
from streaming.app_declaration import AppDeclaration
from streaming.market.bridge.bridge_metrics import BRIDGE_METRICS
from streaming.market.combined.topics import COMBINED_TOPICS
from streaming.market.declared_workers import WORKERS
from streaming.market.topics import MARKET_TOPICS

_SECTION = AdminSection(
    title="Market",
    rank=10,
    links=(
        AdminLink(
            title="Symbols",
            icon="candlestick_chart",
            url_name="admin:market_symbol_changelist",
            permission="market.view_symbol",
        ),
        AdminLink(
            title="Candles",
            icon="waterfall_chart",
            url_name="admin:market_candle_changelist",
            permission="market.view_candle",
        ),
        AdminLink(
            title="Gaps",
            icon="leak_remove",
            url_name="admin:market_candlegap_changelist",
            permission="market.view_candlegap",
        ),
        AdminLink(title="Streams", icon="lan", url_name="admin-streams"),
        AdminLink(title="Operations", icon="monitor_heart", url_name="operations"),
    ),
)

DECLARATION = AppDeclaration(
    topics=COMBINED_TOPICS + MARKET_TOPICS,  # a combined symbol's name is read as such, before any exchange's
    workers=WORKERS,
    admin_sections=(_SECTION,),
    metrics=BRIDGE_METRICS,
)
