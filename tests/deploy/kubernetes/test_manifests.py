"""The manifests, put together by kustomize and looked at without a cluster."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import kubernetes_validate
import pytest
from django.conf import settings
from django.urls import resolve

from config.up.procfile import read_procfile
from streaming.installed import installed_metrics
from streaming.metrics.page import PATH as METRICS_PATH
from tests.deploy.kubernetes.manifests import FOLDER, Manifest, built, of_kind
from tests.processes import ROOT, process_environment

_COMPONENT = "app.kubernetes.io/component"
_MORE_WRITTEN = {"backups": ["/backups"]}
FOLDERS = ("deployment", "migrations", "backups")
_VERSIONS = ("1.30", "1.37")
"""The oldest and the newest version of Kubernetes by whose schemas the manifests are judged."""


@pytest.fixture(scope="module")
def deployment() -> list[Manifest]:
    """Gateways and workers, with what belongs to them."""
    return built("deployment")


def containers(manifests: list[Manifest]) -> Iterator[tuple[Manifest, Manifest]]:
    """Yield each container, with the pod in which it is."""
    for one in manifests:
        job = one["spec"]["jobTemplate"] if one["kind"] == "CronJob" else one
        pod = job["spec"]["template"]["spec"] if one["kind"] in {"Deployment", "Job", "CronJob"} else {}
        for container in [*pod.get("initContainers", []), *pod.get("containers", [])]:
            yield pod, container


def environment_of(*files: str) -> dict[str, str]:
    """Return the variables of files of lines `NAME=value`."""
    lines = [line for name in files for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("version", _VERSIONS)
def test_each_is_what_kubernetes_expects(folder: str, version: str) -> None:
    for manifest in built(folder):
        kubernetes_validate.validate(manifest, version, strict=True)


def test_two_of_each_worker_of_the_procfile_run_beside_gateways(deployment: list[Manifest]) -> None:
    gateway, *workers = read_procfile(ROOT / "Procfile")
    deployments = of_kind(deployment, "Deployment")
    commands = {name: one["spec"]["template"]["spec"]["containers"][0]["command"] for name, one in deployments.items()}
    assert " ".join(commands.pop("gateway")).startswith(gateway.command.partition(" --")[0])
    assert {name: " ".join(command) for name, command in commands.items()} == {
        worker.name: worker.command for worker in workers
    }
    assert {deployments[worker.name]["spec"]["replicas"] for worker in workers} == {2}


def test_a_budget_and_a_selector_of_each_find_its_pods_and_no_others(deployment: list[Manifest]) -> None:
    deployments = of_kind(deployment, "Deployment")
    for name, one in deployments.items():
        assert one["spec"]["selector"]["matchLabels"] == {_COMPONENT: name}
        assert one["spec"]["template"]["metadata"]["labels"][_COMPONENT] == name
    budgets = of_kind(deployment, "PodDisruptionBudget")
    assert {name: one["spec"]["selector"]["matchLabels"] for name, one in budgets.items()} == {
        name: {_COMPONENT: name} for name in deployments
    }
    assert of_kind(deployment, "Service")["gateway"]["spec"]["selector"] == {_COMPONENT: "gateway"}


def test_gateways_are_scaled_by_a_metric_that_they_have(deployment: list[Manifest]) -> None:
    scaler = of_kind(deployment, "HorizontalPodAutoscaler")["gateway"]["spec"]
    assert scaler["scaleTargetRef"]["name"] in of_kind(deployment, "Deployment")
    assert (
        "replicas" not in of_kind(deployment, "Deployment")["gateway"]["spec"]
    )  # or each new version undid the scaling
    assert scaler["minReplicas"] >= 2
    named = {metric["pods"]["metric"]["name"] for metric in scaler["metrics"]}
    assert named <= {metric.name for metric in installed_metrics()}


def test_probes_ask_what_answers(deployment: list[Manifest]) -> None:
    probed = [
        (container, container[probe]["exec"]["command"])
        for _, container in containers(deployment)
        for probe in ("startupProbe", "readinessProbe", "livenessProbe")
        if probe in container
    ]
    _, *workers = read_procfile(ROOT / "Procfile")
    assert len(probed) == 3 + 2 * len(workers)
    for container, (program, script, port, path) in probed:
        assert (program, script) == ("python", "health_check.py")
        assert (FOLDER.parent / script).is_file()
        assert path == METRICS_PATH or resolve(path).func is not None
        assert int(port) in {one["containerPort"] for one in container["ports"]}
    gateway = of_kind(deployment, "Deployment")["gateway"]["spec"]["template"]["spec"]["containers"][0]
    asked = {probe: gateway[probe]["exec"]["command"][-1] for probe in ("readinessProbe", "livenessProbe")}
    assert asked == {"readinessProbe": "/ready", "livenessProbe": "/metrics"}


def test_the_settings_let_processes_answer_their_probes(deployment: list[Manifest]) -> None:
    given = environment_of("settings/settings.env")
    assert given["METRICS"] in {"local", "token"}  # with `off` a gateway answers 404, and workers don't listen
    workers = [one for name, one in of_kind(deployment, "Deployment").items() if name != "gateway"]
    probes = [one["spec"]["template"]["spec"]["containers"][0]["livenessProbe"] for one in workers]
    assert {probe["exec"]["command"][2] for probe in probes} == {given["METRICS_PORT"]}


def test_a_browser_asks_the_gateway_that_gave_it_a_page_for_the_files_that_the_page_names(
    deployment: list[Manifest],
) -> None:
    """Each pod has the static files of its own version alone; another version's gateway has other bundles."""
    pod = of_kind(deployment, "Deployment")["gateway"]["spec"]["template"]["spec"]
    assert {"name": "var", "emptyDir": {}} in pod["volumes"]
    ingress = of_kind(deployment, "Ingress")["gateway"]["metadata"]["annotations"]
    service = of_kind(deployment, "Service")["gateway"]["metadata"]["annotations"]
    assert ingress["nginx.ingress.kubernetes.io/affinity"] == "cookie"
    assert ingress["nginx.ingress.kubernetes.io/session-cookie-path"] == "/"  # pages and files lie at several paths
    assert service["traefik.ingress.kubernetes.io/service.sticky.cookie"] == "true"


