"""The Procfile: one line for each kind of process, which production and `make up` run alike."""

import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template

import msgspec

from config.up.errors import CannotStartError

_LINE = re.compile(r"(?P<name>[\w-]+):\s*(?P<command>.+)")
_PYTHON = "python"


class Program(msgspec.Struct, frozen=True):
    """A kind of process: what people call it, and its command, in which `$NAME` stands for a variable."""

    name: str
    command: str

    @property
    def listens(self) -> bool:
        """Whether it is told a port."""
        return "$PORT" in self.command

    def arguments(self, variables: Mapping[str, str]) -> list[str]:
        """Return what to execute; `python` is the interpreter that runs us."""
        words = [Template(word).substitute(variables) for word in shlex.split(self.command)]
        return [sys.executable if word == _PYTHON else word for word in words[:1]] + words[1:]


def read_procfile(path: Path) -> list[Program]:
    """Return the programs in the order of the file; raise `CannotStartError` where it is missing."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CannotStartError(f"{path} is missing: only a checkout of the repository can be run so") from None
    return list(_programs(text))


def _programs(text: str) -> Iterator[Program]:
    for line in text.splitlines():
        if found := _LINE.fullmatch(line.strip()):
            yield Program(found["name"], found["command"])
