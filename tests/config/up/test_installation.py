"""How the processes of a deployment on one machine differ from each other."""

import pytest

from config.up.installation import with_metrics_port


def test_each_worker_has_a_port_of_its_own_for_its_metrics() -> None:
    told = [with_metrics_port({"METRICS_PORT": "9400", "HOST": "::"}, place) for place in range(3)]
    assert [each["METRICS_PORT"] for each in told] == ["9400", "9401", "9402"]
    assert {each["HOST"] for each in told} == {"::"}


@pytest.mark.parametrize("environment", [{}, {"METRICS_PORT": "0"}, {"METRICS_PORT": "nonsense"}])
def test_without_a_first_port_none_has_any(environment: dict[str, str]) -> None:
    assert with_metrics_port(environment, 3) == environment
