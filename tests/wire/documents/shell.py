"""A shell as a reader has it: its input stays open like a terminal's, and an example that takes too long has failed."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_LIMIT_SECONDS = 180


def run_example(command: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> str:
    """Run an example in `folder`, and return what it prints; fail where it ends with another code than 0."""
    reading, writing = os.pipe()
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=reading,
            capture_output=True,
            text=True,
            timeout=_LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise AssertionError(f"not done within {_LIMIT_SECONDS} s: {late.stdout!r} {late.stderr!r}") from late
    finally:
        os.close(reading)
        os.close(writing)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
