"""Prometheus with the shipped configuration, before a gateway: what it reads, its rules, the dashboards' queries."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from pytest_django import Settings

from tests.deploy.dashboards import FILES, queries
from tests.metric_values import free_port
from tests.processes import ROOT
from tests.services import need_program
from tests.serving import serving
from tests.waiting import until_answer
from tests.wire.documents.fences import fences_of

pytestmark = pytest.mark.django_db(transaction=True)

_SHIPPED = ROOT / "platform" / "deploy" / "prometheus"
_TOKEN = "a token of enough characters"
_HOW_TO = ROOT / "docs" / "how-to/watch-it-with-prometheus-and-grafana.md"
_NOTES_ITSELF = '#!/bin/sh\necho "${0##*/} $*" >>"$DONE"\n'


@contextmanager
def prometheus(folder: Path, gateway_port: int) -> Iterator[str]:
    """Run it on a free port, with the shipped files, reading this gateway alone and once a second; give its address."""
    shutil.copytree(_SHIPPED, folder, dirs_exist_ok=True)
    (folder / "prometheus.yml").write_text(yaml.safe_dump(_configuration(folder, gateway_port)), encoding="utf-8")
    address = f"127.0.0.1:{free_port()}"
    command = [
        need_program("prometheus"),
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
    ]
    with subprocess.Popen([*command, f"--web.listen-address={address}", "--log.level=error"]) as process:
        try:
            yield f"http://{address}/api/v1"
        finally:
            process.terminate()


def _configuration(folder: Path, gateway_port: int) -> dict[str, Any]:
    configuration: dict[str, Any] = yaml.safe_load((folder / "prometheus.yml").read_text(encoding="utf-8"))
    configuration["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    (platform,) = [job for job in configuration["scrape_configs"] if job["job_name"] == "tidewire"]
    platform["static_configs"] = [{"targets": [f"127.0.0.1:{gateway_port}"]}]
    platform["authorization"]["credentials_file"] = str(folder / "token")
    (folder / "token").write_text(_TOKEN, encoding="utf-8")
    configuration["scrape_configs"] = [platform]
    return configuration


async def test_it_reads_a_gateway_and_answers_every_rule_and_every_panel(tmp_path: Path, settings: Settings) -> None:
    settings.METRICS, settings.METRICS_TOKEN = "token", _TOKEN
    async with serving() as gateway, httpx2.AsyncClient(trust_env=False) as client:
        with prometheus(tmp_path, gateway.port) as url:

            async def found(what: str, **asked: str) -> Any:
                try:
                    answer = await client.get(f"{url}/{what}", params=asked)
                except httpx2.TransportError:  # it doesn't listen yet
                    return {}
                is_starting = answer.status_code == httpx2.codes.SERVICE_UNAVAILABLE
                return {} if is_starting else answer.json()

            async def gateways() -> list[str]:
                answer = await found("query", query="count(tidewire_gateway_tasks)")
                return [result["value"][1] for result in answer.get("data", {}).get("result", [])]

            async def health_of_rules() -> set[str]:
                groups = (await found("rules"))["data"]["groups"]
                return {rule["health"] for group in groups for rule in group["rules"]}

            await until_answer(gateways, ["1"])
            await until_answer(health_of_rules, {"ok"})
            answers = {query: (await found("query", query=query))["status"] for query, _ in queries(FILES)}
            assert {query for query, status in answers.items() if status != "success"} == set()


def test_prometheus_alone_reads_the_token_that_the_how_to_gives_it(tmp_path: Path) -> None:
    """It is that of the environment which processes have, and nobody else reads it at any moment."""
    etc, programs, done = tmp_path / "etc", tmp_path / "bin", tmp_path / "done"
    for folder in (etc / "prometheus", etc / "tidewire", programs):
        folder.mkdir(parents=True)
    (etc / "tidewire" / "environment").write_text(
        "METRICS=token\nMETRICS_TOKEN=abc=def\nEMAIL_URL=\n", encoding="utf-8"
    )
    for program in ("chown", "systemctl"):
        (programs / program).write_text(_NOTES_ITSELF, encoding="utf-8")
        (programs / program).chmod(0o755)
    (block,) = [
        fence.body for fence in fences_of(_HOW_TO.read_text(encoding="utf-8")) if "tidewire_token" in fence.body
    ]
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "DONE": str(done)}
    command = ["sh", "-euc", f"umask 022\n{block.replace('/etc/', f'{etc}/')}"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=20)
    token = etc / "prometheus" / "tidewire_token"
    assert (token.read_text(encoding="utf-8"), token.stat().st_mode & 0o777) == ("abc=def", 0o600)
    assert done.read_text(encoding="utf-8").splitlines() == [
        f"chown prometheus: {token}",
        "systemctl reload prometheus",
    ]
    assert {path.name for path in (etc / "prometheus").iterdir()} == {"prometheus.yml", "rules", "tidewire_token"}
