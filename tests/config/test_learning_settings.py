"""The settings of models that learn: a typo is refused at the start, in words."""

import runpy

import pytest
from environs import EnvError

import trading.settings


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LEARNING_ALGORITHMS", "boosting,onlin", "Must be some of: boosting, online."),
        ("LEARNING_SYMBOLS", "BTCUSDT,ETH USDT", "Must be symbols, each of 1 to 64 characters without spaces."),
        ("LEARNING_SYMBOLS", "B" * 65, "Must be symbols, each of 1 to 64 characters without spaces."),
    ],
)
def test_a_typo_is_refused_by_its_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(EnvError, match=name) as refused:
        runpy.run_path(trading.settings.__file__)
    assert said in str(refused.value)
