"""Prometheus with the shipped configuration, before a gateway: what it reads, its rules, the dashboards' queries."""

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

pytestmark = pytest.mark.django_db(transaction=True)

_SHIPPED = ROOT / "platform" / "deploy" / "prometheus"
_TOKEN = "a token of enough characters"


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
