"""What the installed apps declare, put together for this process.

Each of these is built when it is first asked for, in the order of INSTALLED_APPS, and raises `RegistrationError` where
two apps declare the same thing.
"""

from collections.abc import Iterable
from functools import cache

from django.apps import AppConfig, apps
from django.utils.module_loading import import_string

from streaming.app_declaration import AppDeclaration
from streaming.commands.registry import CommandRegistry
from streaming.errors import RegistrationError
from streaming.workers.retention import RetentionRule, checked_rules

_ATTRIBUTE = "declaration"


@cache
def installed_declarations() -> tuple[AppDeclaration, ...]:
    """Return the declarations of the installed apps; those that name none have none."""
    return declarations_of(apps.get_app_configs())


def declarations_of(configs: Iterable[AppConfig]) -> tuple[AppDeclaration, ...]:
    """Return what these apps declare; raise `RegistrationError` where one names what is no declaration."""
    named = ((config, getattr(config, _ATTRIBUTE, "")) for config in configs)
    return tuple(_loaded(config, path) for config, path in named if path)


@cache
def command_registry() -> CommandRegistry:
    """Return the commands of this process."""
    return CommandRegistry(kind for declared in installed_declarations() for kind in declared.commands)


@cache
def retention_rules() -> tuple[RetentionRule, ...]:
    """Return what the gateways delete."""
    return checked_rules(rule for declared in installed_declarations() for rule in declared.retention)


def _loaded(config: AppConfig, path: str) -> AppDeclaration:
    declared = import_string(path)
    if not isinstance(declared, AppDeclaration):
        raise RegistrationError(f"{path}, which {config.name} names, is no AppDeclaration")
    return declared
