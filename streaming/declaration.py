"""What streaming itself brings: what the deployment tells of itself, the market's and the session's commands, how long
answers are remembered, and what the protocol promises of apps that aren't there yet.
"""

from streaming.app_declaration import AppDeclaration
from streaming.commands.log import commands_forget
from streaming.events import ExchangeNews, GatewaysUpdate, LogLine, SystemHealth
from streaming.gateway.commands.market import MARKET_COMMANDS
from streaming.gateway.commands.session import SESSION_COMMANDS
from streaming.market.sources.discovery import current_source
from streaming.planned.topics import planned_topics
from streaming.topics.dotted_names import SystemKind
from streaming.topics.topic import Access
from streaming.workers.retention import RetentionRule

SYSTEM_TOPICS = (
    SystemKind(name="system.health", event=SystemHealth, is_repeated=True),
    SystemKind(name="system.exchange", event=ExchangeNews),
    SystemKind(name="system.log", event=LogLine, access=Access.OWNER),
    SystemKind(name="ops.gateways", event=GatewaysUpdate, access=Access.STAFF, is_repeated=True),
)


def _is_exchanges_own(pair: str) -> bool:
    """Return whether the deployment's exchange itself names a pair so, as Coinbase does `BTC-USD`."""
    return current_source().symbol_name(pair) == pair


DECLARATION = AppDeclaration(
    topics=planned_topics(is_exchanges_own=_is_exchanges_own) + SYSTEM_TOPICS,
    commands=MARKET_COMMANDS + SESSION_COMMANDS,
    retention=(RetentionRule("commands", commands_forget),),
)
