"""What the app brings."""

from streaming.app_declaration import AppDeclaration
from tests.gateway.commands.counting.commands import COUNT

DECLARATION = AppDeclaration(commands=(COUNT,))
