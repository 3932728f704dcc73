"""What streaming itself brings: the market's and the session's commands, how long answers are remembered,
and what the protocol promises of apps that aren't there yet."""

from streaming.app_declaration import AppDeclaration
from streaming.commands.log import commands_forget
from streaming.gateway.commands.market import MARKET_COMMANDS
from streaming.gateway.commands.session import SESSION_COMMANDS
from streaming.planned.commands import PLANNED_COMMANDS
from streaming.workers.retention import RetentionRule

DECLARATION = AppDeclaration(
    commands=MARKET_COMMANDS + SESSION_COMMANDS + PLANNED_COMMANDS,
    retention=(RetentionRule("commands", commands_forget),),
)
