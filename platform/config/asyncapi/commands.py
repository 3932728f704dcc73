"""What clients may ask for by name: each command with what it takes and answers, and who may give it."""

import msgspec

from config.openapi.operation import access_text, title_of
from streaming.commands.contract import Contract
from streaming.commands.outcome import CommandErrorCode
from streaming.commands.registry import CommandKind
from streaming.installed import command_registry


class UndescribedCommandError(Exception):
    """A command has no contract, so nobody can be told what it takes and answers."""


class CommandFailure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a command was refused: `fields` names each wrong parameter with a sentence."""

    code: CommandErrorCode
    message: str
    fields: dict[str, str] | msgspec.UnsetType = msgspec.UNSET


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """One command, as clients are told of it."""

    kind: CommandKind
    contract: Contract

    @property
    def action(self) -> str:
        """Its name."""
        return self.kind.action

    @property
    def title(self) -> str:
        """What it does, in some words."""
        return title_of(self.contract.act)

    @property
    def needs_parameters(self) -> bool:
        """Whether one must be given."""
        return any(field.required for field in msgspec.structs.fields(self.contract.parameters))

    @property
    def answers(self) -> tuple[type[msgspec.Struct], ...]:
        """The shapes of which its data have one; none where there is nothing to tell."""
        return tuple(one for one in (self.contract.answer, self.contract.other_answer) if one is not None)

    @property
    def access(self) -> str:
        """Who may give it."""
        return access_text(self.kind.access)


def described_commands() -> tuple[Described, ...]:
    """Return all commands in the order of their registration; raise `UndescribedCommandError`."""
    return tuple(_described(kind) for kind in command_registry())


def _described(kind: CommandKind) -> Described:
    if kind.contract is None:
        raise UndescribedCommandError(kind.action)
    return Described(kind=kind, contract=kind.contract)