def test_the_ingress_takes_bodies_as_long_as_a_gateway_does(deployment: list[Manifest]) -> None:
    """ingress-nginx takes 1 MiB by itself."""
    annotations = of_kind(deployment, "Ingress")["gateway"]["metadata"]["annotations"]
    taken = annotations["nginx.ingress.kubernetes.io/proxy-body-size"]
    longest = max(settings.HTTP_MAXIMUM_BODY_BYTES, *settings.HTTP_LARGER_BODIES.values())
    assert int(taken.removesuffix("m")) * 2**20 >= longest
    assert f"client_max_body_size {taken};" in (FOLDER.parent / "nginx" / "nginx.conf").read_text(encoding="utf-8")


def test_a_token_protects_metrics_which_the_ingress_hands_on(deployment: list[Manifest]) -> None:
    paths = [
        path["path"]
        for rule in of_kind(deployment, "Ingress")["gateway"]["spec"]["rules"]
        for path in rule["http"]["paths"]
    ]
    assert paths == ["/"]
    assert environment_of("settings/settings.env")["METRICS"] == "token"


def test_a_new_worker_has_the_time_to_get_to_work_before_the_next_old_one_is_ended(deployment: list[Manifest]) -> None:
    """Its port answers before it has connected, and read rules and orders."""
    workers = {name: one["spec"] for name, one in of_kind(deployment, "Deployment").items() if name != "gateway"}
    assert {spec.get("minReadySeconds", 0) for spec in workers.values()} == {20}


def test_backtests_at_a_time_are_no_matter_of_the_nodes_processors_and_have_memory(deployment: list[Manifest]) -> None:
    (container,) = of_kind(deployment, "Deployment")["trading"]["spec"]["template"]["spec"]["containers"]
    (processes,) = [one["value"] for one in container["env"] if one["name"] == "BACKTESTS_PROCESSES"]
    assert int(processes) > 0  # 0 is as many as there are processors
    assert container["resources"] == {"requests": {"cpu": "250m", "memory": "512Mi"}, "limits": {"memory": "2Gi"}}


def test_a_gateway_that_stops_has_the_time_to_send_its_clients_away(deployment: list[Manifest]) -> None:
    pod = of_kind(deployment, "Deployment")["gateway"]["spec"]["template"]["spec"]
    (_, waits) = pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"]
    assert pod["terminationGracePeriodSeconds"] >= int(waits) + 2 * (10 + settings.WS_DRAIN_SECONDS)


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_container_is_confined_and_may_write_where_the_platform_does(folder: str) -> None:
    found = list(containers(built(folder)))
    assert found
    for pod, container in found:
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not pod["automountServiceAccountToken"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        written = {mount["mountPath"] for mount in container["volumeMounts"]}
        assert written == {"/tmp", "/var/lib/tidewire", *_MORE_WRITTEN.get(folder, ())}  # noqa: S108 - in a container
        assert {"name": "tidewire"} in [source.get("secretRef") for source in container["envFrom"]]
        assert container["resources"]["limits"]["memory"]


def test_a_backup_outlives_its_pod() -> None:
    manifests = built("backups")
    (claim,) = of_kind(manifests, "PersistentVolumeClaim")
    ((pod, container),) = containers(manifests)
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    (mounted,) = [mount["name"] for mount in container["volumeMounts"] if mount["mountPath"] == "/backups"]
    assert volumes[mounted]["persistentVolumeClaim"] == {"claimName": claim}
    assert pod["securityContext"]["fsGroup"] == pod["securityContext"]["runAsUser"]


@pytest.mark.parametrize("command", [("check", "--deploy", "--fail-level", "ERROR"), ("migrate", "--plan")])
def test_the_platform_takes_the_settings(tmp_path: Path, command: tuple[str, ...]) -> None:
    filled_in = {
        **{name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "JWT_SECRET", "METRICS_TOKEN")},
        "EMAIL_URL": "smtp://mail.example.com",
        "DATABASE_URL": f"sqlite:///{tmp_path}/database",
    }
    given = environment_of("secrets.env.example", "settings/settings.env") | filled_in
    environment = {"VAR_DIR": str(tmp_path), "ENVIRONMENT": "production", **given}
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=process_environment(environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
