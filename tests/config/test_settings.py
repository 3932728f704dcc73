"""Values of the environment that no setting may have are refused at the start, by the variable's name."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
import structlog
from environs import EnvError

import config.settings

_SETTINGS = Path(config.settings.__file__).parent
_MODULES = ("gateway", "exchange", "users", "alerts")


def _read(module: str, **environment: str) -> dict[str, Any]:
    """Return what a settings module makes of the environment.

    The settings set logging up: what was set up before comes back, since loggers in use hold on to those very objects.
    """
    logging_before = structlog.get_config()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        try:
            return runpy.run_path(str(_SETTINGS / f"{module}.py"))
        finally:
            structlog.configure(**logging_before)


def _numbers_of(module: str) -> list[str]:
    """Return the variables from which a settings module reads a number: none of them may be negative."""
    return re.findall(r'env\.(?:int|float)\(\s*"(\w+)"', (_SETTINGS / f"{module}.py").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        ("__init__", "ENVIRONMENT", "Production"),
        ("exchange", "EXCHANGE_SOURCE", "kraken"),
        ("users", "THROTTLE_TOKEN", "60 a minute"),
        ("users", "THROTTLE_REFRESH", "60/min\n"),
        ("alerts", "ALERTS_FIRINGS_KEPT_DAYS", "-1"),
        ("alerts", "NOTIFICATIONS_KEPT_DAYS", "-1"),
        ("alerts", "NOTIFICATIONS_ACKNOWLEDGE_SECONDS", "-0.1"),
        ("users", "ACCESS_TOKEN_MINUTES", "0"),
        ("alerts", "THROTTLE_ALERTS", "often"),
        ("alerts", "THROTTLE_NOTIFICATIONS", "1/week"),
        *(
            ("alerts", name, "0")
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
        ("gateway", "WS_CHECK_INTERVAL_SECONDS", "0"),
        ("exchange", "BRIDGE_LEASE_SECONDS", "0"),
        *((module, name, "-1") for module in _MODULES for name in _numbers_of(module)),
    ],
)
def test_it_refuses_what_no_setting_may_be(module: str, name: str, value: str) -> None:
    with pytest.raises(EnvError, match=name):
        _read(module, **{name: value})


def test_it_takes_the_least_that_settings_may_be() -> None:
    days = {"ALERTS_FIRINGS_KEPT_DAYS": "0", "NOTIFICATIONS_KEPT_DAYS": "0"}
    chosen = _read("alerts", **days, NOTIFICATIONS_ACKNOWLEDGE_SECONDS="0", ALERTS_FORGET_SECONDS="0.1")
    assert [chosen[name] for name in (*days, "NOTIFICATIONS_ACKNOWLEDGE_SECONDS")] == [0, 0, 0.0]
    assert _read("users", THROTTLE_TOKEN="", THROTTLE_REFRESH="1/day")["THROTTLE_REFRESH"] == "1/day"


def test_it_gives_up_a_database_that_vanishes_and_lets_its_address_say_otherwise() -> None:
    url = "postgres://user@host/name?connect_timeout=60&sslmode=require"
    options = _read("__init__", DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]
    assert (int(options["connect_timeout"]), options["sslmode"]) == (60, "require")
    assert 0 < options["tcp_user_timeout"] <= 30_000
    assert 0 < options["keepalives_idle"] <= 30
