"""The image and the compose file, as far as they can be looked at without a container engine."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_django import Settings

from config.up.procfile import read_procfile
from tests.metric_values import free_port
from tests.processes import ROOT
from tests.services import need_program
from tests.serving import serving
from tests.wire.documents.fences import fences_of

_DEPLOY = ROOT / "platform" / "deploy"
_COMPOSE = _DEPLOY / "compose"
_DOCKERFILE = (_DEPLOY / "Dockerfile").read_text(encoding="utf-8")
_HOW_TO = ROOT / "docs" / "how-to/back-up-and-restore.md"
_POSTGRES_CLIENTS = {"bookworm": 15, "trixie": 17}
"""The version of the package `postgresql-client` in each release of Debian: https://packages.debian.org/postgresql-client."""


def _composed() -> dict[str, Any]:
    composed: dict[str, Any] = yaml.safe_load((_COMPOSE / "compose.yml").read_text(encoding="utf-8"))
    return composed


def _services() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = _composed()["services"]
    return services


def _ours() -> dict[str, dict[str, Any]]:
    return {name: service for name, service in _services().items() if service["image"] == "tidewire"}


def test_a_build_may_look_at_what_it_copies_and_at_nothing_else() -> None:
    ignored = (_DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    lines = re.findall(r"^COPY (?!--from=)(.+) \S+$", _DOCKERFILE, re.MULTILINE)
    assert "*" in ignored
    assert {source for line in lines for source in line.split()} == allowed


def test_the_image_runs_as_nobody_special_and_says_whether_it_is_well() -> None:
    last = _DOCKERFILE.split("FROM ")[-1]
    assert re.search(r"^USER 10001$", last, re.MULTILINE)
    assert "\nHEALTHCHECK " in last
    assert "--require-hashes" in _DOCKERFILE


def test_the_image_can_back_up_the_database_of_the_compose_file() -> None:
    """pg_dump refuses a server that is newer than itself; what pg_restore sets an older one may not know."""
    (release,) = re.findall(r"^ARG PYTHON_IMAGE=python:.+-slim-(\w+)$", _DOCKERFILE, re.MULTILINE)
    (server,) = re.findall(r"^postgres:(\d+)", _services()["database"]["image"])
    assert "postgresql-client " in _DOCKERFILE
    assert _POSTGRES_CLIENTS[release] == int(server)


def test_a_backup_is_made_and_restored_by_a_container_as_the_how_to_says() -> None:
    (user,) = re.findall(r"^USER (\d+)$", _DOCKERFILE, re.MULTILINE)
    make, restore = (fence.body for fence in fences_of(_HOW_TO.read_text(encoding="utf-8")) if "docker" in fence.body)
    assert f"install -d -o {user} -m 700 /backups\n" in make
    for command in ("backup", "restore"):
        assert f"run --rm -T -v /backups:/backups prepare python manage.py {command} " in make + restore
    (ended,) = re.findall(r"^docker compose stop (.+)$", restore, re.MULTILINE)
    assert set(_expanded(ended)) == set(_ours()) - {"prepare"}


def _expanded(names: str) -> list[str]:
    """Return the words that a shell makes of `names` in the folder of the compose file."""
    command = ["sh", "-euc", f"printf '%s\\n' {names}"]
    return subprocess.run(command, cwd=_COMPOSE, check=True, capture_output=True, text=True, timeout=20).stdout.split()


@pytest.mark.django_db(transaction=True)
async def test_a_container_knows_whether_its_gateway_serves_the_name_that_it_is_for(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["prices.example.com"]
    async with serving() as gateway:
        assert await _health(gateway.port, "prices.example.com,another.example") == (0, "200")
        assert await _health(gateway.port, "another.example") == (1, "400")
    code, said = await _health(free_port(), "prices.example.com")
    assert (code, said.startswith("ConnectionRefusedError")) == (1, True)


async def _health(port: int, allowed_hosts: str) -> tuple[int | None, str]:
    check = [sys.executable, str(_DEPLOY / "health_check.py"), str(port), "/health"]
    process = await asyncio.create_subprocess_exec(
        *check, env={"ALLOWED_HOSTS": allowed_hosts}, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode().strip()


def _judged(file: Path) -> subprocess.CompletedProcess[str]:
    """Return what is said of a compose file by the schema of https://github.com/compose-spec/compose-spec."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


def test_the_compose_file_is_what_its_specification_expects(tmp_path: Path) -> None:
    said = _judged(_COMPOSE / "compose.yml")
    assert (said.returncode, said.stdout.strip()) == (0, "ok -- validation done")
    text = (_COMPOSE / "compose.yml").read_text(encoding="utf-8")
    wrong = tmp_path / "compose.yml"
    wrong.write_text(text.replace("read_only: true", "readonly: true", 1), encoding="utf-8")
    assert "'readonly' was unexpected" in _judged(wrong).stdout


def test_compose_starts_two_gateways_and_two_of_each_worker_of_the_procfile() -> None:
    gateway, *workers = read_procfile(ROOT / "Procfile")
    assert gateway.listens
    serving = [name for name, service in _ours().items() if "command" not in service]
    assert serving == ["gateway-1", "gateway-2"]
    replicated = {
        name: " ".join(service["command"])
        for name, service in _ours().items()
        if service.get("deploy", {}).get("replicas") == 2
    }
    assert replicated == {worker.name: worker.command for worker in workers}
    assert set(_ours()) == {*serving, *replicated, "prepare"}


def test_each_of_our_containers_is_confined_and_starts_once_the_database_is_prepared() -> None:
    for name, service in _ours().items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert name == "prepare" or service["depends_on"]["prepare"]["condition"] == "service_completed_successfully"


def test_whatever_is_mounted_is_there_or_is_to_be_made_and_kept_out_of_git() -> None:
    own = set((_COMPOSE / ".gitignore").read_text(encoding="utf-8").split())
    mounted = [volume.split(":")[0] for service in _services().values() for volume in service.get("volumes", [])]
    files = [_COMPOSE / path for path in mounted if path.startswith(".")]
    assert len(files) > 6
    to_be_made = [path.name for path in files if not path.exists()]
    assert [name for name in to_be_made if not {name, f"{name}/"} & own] == []
    section = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("\n### Containers\n")[2]
    (block, *_) = [fence.body for fence in fences_of(section)]
    assert [name for name in to_be_made if name not in block] == []


def test_prometheus_and_nginx_find_every_process() -> None:
    need = need_program("promtool")
    command = [need, "check", "config", "--syntax-only", str(_COMPOSE / "prometheus.yml")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    job = _jobs(_COMPOSE)["tidewire"]
    (gateways,), (workers,) = job["static_configs"], job["dns_sd_configs"]
    found = {*(target.partition(":")[0] for target in gateways["targets"]), *workers["names"]}
    assert found == set(_ours()) - {"prepare"}
    upstream = re.findall(r"^server (\S+) ", (_COMPOSE / "gateways.conf").read_text(encoding="utf-8"), re.MULTILINE)
    assert upstream == gateways["targets"]


def test_nginx_finds_a_gateway_that_was_made_anew_with_another_address() -> None:
    """Debian's nginx, which tests run, is too old to read `resolve` at all."""
    lines = (_COMPOSE / "gateways.conf").read_text(encoding="utf-8").splitlines()
    (resolver,) = [line for line in lines if line.startswith("resolver ")]
    assert re.fullmatch(
        r"resolver 127\.0\.0\.11 valid=\ds ipv6=off;", resolver
    )  # Docker says that an address is good for 600 s
    assert any(re.fullmatch(r"zone \w+ \d+k;", line) for line in lines)  # without which there is no `resolve`
    assert {line.split()[2] for line in lines if line.startswith("server ")} == {"resolve"}
    (version,) = re.findall(r"^nginx:(\d+)\.(\d+)", _services()["nginx"]["image"])
    assert tuple(map(int, version)) >= (1, 28)


def test_a_client_that_comes_by_ipv6_keeps_its_address() -> None:
    """In a network of IPv4 alone Docker hands such clients on by itself, all with the address of its bridge."""
    open_to_all = [
        service
        for service in _services().values()
        if not all(port.startswith("127.") for port in service.get("ports", []))
    ]
    assert [service["image"].partition(":")[0] for service in open_to_all] == ["nginx"]
    assert "networks" not in open_to_all[0]  # so it is in the default one
    assert _composed()["networks"]["default"]["enable_ipv6"] is True


def test_an_upgrade_replaces_each_worker_and_each_gateway_by_itself() -> None:
    text = (ROOT / "docs" / "how-to" / "upgrade-without-loss.md").read_text(encoding="utf-8")
    (block,) = [fence.body for fence in fences_of(text) if "docker compose" in fence.body]
    (workers,), (gateways,) = (
        re.findall(rf"^for {name} in (.+); do$", block, re.MULTILINE) for name in ("worker", "gateway")
    )
    replicated = [name for name, service in _ours().items() if "deploy" in service]
    assert _expanded(workers) == replicated
    assert {*gateways.split(), *replicated, "prepare"} == set(_ours())
    commands = [line.strip() for line in block.splitlines() if re.match(r"\s*docker compose (up|run) ", line)]
    assert [command for command in commands if " --no-deps " not in command] == []
    assert block.index(" prepare\n") < block.index("for worker") < block.index("for gateway")


def _configured(folder: Path) -> dict[str, Any]:
    configuration: dict[str, Any] = yaml.safe_load((folder / "prometheus.yml").read_text(encoding="utf-8"))
    return configuration


def _jobs(folder: Path) -> dict[str, dict[str, Any]]:
    return {job["job_name"]: job for job in _configured(folder)["scrape_configs"]}


def test_prometheus_reads_all_that_the_alerts_are_about_and_has_somebody_told() -> None:
    jobs = _jobs(_COMPOSE)
    assert set(jobs) == set(_jobs(_DEPLOY / "prometheus"))  # whose names the rules know
    (alertmanagers,) = _configured(_COMPOSE)["alerting"]["alertmanagers"][0]["static_configs"]
    (probe,) = [rule["replacement"] for rule in jobs["tidewire-outside"]["relabel_configs"] if "replacement" in rule]
    asked = [*alertmanagers["targets"], *jobs["node"]["static_configs"][0]["targets"], probe]
    assert [address for address in asked if address.partition(":")[0] not in _services()] == []


def test_who_is_told_is_there_and_no_alert_is_silenced_for_one_that_is_not() -> None:
    told = yaml.safe_load((_COMPOSE / "alertmanager.example.yml").read_text(encoding="utf-8"))
    receivers = {receiver["name"] for receiver in told["receivers"]}
    assert {route["receiver"] for route in (told["route"], *told["route"]["routes"])} <= receivers
    rules = "".join(path.read_text(encoding="utf-8") for path in (_DEPLOY / "prometheus" / "rules").glob("*.yml"))
    alerts = set(re.findall(r"- alert: (\w+)", rules))
    (inhibition,) = told["inhibit_rules"]
    for matcher in (*inhibition["source_matchers"], *inhibition["target_matchers"]):
        (named,) = re.findall(r'^alertname[=!]~"(.+)"$', matcher)
        assert [name for name in named.split("|") if not any(re.fullmatch(name, alert) for alert in alerts)] == []


def test_acme_s_challenges_are_answered_from_where_nginx_looks() -> None:
    nginx = (_DEPLOY / "nginx" / "nginx.conf").read_text(encoding="utf-8")
    (folder,) = re.findall(r"acme-challenge/ \{\s+root (\S+);", nginx)
    assert f"./acme:{folder}:ro" in _services()["nginx"]["volumes"]
