"""What all sessions of a process share."""

import msgspec

from streaming.clock import Clock
from streaming.commands.registry import CommandRegistry
from streaming.commands.user_limits import UserLimits
from streaming.fan_out.hub import Hub
from streaming.gateway.login.checking import CredentialCheck
from streaming.gateway.sending.gatherer import Gatherer
from streaming.gateway.settings import GatewaySettings
from streaming.market.symbols.directory import SymbolDirectory
from streaming.topics.registry import TopicRegistry


class SessionContext(msgspec.Struct, frozen=True):
    """The hub, the words, the symbols, the time, the limits, who tells whose a token is, the commands and theirs."""

    hub: Hub
    registry: TopicRegistry
    symbols: SymbolDirectory
    clock: Clock
    gatherer: Gatherer
    settings: GatewaySettings
    credential_check: CredentialCheck
    commands: CommandRegistry
    user_limits: UserLimits
