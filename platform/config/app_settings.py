"""The settings that installed apps name, each app in the `settings.py` of its own folder."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.apps import AppConfig
from django.conf import settings

from streaming.configuration import environment
from streaming.errors import RegistrationError


def take_in(configs: Iterable[AppConfig]) -> None:
    """Give Django the settings of these apps, as far as its settings module doesn't have them.

    It has those of the platform's own apps, and may say something else of any app's. Raise `RegistrationError` where
    two apps name the same setting, `environs.EnvError` for a value in the environment that a setting may not have.
    """
    for name, value in _settings_of(settings_modules(configs)).items():
        if not hasattr(settings, name):
            setattr(settings, name, value)


def settings_modules(configs: Iterable[AppConfig]) -> Iterator[ModuleType]:
    """Return the `settings` of the apps that have one, of those alone that declare what they bring."""
    for config in configs:
        name = f"{config.name}.settings"
        if hasattr(config, "declaration") and find_spec(name) is not None:
            yield import_module(name)


def _settings_of(modules: Iterable[ModuleType]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in modules:
        own = {name: value for name, value in vars(module).items() if name.isupper() and not hasattr(environment, name)}
        for name in own.keys() & found.keys():
            raise RegistrationError(f"{module.__name__} names a setting that another app has: {name}")
        found |= own
    return found
