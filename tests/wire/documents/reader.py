"""Who follows a document from its top to its end: saves its files, runs its examples, and compares what they print."""

import re
import shlex
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import pytest

from tests.processes import ROOT, Process, Program, shell_environment
from tests.waiting import LIMIT_SECONDS, until_now
from tests.wire.documents.documented_examples import missing_line
from tests.wire.documents.fences import Fence, FenceKind, fences_of
from tests.wire.documents.shell import run_example

PRINTED_SECONDS = LIMIT_SECONDS
"""How long a program beside may take until it prints what the document says."""
_VARIABLES = ".variables"
_OWN = frozenset({"var", ".git"})
"""What a reader has of one's own in a checkout; the rest is as it is here."""


class Reader:
    """A reader in a checkout: one terminal for the examples, whose variables stay, and one for each running program.

    `spelled` says what stands here for words of the document (an address, a port, a user); `running` are programs that
    run already, and `variables` those of the terminal from the beginning.
    """

    def __init__(
        self,
        folder: Path,
        *,
        spelled: Mapping[str, str],
        running: Mapping[str, Process],
        variables: Mapping[str, str],
    ) -> None:
        self._folder = _checkout(folder)
        self._spelled = {".venv/bin/python": shlex.quote(sys.executable), **spelled}
        self._terminals = dict(running)
        self._environment = {**_environment(), **variables}
        self._printed: dict[str, str] = {}
        self._started = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._started.close()

    def follow(self, text: str) -> list[str]:
        """Do all that a document says, in its order; return the names of the examples that were run."""
        for fence in fences_of(text):
            self._do(fence)
        return [*self._printed]

    def _do(self, fence: Fence) -> None:
        match fence.kind:
            case FenceKind.FILE:
                self._save(fence)
            case FenceKind.RUNNING if fence.name not in self._terminals:
                self._start(fence)
            case FenceKind.EXAMPLE:
                self._run(fence)
            case FenceKind.PRINTED:
                self._compare(fence)

    def _save(self, fence: Fence) -> None:
        path = self._folder / fence.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self._respelled(fence.body), encoding="utf-8")

    def _start(self, fence: Fence) -> None:
        source = f". ./{_VARIABLES}; exec {self._respelled(fence.body)}"
        program = Program("bash", "-c", source, folder=self._folder, environment=self._environment)
        self._terminals[fence.name] = self._started.enter_context(program)

    def _run(self, fence: Fence) -> None:
        assert fence.language == "sh", f"no way to run {fence.language}: {fence.name}"
        source = f". ./{_VARIABLES}\n{self._respelled(fence.body)}\nexport -p >{_VARIABLES}"
        command = ("bash", "-euo", "pipefail", "-c", source)
        environment = shell_environment(self._environment)
        try:
            self._printed[fence.name] = run_example(command, folder=self._folder, environment=environment)
        except AssertionError as failure:
            pytest.fail(f"{fence.name} ended with an error:\n{failure}\n{self._shown()}")

    def _compare(self, fence: Fence) -> None:
        expected = self._respelled(fence.body).splitlines()
        terminal = self._terminals.get(fence.name)
        if terminal is not None:
            until_now(
                lambda: missing_line(expected, terminal.lines) is None, seconds=PRINTED_SECONDS, explain=self._shown
            )
            return
        printed = self._printed[fence.name]
        missing = missing_line(expected, printed.splitlines())
        assert missing is None, f"{fence.name} should print\n{missing}\nand printed\n{printed}"

    def _shown(self) -> str:
        return "\n".join(f"-- {name}:\n{terminal.output}" for name, terminal in self._terminals.items())

    def _respelled(self, text: str) -> str:
        for word, here in self._spelled.items():
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda _, here=here: here, text)  # type: ignore[misc]
        return text


def _checkout(folder: Path) -> Path:
    """Make `folder` look like the checkout; what is written into it leaves the checkout as it is."""
    for entry in ROOT.iterdir():
        if entry.name not in _OWN:
            (folder / entry.name).symlink_to(entry)
    (folder / _VARIABLES).touch()
    return folder


def _environment() -> dict[str, str]:
    """Return what a reader's programs find the platform's code by, and npm its packages without a network."""
    path = ":".join(str(ROOT / code) for code in (".", "platform", "clients/python"))
    return {"PYTHONPATH": path, "npm_config_offline": "true"}
