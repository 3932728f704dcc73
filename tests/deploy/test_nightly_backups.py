"""What makes a backup each night, as it is shipped for each kind of deployment: its command makes one."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.databases.prepared_databases import begin_demo_database
from tests.processes import ROOT, process_environment

_DEPLOY = ROOT / "platform" / "deploy"
_UNIT = _DEPLOY / "systemd" / "tidewire-backup.service"
_HOW_TO = ROOT / "docs" / "how-to/back-up-and-restore.md"


def _of_kubernetes() -> str:
    """Return what the shell of the cron job's container runs."""
    text = (_DEPLOY / "kubernetes" / "backups" / "backups.yaml").read_text(encoding="utf-8")
    (job,) = [one for one in yaml.safe_load_all(text) if one["kind"] == "CronJob"]
    (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    *shell, command = container["command"]
    assert shell == ["sh", "-c"]
    return str(command)


def _of_systemd() -> str:
    """Return what the shell of the timer's unit runs, as systemd hands it on."""
    (command,) = re.findall(r"^ExecStart=/bin/sh -c '(.+)'$", _UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    return str(command).replace("$$", "$").replace("%%", "%")


@pytest.mark.parametrize("command_of", [_of_kubernetes, _of_systemd])
def test_a_file_of_that_time_is_in_its_folder(command_of: Callable[[], str], tmp_path: Path) -> None:
    begin_demo_database(tmp_path)
    backups = tmp_path / "backups"
    backups.mkdir()
    command = re.sub(r"\S*\bpython ", f"{sys.executable} ", command_of()).replace("/backups", str(backups))
    environment = process_environment({"VAR_DIR": str(tmp_path)})
    subprocess.run(["sh", "-c", command], cwd=ROOT, env=environment, check=True, capture_output=True, timeout=120)
    (file,) = backups.iterdir()
    assert re.fullmatch(r"tidewire-\d{4}-\d\d-\d\d-\d{6}\.backup", file.name)


def test_the_unit_may_write_into_the_folder_that_the_how_to_makes_for_its_user() -> None:
    common = (_UNIT.parent / "tidewire-.service.d" / "common.conf").read_text(encoding="utf-8")
    (user,) = re.findall(r"^User=(.+)$", common, re.MULTILINE)
    (folder,) = re.findall(r"^ReadWritePaths=(.+)$", _UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    how_to = _HOW_TO.read_text(encoding="utf-8")
    assert f"\ninstall -d -o {user} -g {user} -m 700 {folder}\n" in how_to
    (timer,) = re.findall(r"^systemctl enable --now (\S+)", how_to, re.MULTILINE)
    assert (_UNIT.parent / timer).stem == _UNIT.stem


def test_the_how_to_names_the_secrets_that_no_backup_holds() -> None:
    settings = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    secrets = re.findall(r"^\| `(\w*(?:SECRET|SECRET_KEY|PRIVATE_KEY))` \|", settings, re.MULTILINE)
    assert {"SECRET_KEY", "JWT_SECRET"} < set(secrets)
    how_to = _HOW_TO.read_text(encoding="utf-8")
    assert [name for name in secrets if f"`{name}`" not in how_to] == []
