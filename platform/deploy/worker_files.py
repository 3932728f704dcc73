"""What each way to deploy says of the Procfile's workers: what docs/generate.py writes and checks.

Files that speak of nothing else are made whole. In others it is what stands between two marked lines. The rest is
written by hand, as is what one worker alone needs on Kubernetes: a patch of its own, such as `trading.yaml`.
"""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from config.up.procfile import Program, read_procfile
from streaming.errors import RegistrationError
from streaming.installed import installed_workers
from streaming.workers.worker import Worker

BEGIN = "# Begin of the Procfile's workers, made by `make format`."
END = "# End of the Procfile's workers."

_FOLDER = Path(__file__).parent
_SYSTEMD = _FOLDER / "systemd"
_KUBERNETES = _FOLDER / "kubernetes" / "deployment"
_NOTICE = "# Made by `make format` from the Procfile.\n"
_TWO_OF_EACH = """\
# Two of each: one holds the lease where only one may work, and the other stands by (docs/operations.md). A new one
# counts as ready once it has had the time to connect and to read what it works on: its port answers before that.
"""


class DeployedWorker(msgspec.Struct, frozen=True):
    """A worker of the Procfile: its line, what people call it, and its position among the workers, from 0."""

    program: Program
    title: str
    position: int

    @property
    def name(self) -> str:
        """What each way to deploy calls it."""
        return self.program.name

    @property
    def command(self) -> str:
        """Its command as YAML has a list of texts."""
        return json.dumps(shlex.split(self.program.command))

    @property
    def metrics_port_prefix(self) -> int:
        """The port of its metrics on one machine without the last digit, which is its process': 940, 941, …."""
        return 940 + self.position

    @property
    def units(self) -> tuple[str, str]:
        """The units of its two processes."""
        return f"tidewire-{self.name}@1.service", f"tidewire-{self.name}@2.service"


def worker_files(procfile: Path) -> Mapping[Path, str]:
    """Return the text of each file that is made whole; raise `RegistrationError` where no app declares a worker."""
    workers = _deployed_workers(procfile)
    units = {_SYSTEMD / f"tidewire-{worker.name}@.service": _unit(worker) for worker in workers}
    return {
        **units,
        _KUBERNETES / "workers.yaml": _NOTICE + _TWO_OF_EACH + "---\n".join(map(_kubernetes_deployment, workers)),
        _KUBERNETES / "worker_budgets.yaml": _NOTICE + "---\n".join(map(_kubernetes_budget, workers)),
    }


def worker_sections(procfile: Path) -> Mapping[Path, list[str]]:
    """Return the lines that belong between `BEGIN` and `END` of each other file; raise `RegistrationError` likewise."""
    workers = _deployed_workers(procfile)
    return {
        _SYSTEMD / "tidewire.target": [f"Wants={' '.join(worker.units)}" for worker in workers],
        _SYSTEMD / "tidewire-gateway@.service": [f"After={' '.join(worker.units)}" for worker in workers],
        _FOLDER / "prometheus" / "prometheus.yml": [_targets(worker) for worker in workers],
        _FOLDER / "compose" / "prometheus.yml": [f"names: [{', '.join(worker.name for worker in workers)}]"],
        _FOLDER / "compose" / "compose.yml": [line for worker in workers for line in _compose_service(worker)],
    }


def _deployed_workers(procfile: Path) -> Sequence[DeployedWorker]:
    programs = [program for program in read_procfile(procfile) if not program.listens]
    for program in programs:
        _check_name(program.name)
    return [DeployedWorker(one, declared_worker(one).title, position) for position, one in enumerate(programs)]


def declared_worker(program: Program) -> Worker:
    """Return what an app declares of a worker of the Procfile; raise `RegistrationError` where none does."""
    declared = installed_workers().get(program.name)
    if declared is None:
        raise RegistrationError(f"the Procfile starts {program.name}, and no app declares a worker of that name")
    return declared


def _check_name(name: str) -> None:
    """Refuse what can't name an object of Kubernetes: RFC 1123 knows letters, digits and hyphens."""
    if not (name.replace("-", "").isalnum() and name.isascii() and name.islower()):
        raise RegistrationError(f"{name} can't be deployed: its name must be of lower-case letters, digits and hyphens")


def _unit(worker: DeployedWorker) -> str:
    return f"""\
{_NOTICE}# What stands behind @ is the last digit of the port of its metrics; tidewire.target starts two.
[Unit]
Description=Tidewire: {worker.title} (%i)
PartOf=tidewire.target

[Service]
Environment=METRICS_PORT={worker.metrics_port_prefix}%i
ExecStart=/usr/bin/env .venv/bin/{worker.program.command}
Restart=always

[Install]
WantedBy=tidewire.target
"""


def _targets(worker: DeployedWorker) -> str:
    first, second = (f"127.0.0.1:{worker.metrics_port_prefix}{instance}" for instance in (1, 2))
    return f'- targets: ["{first}", "{second}"]  # {worker.name}'


def _compose_service(worker: DeployedWorker) -> Iterator[str]:
    yield f"{worker.name}:"
    yield "  <<: *worker"
    yield f"  command: {worker.command}"


def _kubernetes_deployment(worker: DeployedWorker) -> str:
    probe = 'exec: {command: [python, health_check.py, "9400", /metrics]}'
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {worker.name}
spec:
  replicas: 2
  minReadySeconds: 20
  selector:
    matchLabels: {{app.kubernetes.io/component: {worker.name}}}
  template:
    metadata:
      labels: {{app.kubernetes.io/component: {worker.name}}}
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "9400"
    spec:
      terminationGracePeriodSeconds: 20
      containers:
        - name: process
          command: {worker.command}
          ports: [{{name: metrics, containerPort: 9400}}]
          startupProbe: {{{probe}, failureThreshold: 60, periodSeconds: 1, timeoutSeconds: 3}}
          livenessProbe: {{{probe}, failureThreshold: 6, timeoutSeconds: 3}}
          resources:
            requests: {{cpu: 250m, memory: 256Mi}}
            limits: {{memory: 512Mi}}
"""


def _kubernetes_budget(worker: DeployedWorker) -> str:
    return f"""\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {worker.name}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{app.kubernetes.io/component: {worker.name}}}
"""
