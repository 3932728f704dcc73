"""What each way to deploy says of the Procfile's workers: what docs/generate.py writes and checks.

Files that speak of nothing else are made whole. In others it is what stands between two marked lines; the rest of them is
written by hand, as is what one worker alone needs on Kubernetes (`kubernetes/deployment/trading.yaml`).
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from config.up.procfile import Program, read_procfile
from streaming.installed import installed_workers

_FOLDER = Path(__file__).parent
_SYSTEMD = _FOLDER / "systemd"
_KUBERNETES = _FOLDER / "kubernetes" / "deployment"
_BEGIN = "# Begin of the Procfile's workers, made by `make format`."
_END = "# End of the Procfile's workers."
_MADE = "# Made by `make format` from the Procfile.\n"
_TWO_OF_EACH = """\
# Two of each: one holds the lease where only one may work, and the other stands by (docs/operations.md). A new one counts
# as ready once it has had the time to connect and to read what it works on: its port answers before that.
"""


class MissingSectionError(Exception):
    """A file has not, each once and in this order, the two lines between which what is made belongs."""


class DeployedWorker(msgspec.Struct, frozen=True):
    """A worker of the Procfile: its line, what people call it, and its place among the workers, from 0."""

    program: Program
    title: str
    place: int

    @property
    def name(self) -> str:
        """What each way to deploy calls it."""
        return self.program.name

    @property
    def ports(self) -> int:
        """The ports of its metrics on one machine without their last digit, which tells its processes apart: 940, 941, …."""
        return 940 + self.place

    @property
    def units(self) -> tuple[str, str]:
        """The units of its two processes."""
        return f"tidewire-{self.name}@1.service", f"tidewire-{self.name}@2.service"


def worker_files(procfile: Path) -> Mapping[Path, str]:
    """Return the text of each file that names the workers; raise `MissingSectionError`."""
    programs = [program for program in read_procfile(procfile) if not program.listens]
    titles = {name: worker.title for name, worker in installed_workers().items()}
    workers = [DeployedWorker(program, titles[program.name], place) for place, program in enumerate(programs)]
    units = {_SYSTEMD / f"tidewire-{worker.name}@.service": _unit(worker) for worker in workers}
    manifests = {
        _KUBERNETES / "workers.yaml": _MADE + _TWO_OF_EACH + "---\n".join(map(_kubernetes_deployment, workers)),
        _KUBERNETES / "worker_budgets.yaml": _MADE + "---\n".join(map(_kubernetes_budget, workers)),
    }
    return units | manifests | {path: with_section(path, lines) for path, lines in _sections(workers).items()}


def _sections(workers: Sequence[DeployedWorker]) -> Mapping[Path, list[str]]:
    """Return the lines that belong into each file of which the rest is written by hand."""
    return {
        _SYSTEMD / "tidewire.target": [f"Wants={' '.join(worker.units)}" for worker in workers],
        _SYSTEMD / "tidewire-gateway@.service": [f"After={' '.join(worker.units)}" for worker in workers],
        _FOLDER / "prometheus" / "prometheus.yml": [_targets(worker) for worker in workers],
        _FOLDER / "compose" / "prometheus.yml": [f"names: [{', '.join(worker.name for worker in workers)}]"],
        _FOLDER / "compose" / "compose.yml": [line for worker in workers for line in _compose_service(worker)],
    }


def with_section(path: Path, made: Sequence[str]) -> str:
    """Return a file's text with these lines between the marked ones, as far indented; raise `MissingSectionError`."""
    before, begin, rest = path.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end) or _BEGIN in rest or _END in after:
        raise MissingSectionError(f"{path} must have once each, in this order: {_BEGIN} {_END}")
    indent = before[before.rfind("\n") + 1 :]
    return before + begin + "".join(f"\n{indent}{line}" for line in made) + f"\n{indent}{end}{after}"


def _unit(worker: DeployedWorker) -> str:
    return f"""\
{_MADE}# What stands behind @ is the last digit of the port of its metrics; tidewire.target starts two.
[Unit]
Description=Tidewire: {worker.title} (%i)
PartOf=tidewire.target

[Service]
Environment=METRICS_PORT={worker.ports}%i
ExecStart=/usr/bin/env .venv/bin/{worker.program.command}
Restart=always

[Install]
WantedBy=tidewire.target
"""


def _targets(worker: DeployedWorker) -> str:
    return f'- targets: ["127.0.0.1:{worker.ports}1", "127.0.0.1:{worker.ports}2"]  # {worker.name}'


def _compose_service(worker: DeployedWorker) -> Iterator[str]:
    yield f"{worker.name}:"
    yield "  <<: *worker"
    yield f"  command: [{_listed(worker)}]"


def _listed(worker: DeployedWorker) -> str:
    return ", ".join(worker.program.command.split())


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
          command: [{_listed(worker)}]
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
