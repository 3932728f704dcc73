"""Prometheus' job for the pods of a cluster, held against the manifests: whom it asks, where, and by which names.

Debian's Prometheus can't ask Kubernetes, so the pods that it would be told of are written into its configuration.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.kubernetes.manifests import FOLDER, Manifest, built, of_kind
from tests.processes import ROOT
from tests.services import need_program

_SHIPPED = FOLDER / "prometheus.yml"
_META = "__meta_kubernetes"
_ADDRESSES = ("10.0.0.1", "[fd00::1]")

Labels = dict[str, str]


@pytest.fixture(scope="module")
def configuration() -> Any:
    """The shipped configuration."""
    return yaml.safe_load(_SHIPPED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def manifests() -> list[Manifest]:
    """All that has pods."""
    return [*built("deployment"), *built("migrations")]


def told_of(workload: Manifest, *, address: str, phase: str = "Running") -> Iterator[Labels]:
    """Yield what Kubernetes tells Prometheus of the containers of a pod: one for each port, or one without a port."""
    template = workload["spec"]["template"]
    pod = {
        f"{_META}_namespace": workload["metadata"]["namespace"],
        f"{_META}_pod_name": f"{workload['metadata']['name']}-{phase}-{address}",
        f"{_META}_pod_phase": phase,
        **{
            f"{_META}_pod_annotation_{name.translate(str.maketrans('./-', '___'))}": value
            for name, value in template["metadata"].get("annotations", {}).items()
        },
    }
    for kind in ("initContainers", "containers"):
        for container in template["spec"].get(kind, []):
            is_init = {f"{_META}_pod_container_init": str(kind == "initContainers").lower()}
            ports = [f":{port['containerPort']}" for port in container.get("ports", [])]
            for port in ports or [""]:
                yield {"__address__": f"{address}{port}", **pod, **is_init}


def asked(configuration: Any, told: list[Labels], folder: Path) -> list[Labels]:
    """Return the labels of the processes that Prometheus asks where it is told of these containers."""
    (job,) = configuration["scrape_configs"]
    static = [{"targets": [labels["__address__"]], "labels": labels} for labels in told]
    kept = {name: value for name, value in job.items() if name != "kubernetes_sd_configs"}
    (folder / "token").write_text("a token of enough characters", encoding="utf-8")
    written = {**kept, "authorization": {"credentials_file": str(folder / "token")}, "static_configs": static}
    (folder / "prometheus.yml").write_text(yaml.safe_dump({"scrape_configs": [written]}), encoding="utf-8")
    command = [need_program("promtool"), "check", "service-discovery", "--timeout=3s"]
    done = subprocess.run(
        [*command, str(folder / "prometheus.yml"), job["job_name"]],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    targets = json.loads(done.stdout)
    assert len(targets) == len(told)
    return [target["labels"] for target in targets if target["labels"]]


def test_it_asks_each_process_once_at_its_port_by_the_job_and_the_labels_that_rules_need(
    configuration: Any, manifests: list[Manifest], tmp_path: Path
) -> None:
    deployments, jobs = of_kind(manifests, "Deployment"), of_kind(manifests, "Job")
    running = [(name, address) for name in deployments for address in _ADDRESSES]
    told = [labels for name, address in running for labels in told_of(deployments[name], address=address)]
    told += [labels for one in jobs.values() for labels in told_of(one, address="10.0.0.2")]
    evicted = told_of(deployments["gateway"], address="10.0.0.3", phase="Failed")
    found = asked(configuration, [*told, *evicted], tmp_path)
    names = ("job", "namespace", "pod", "instance", "__address__", "__metrics_path__")
    assert sorted(tuple(labels[name] for name in names) for labels in found) == sorted(
        ("tidewire", "tidewire", pod, pod, f"{address}:{8000 if name == 'gateway' else 9400}", "/metrics")
        for name, address in running
        for pod in [f"{name}-Running-{address}"]
    )


def test_it_looks_in_the_namespace_and_shows_the_token(configuration: Any, manifests: list[Manifest]) -> None:
    (job,) = configuration["scrape_configs"]
    namespaces = {one["metadata"]["namespace"] for one in of_kind(manifests, "Deployment").values()}
    assert job["kubernetes_sd_configs"] == [{"role": "pod", "namespaces": {"names": [*namespaces]}}]
    assert job["authorization"] == {"credentials_file": "/etc/prometheus/tidewire_token"}
    machine = yaml.safe_load((ROOT / "platform/deploy/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    assert job["scrape_interval"] == machine["global"]["scrape_interval"]
