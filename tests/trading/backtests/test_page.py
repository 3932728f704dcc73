"""The page of backtests, as the server gives it."""

from django.test import Client
from pytest_django import Settings


def test_its_form_is_told_how_many_runs_a_sweep_may_have(client: Client, settings: Settings) -> None:
    settings.BACKTESTS_SWEEP_MAXIMUM_RUNS = 2000
    assert 'data-sweep-runs="2000"' in client.get("/backtests/").content.decode()
