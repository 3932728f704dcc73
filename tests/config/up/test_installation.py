"""How the processes of a deployment on one machine differ from each other."""

from pathlib import Path

import pytest

from config.up.installation import Installation, needed_ports, with_metrics_port


def settings_of(*, seed: int | None, combines: bool) -> dict[str, str]:
    """Return how the processes of a deployment on port 8000 find the exchanges."""
    place, programs = Path("/nowhere"), ()
    return Installation(
        programs=programs, folder=place, host="127.0.0.1", port=8000, simulator_seed=seed, combines=combines
    ).exchange_settings()


def test_where_it_combines_prices_three_simulated_exchanges_are_read() -> None:
    assert settings_of(seed=1, combines=True) == {
        "EXCHANGE_SOURCE": "simulator",
        "EXCHANGE_FURTHER_SOURCES": "kraken,coinbase",
        "EXCHANGE_REST_URL": "http://127.0.0.1:8002",
        "EXCHANGE_STREAM_URLS": "ws://127.0.0.1:8002",
        "KRAKEN_EXCHANGE_REST_URL": "http://127.0.0.1:8003",
        "KRAKEN_EXCHANGE_STREAM_URLS": "ws://127.0.0.1:8003",
        "COINBASE_EXCHANGE_REST_URL": "http://127.0.0.1:8004",
        "COINBASE_EXCHANGE_STREAM_URLS": "ws://127.0.0.1:8004",
    }
    assert list(needed_ports(8000, combines=True)) == [8000, 8001, 8002, 8003, 8004]


def test_where_it_combines_none_one_is_read_and_none_where_the_exchange_is_real() -> None:
    alone = {"EXCHANGE_SOURCE", "EXCHANGE_REST_URL", "EXCHANGE_STREAM_URLS"}
    assert settings_of(seed=1, combines=False).keys() == alone
    assert list(needed_ports(8000, combines=False)) == [8000, 8001, 8002]
    assert settings_of(seed=None, combines=True) == {}


def test_each_worker_has_a_port_of_its_own_for_its_metrics() -> None:
    told = [with_metrics_port({"METRICS_PORT": "9400", "HOST": "::"}, place) for place in range(3)]
    assert [each["METRICS_PORT"] for each in told] == ["9400", "9401", "9402"]
    assert {each["HOST"] for each in told} == {"::"}


@pytest.mark.parametrize("environment", [{}, {"METRICS_PORT": "0"}, {"METRICS_PORT": "nonsense"}])
def test_without_a_first_port_none_has_any(environment: dict[str, str]) -> None:
    assert with_metrics_port(environment, 3) == environment
