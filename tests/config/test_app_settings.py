"""The settings of an app that is installed beside the platform's own."""

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from django.apps import AppConfig, apps
from django.conf import settings
from django.test import override_settings
from environs import EnvError

from config.app_settings import settings_modules, take_in
from streaming.errors import RegistrationError
from tests.sample_app import settings as sample_settings


@pytest.fixture(autouse=True)
def _settings_of_before() -> Iterator[None]:
    with override_settings():
        yield


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> AppConfig:
    """Return the sample app as a process that starts has it: nobody has read its settings."""
    monkeypatch.delitem(sys.modules, sample_settings.__name__)
    return AppConfig.create("tests.sample_app")


def _forget_seconds() -> object:
    return getattr(settings, "SAMPLE_FORGET_SECONDS", None)


def test_it_has_the_default_that_the_app_names(sample: AppConfig) -> None:
    assert _forget_seconds() is None
    take_in([sample])
    assert _forget_seconds() == 600.0


def test_it_has_what_the_environment_says(sample: AppConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMPLE_FORGET_SECONDS", "0.25")
    take_in([sample])
    assert _forget_seconds() == 0.25


@pytest.mark.parametrize(("value", "refusal"), [("0", "Must be greater than 0."), ("often", "Not a valid number.")])
def test_it_refuses_what_the_setting_may_not_be(
    sample: AppConfig, monkeypatch: pytest.MonkeyPatch, value: str, refusal: str
) -> None:
    monkeypatch.setenv("SAMPLE_FORGET_SECONDS", value)
    with pytest.raises(EnvError, match=rf"SAMPLE_FORGET_SECONDS.*{refusal}"):
        take_in([sample])


def test_it_lets_the_settings_module_of_a_deployment_say_otherwise(sample: AppConfig) -> None:
    with override_settings(SAMPLE_FORGET_SECONDS=3):
        take_in([sample])
        assert _forget_seconds() == 3


def test_it_refuses_two_apps_with_the_same_setting(sample: AppConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    other = ModuleType("accounts.settings")
    vars(other).update(SAMPLE_FORGET_SECONDS=1)
    monkeypatch.setitem(sys.modules, other.__name__, other)
    monkeypatch.setattr(other, "__spec__", sample_settings.__spec__)
    with pytest.raises(RegistrationError, match=r"^tests\.sample_app\.settings names .*: SAMPLE_FORGET_SECONDS$"):
        take_in([apps.get_app_config("accounts"), sample])


def test_it_reads_the_settings_of_the_apps_that_declare_what_they_bring_and_of_no_other() -> None:
    read = {module.__name__ for module in settings_modules(apps.get_app_configs())}
    assert read >= {"streaming.settings", "streaming.market.settings", "accounts.settings", "alerts.settings"}
    assert not read & {"rest_framework.settings", "drf_spectacular.settings", "unfold.settings"}
