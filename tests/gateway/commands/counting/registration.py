"""Registering the command in the gateway's own registry."""

from streaming.commands.registry import command_registry
from tests.gateway.commands.counting.commands import COUNT

command_registry().register(COUNT)
