"""What the demo allows itself."""

from pathlib import Path

import pytest

from alerts.deliveries.channels.web_push.vapid import VapidKey
from config.single_process.demo_settings import demo_model_settings, demo_settings
from trading.learning.kinds import learning_is_installed

NAMES = (
    "ALERTS_ON_SIMULATED_DATA",
    "DELIVERIES_ALLOWED_NETWORKS",
    "FALLBACK_SIMULATOR",
    "PAPER_ACCOUNTS_DEMO",
    "VAPID_PRIVATE_KEY",
)
MODEL_NAMES = ("LEARNING_SYMBOLS", "LEARNING_ALGORITHMS", "LEARNING_DAYS", "LEARNING_HOUR")


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*NAMES, *MODEL_NAMES):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_it_lets_webhooks_reach_this_machine_where_nobody_else_reaches_the_demo(host: str, tmp_path: Path) -> None:
    chosen = demo_settings(host=host, var_dir=tmp_path)
    assert chosen["DELIVERIES_ALLOWED_NETWORKS"] == ["127.0.0.0/8", "::1/128"]
    assert [chosen[name] for name in ("DEMO", "ALERTS_ON_SIMULATED_DATA", "PAPER_ACCOUNTS_DEMO")] == [True] * 3
    assert chosen["FALLBACK_SIMULATOR"] == 5.0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.com"])
def test_it_lets_no_webhook_in_where_others_reach_the_demo(host: str, tmp_path: Path) -> None:
    assert "DELIVERIES_ALLOWED_NETWORKS" not in demo_settings(host=host, var_dir=tmp_path)


def test_it_keeps_one_key_for_web_push(tmp_path: Path) -> None:
    first, second = (demo_settings(host="::1", var_dir=tmp_path)["VAPID_PRIVATE_KEY"] for _ in range(2))
    assert VapidKey(first).public_key == VapidKey(second).public_key
    (kept,) = tmp_path.iterdir()
    assert kept.stat().st_mode & 0o077 == 0


def test_it_leaves_alone_what_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, "")
    assert demo_settings(host="127.0.0.1", var_dir=tmp_path) == {"DEMO": True}
    assert list(tmp_path.iterdir()) == []


def test_it_has_a_model_trained_where_one_can_learn_unless_the_environment_says_which(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = ["BTCUSDT"] if learning_is_installed() else None
    assert demo_model_settings().get("LEARNING_SYMBOLS") == asked
    monkeypatch.setenv("LEARNING_DAYS", "7")
    assert "LEARNING_DAYS" not in demo_model_settings()
    monkeypatch.setenv("LEARNING_SYMBOLS", "")
    assert demo_model_settings() == {}
