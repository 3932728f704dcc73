"""What each way to deploy says of the workers follows from the Procfile."""

from pathlib import Path

import pytest
import yaml

from deploy.worker_files import worker_files, worker_sections
from streaming.errors import RegistrationError
from tests.processes import ROOT

_DEPLOY = ROOT / "platform" / "deploy"


@pytest.fixture
def procfile(tmp_path: Path) -> Path:
    """Return one with two workers, of which the first has no command of its own."""
    path = tmp_path / "Procfile"
    lines = ("gateway: serve --port $PORT", "wallets: python manage.py run_worker wallets", "alerts: python alerts.py")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_its_workers_have_units_and_manifests(procfile: Path) -> None:
    made = {path.relative_to(_DEPLOY).as_posix(): text for path, text in worker_files(procfile).items()}
    unit = made.pop("systemd/tidewire-wallets@.service")
    assert "METRICS_PORT=940%i\nExecStart=/usr/bin/env .venv/bin/python manage.py run_worker wallets\n" in unit
    assert "METRICS_PORT=941%i\n" in made.pop("systemd/tidewire-alerts@.service")
    assert set(made) == {"kubernetes/deployment/workers.yaml", "kubernetes/deployment/worker_budgets.yaml"}
    for text in made.values():
        assert [manifest["metadata"]["name"] for manifest in yaml.safe_load_all(text)] == ["wallets", "alerts"]


def test_what_starts_and_watches_them_gets_lines(procfile: Path) -> None:
    made = {path.relative_to(_DEPLOY).as_posix(): lines for path, lines in worker_sections(procfile).items()}
    units = [f"tidewire-{name}@1.service tidewire-{name}@2.service" for name in ("wallets", "alerts")]
    assert made.pop("systemd/tidewire.target") == [f"Wants={pair}" for pair in units]
    assert made.pop("systemd/tidewire-gateway@.service") == [f"After={pair}" for pair in units]
    assert made.pop("compose/compose.yml")[:3] == [
        "wallets:",
        "  <<: *worker",
        '  command: ["python", "manage.py", "run_worker", "wallets"]',
    ]
    assert made.pop("compose/prometheus.yml") == ["names: [wallets, alerts]"]
    assert made.pop("prometheus/prometheus.yml")[1] == '- targets: ["127.0.0.1:9411", "127.0.0.1:9412"]  # alerts'
    assert made == {}


def test_a_line_that_starts_what_no_app_declares_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "Procfile"
    path.write_text("kraken: python manage.py run_bridge --source kraken\n", encoding="utf-8")
    with pytest.raises(RegistrationError, match="the Procfile starts kraken, and no app declares"):
        worker_files(path)


def test_a_name_that_kubernetes_would_not_take_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "Procfile"
    path.write_text("rule_ends: python manage.py run_worker rule_ends\n", encoding="utf-8")
    with pytest.raises(RegistrationError, match="rule_ends can't be deployed: its name must be of lower-case letters"):
        worker_files(path)


def test_no_file_is_left_of_a_worker_that_the_procfile_names_no_more() -> None:
    made = worker_files(ROOT / "Procfile")
    texts = {path: path.read_bytes() for path in _DEPLOY.rglob("*") if path.is_file()}
    assert {path for path, text in texts.items() if text.startswith(b"# Made by `make format`")} == set(made)


def test_a_workers_ports_stay_when_another_is_added() -> None:
    """Or, in an upgrade one by one, a new process would want the port that another's old one still has."""
    lines = worker_sections(ROOT / "Procfile")[_DEPLOY / "prometheus" / "prometheus.yml"]
    first_ports = {line.rpartition("# ")[2]: int(line.partition(":")[2].partition(":")[2][:4]) for line in lines[:6]}
    assert first_ports == {
        "bridge": 9401,
        "combined": 9411,
        "alerts": 9421,
        "deliveries": 9431,
        "trading": 9441,
        "wallets": 9451,
    }
