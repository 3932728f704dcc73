"""What streaming itself brings: the market's and the session's commands, and how long answers are remembered."""

from streaming.app_declaration import AppDeclaration
from streaming.commands.log import commands_forget
from streaming.gateway.commands.catalog import COMMANDS
from streaming.workers.retention import RetentionRule

DECLARATION = AppDeclaration(commands=COMMANDS, retention=(RetentionRule("commands", commands_forget),))
