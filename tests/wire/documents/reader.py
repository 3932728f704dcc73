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

    It is this one where `folder` is empty; else that which stands there. `spelled` says what stands here for words of
    the document (an address, a port, a user); `running` are programs that run already, and `variables` those of the
    terminal from the beginning.
    """

    def __init__(
        self,
        folder: Path,
        *,
        spelled: Mapping[str, str],
        running: Mapping[str, Process],
        variables: Mapping[str, str],
    ) -> None:
        self._folder = folder
        self._spelled = {".venv/bin/python": shlex.quote(sys.executable), **spelled}
        self._terminals = dict(running)
        self._environment = {"npm_config_offline": "true", "PYTHONPATH": _python_path(folder), **variables}
        (folder / _VARIABLES).touch()
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


def _python_path(folder: Path) -> str:
    """Return where programs of the checkout in `folder` find its code; an empty folder becomes a view of this one.

    What is written there leaves this checkout as it is. Of another one paths are relative: its examples may start
    programs of a third.
    """
    is_another = (folder / "manage.py").exists()
    if not is_another:
        for entry in ROOT.iterdir():
            if entry.name not in _OWN:
                (folder / entry.name).symlink_to(entry)
    root = "" if is_another else f"{ROOT}/"
    return ":".join(f"{root}{code}" for code in (".", "platform", "clients/python"))
