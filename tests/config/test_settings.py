"""Values of the environment that no setting may have are refused at the start, by the variable's name."""

import re
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.apps import apps
from environs import EnvError

import config.settings
from config.app_settings import settings_modules

_PLATFORM = config.settings.__name__
_APPS = [module.__name__ for module in settings_modules(apps.get_app_configs())]


def _read(module: str, **environment: str) -> dict[str, Any]:
    """Return what a settings module makes of the environment.

    The settings set logging up: what was set up before comes back, since loggers in use hold on to those very objects.
    """
    logging_before = structlog.get_config()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        try:
            return runpy.run_path(_source(module))
        finally:
            structlog.configure(**logging_before)


def _source(module: str) -> str:
    return str(sys.modules[module].__file__)


def _numbers_of(module: str) -> list[str]:
    """Return the variables from which a settings module reads a number: none of them may be negative."""
    return re.findall(r'env\.(?:int|float)\(\s*"(\w+)"', Path(_source(module)).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        (_PLATFORM, "ENVIRONMENT", "Production"),
        ("streaming.market.settings", "EXCHANGE_SOURCE", "bitstamp"),
        ("accounts.settings", "THROTTLE_TOKEN", "60 a minute"),
        ("accounts.settings", "THROTTLE_REFRESH", "60/min\n"),
        ("alerts.settings", "ALERTS_FIRINGS_KEPT_DAYS", "-1"),
        ("alerts.settings", "NOTIFICATIONS_KEPT_DAYS", "-1"),
        ("alerts.settings", "NOTIFICATIONS_ACKNOWLEDGE_SECONDS", "-0.1"),
        ("accounts.settings", "ACCESS_TOKEN_MINUTES", "0"),
        ("alerts.settings", "THROTTLE_ALERTS", "often"),
        ("alerts.settings", "THROTTLE_NOTIFICATIONS", "1/week"),
        *(
            ("alerts.settings", name, "0")
            for name in (
                "ALERTS_LEASE_SECONDS",
                "ALERTS_LEASE_RENEWAL_SECONDS",
                "ALERTS_RULE_CHANGES_SECONDS",
                "ALERTS_CHECKPOINT_SECONDS",
                "ALERTS_NO_DATA_SECONDS",
                "ALERTS_FORGET_SECONDS",
                "DELIVERIES_PRESENCE_SECONDS",
                "DELIVERIES_POLL_SECONDS",
                "DELIVERIES_PER_USER",
                "DELIVERIES_LEASE_SECONDS",
                "DELIVERIES_ATTEMPTS",
                "DELIVERIES_RETRY_SECONDS",
                "DELIVERIES_LONGEST_RETRY_SECONDS",
                "DELIVERIES_TIMEOUT_SECONDS",
            )
        ),
        ("streaming.settings", "WS_CHECK_INTERVAL_SECONDS", "0"),
        ("streaming.market.settings", "BRIDGE_LEASE_SECONDS", "0"),
        *((module, name, "-1") for module in _APPS for name in _numbers_of(module)),
    ],
)
def test_it_refuses_what_no_setting_may_be(module: str, name: str, value: str) -> None:
    with pytest.raises(EnvError, match=name):
        _read(module, **{name: value})


@pytest.mark.parametrize("source", ["kraken", "coinbase"])
def test_it_refuses_to_simulate_another_market_than_binances(source: str) -> None:
    with pytest.raises(EnvError, match=f"FALLBACK_SIMULATOR must be 0 where EXCHANGE_SOURCE is {source}"):
        _read("streaming.market.settings", EXCHANGE_SOURCE=source, FALLBACK_SIMULATOR="5")


def test_it_takes_the_least_that_settings_may_be() -> None:
    days = {"ALERTS_FIRINGS_KEPT_DAYS": "0", "NOTIFICATIONS_KEPT_DAYS": "0"}
    chosen = _read("alerts.settings", **days, NOTIFICATIONS_ACKNOWLEDGE_SECONDS="0", ALERTS_FORGET_SECONDS="0.1")
    assert [chosen[name] for name in (*days, "NOTIFICATIONS_ACKNOWLEDGE_SECONDS")] == [0, 0, 0.0]
    assert _read("accounts.settings", THROTTLE_TOKEN="", THROTTLE_REFRESH="1/day")["THROTTLE_REFRESH"] == "1/day"


def test_it_gives_up_a_database_that_vanishes_and_lets_its_address_say_otherwise() -> None:
    url = "postgres://user@host/name?connect_timeout=60&sslmode=require"
    options = _read(_PLATFORM, DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]
    assert (int(options["connect_timeout"]), options["sslmode"]) == (60, "require")
    assert 0 < options["tcp_user_timeout"] <= 30_000
    assert 0 < options["keepalives_idle"] <= 30
