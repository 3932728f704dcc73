"""What all sessions of a process share."""

import msgspec

from streaming.clock import Clock
from streaming.gateway.commands.registry import CommandRegistry
from streaming.gateway.login.checking import CredentialCheck
from streaming.gateway.sending.outbox import Gatherer
from streaming.gateway.settings import GatewaySettings
from streaming.hub import Hub
from streaming.market.symbols import SymbolDirectory
from streaming.topics import TopicRegistry


class Surroundings(msgspec.Struct, frozen=True):
    """The hub, the words, the symbols, the time, the limits, who tells whose a token is, and the commands."""

    hub: Hub
    registry: TopicRegistry
    symbols: SymbolDirectory
    clock: Clock
    gatherer: Gatherer
    settings: GatewaySettings
    credential_check: CredentialCheck
    commands: CommandRegistry
