"""Prometheus' own check of its files."""

import subprocess

from tests.services import need_program


def promtool(*arguments: object) -> None:
    """Run promtool, which must be content."""
    command = [need_program("promtool"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
