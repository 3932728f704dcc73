"""What the installed apps declare, and what is wrong with a declaration."""

from collections.abc import Iterator

import pytest
from django.apps import AppConfig

from streaming.app_declaration import AppDeclaration
from streaming.errors import RegistrationError
from streaming.installed import (
    command_registry,
    commands_of,
    declarations_of,
    installed_declarations,
    installed_page_links,
    installed_sections,
    installed_workers,
    retention_rules,
)
from streaming.workers.retention import RetentionRule, checked_rules
from tests.gateway.commands import counting

DECLARATION = AppDeclaration()


class Declaring(AppConfig):
    """An app that names this module's declaration."""

    declaration = f"{__name__}.DECLARATION"


class Misdeclaring(AppConfig):
    """An app that names what is none."""

    declaration = f"{__name__}.declared"


def declared(config: type[AppConfig]) -> tuple[AppDeclaration, ...]:
    """Return what an app of that kind declares, beside one that declares nothing."""
    return declarations_of([AppConfig("silent", counting), config("own", counting)])


def forget(*, now_ms: int) -> Iterator[int]:
    """Delete nothing."""
    yield 0


def test_it_finds_what_an_app_declares() -> None:
    assert declared(Declaring) == (DECLARATION,)


def test_it_refuses_what_is_no_declaration() -> None:
    with pytest.raises(RegistrationError, match=r"test_installed\.declared, which own names, is no AppDeclaration"):
        declared(Misdeclaring)


def test_it_puts_together_what_the_installed_apps_declare() -> None:
    commands = [kind for app in installed_declarations() for kind in commands_of(app)]
    assert {kind.action for kind in command_registry()} == {kind.action for kind in commands}
    assert [rule.what for rule in retention_rules()] == [
        "commands",
        "minutes of the deployment",
        "failed logins",
        "logins",
        "sessions of the admin",
        "mails about accounts",
        "one-time links",
    ]
    assert [rule.what for rule in retention_rules("deliveries")] == [
        "notifications",
        "firings",
        "changes of rules",
        "uses of channels",
    ]
    assert list(installed_workers()) == ["bridge", "combined", "alerts", "deliveries", "trading", "wallets"]
    titles = ["Backtests", "Grids", "Strategies", "Signals", "Accounts", "Wallets"]
    assert [link.title for link in installed_page_links()] == titles
    assert [section.title for section in installed_sections()] == ["Market", "Alerts", "Trading", "Wallets", "Accounts"]


def test_it_refuses_retention_of_the_same_rows_by_two_apps() -> None:
    rule = RetentionRule("old rows", forget)
    with pytest.raises(RegistrationError, match="declared already: old rows"):
        checked_rules([rule, rule], workers=())


def test_it_refuses_retention_by_a_worker_that_nobody_declares() -> None:
    with pytest.raises(RegistrationError, match="for a worker that there isn't: delivery"):
        checked_rules([RetentionRule("old rows", forget, worker="delivery")], workers=("deliveries",))
