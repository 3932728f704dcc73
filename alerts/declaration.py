"""What the alerts app brings to the platform."""

from alerts.commands import COMMANDS
from streaming.app_declaration import AppDeclaration
from streaming.commands.use_cases import command_of

DECLARATION = AppDeclaration(commands=tuple(command_of(action, case) for action, case in COMMANDS.items()))
