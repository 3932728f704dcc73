"""What each way to deploy says of the workers follows from the Procfile."""

from pathlib import Path

import pytest
import yaml
from deploy.worker_files import MissingSectionError, with_section, worker_files

from tests.processes import ROOT

_DEPLOY = ROOT / "platform" / "deploy"
_BEGIN = "# Begin of the Procfile's workers, made by `make format`."
_END = "# End of the Procfile's workers."


def test_each_way_to_deploy_gets_a_worker_by_its_line_of_the_procfile(tmp_path: Path) -> None:
    procfile = tmp_path / "Procfile"
    procfile.write_text(
        "gateway: python manage.py serve --port $PORT\n"
        "wallets: python manage.py run_worker wallets\n"
        "alerts: python manage.py run_alerts\n",
        encoding="utf-8",
    )
    made = {path.relative_to(_DEPLOY).as_posix(): text for path, text in worker_files(procfile).items()}
    assert "METRICS_PORT=940%i\nExecStart=/usr/bin/env .venv/bin/python manage.py run_worker wallets\n" in (
        made.pop("systemd/tidewire-wallets@.service")
    )
    assert "METRICS_PORT=941%i\n" in made.pop("systemd/tidewire-alerts@.service")
    units = ["tidewire-wallets@1.service tidewire-wallets@2.service", "tidewire-alerts@1.service tidewire-alerts@2.service"]
    for name, word in (("systemd/tidewire.target", "Wants"), ("systemd/tidewire-gateway@.service", "After")):
        assert "\n".join([_BEGIN, *(f"{word}={pair}" for pair in units), _END]) in made.pop(name)
    for name in ("kubernetes/deployment/workers.yaml", "kubernetes/deployment/worker_budgets.yaml"):
        assert [one["metadata"]["name"] for one in yaml.safe_load_all(made.pop(name))] == ["wallets", "alerts"]
    services = yaml.safe_load(made.pop("compose/compose.yml"))["services"]
    assert services["wallets"]["command"] == ["python", "manage.py", "run_worker", "wallets"]
    assert "bridge" not in services
    assert "names: [wallets, alerts]\n" in made.pop("compose/prometheus.yml")
    assert '"127.0.0.1:9411", "127.0.0.1:9412"]  # alerts\n' in made.pop("prometheus/prometheus.yml")
    assert made == {}


def test_what_is_made_stands_between_two_lines_as_far_indented_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(f"before\n  {_BEGIN}\n  old\n  {_END}\nafter\n", encoding="utf-8")
    assert with_section(path, ["one", "two"]) == f"before\n  {_BEGIN}\n  one\n  two\n  {_END}\nafter\n"


@pytest.mark.parametrize("text", ["", f"{_BEGIN}\n", f"{_END}\n{_BEGIN}\n", f"{_BEGIN}\n{_BEGIN}\n{_END}\n"])
def test_a_file_without_the_two_lines_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MissingSectionError, match="file must have once each, in this order"):
        with_section(path, [])
