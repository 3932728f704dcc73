"""The table of docs/operations.md of the processes: made from the Procfile and what apps declare of their workers."""

from django_setup import ROOT

from config.up.procfile import Program, read_procfile
from deploy.worker_files import declared_worker
from streaming.workers.worker import Instances

BEGIN = "<!-- the processes: made by `make format` from the Procfile -->"
END = "<!-- end of the processes -->"

_HOW_MANY = {
    Instances.ONE: "two: one holds the lease, the other stands by",
    Instances.MANY: "two or more, all at work",
}


def processes_section() -> str:
    """Return what each process is started by and how many there are, between their marks."""
    head = ["| process | command | how many |", "|---|---|---|"]
    return "\n".join([BEGIN, *head, *map(_row, read_procfile(ROOT / "Procfile")), END])


def _row(program: Program) -> str:
    many = "any number, behind a proxy" if program.listens else _HOW_MANY[declared_worker(program).instances]
    return f"| {program.name} | `{program.command}` | {many} |"
