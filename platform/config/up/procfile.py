"""The Procfile: one line for each kind of process, which production and `make up` run alike."""

import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template

import msgspec

from config.up.errors import CannotStartError
from streaming.program import IS_CHECKOUT

_LINE = re.compile(r"(?P<name>[\w-]+):\s*(?P<command>.+)")
_PYTHON = "python"
_OWN_COMMANDS = [_PYTHON, "manage.py"]
_INSTALLED = [sys.executable, "-P", "-m", "config.command_line"]
"""What `python manage.py` is where there is no checkout; -P: a folder `config` in the current one isn't ours."""


class Program(msgspec.Struct, frozen=True):
    """A kind of process: what people call it, and its command, in which `$NAME` stands for a variable."""

    name: str
    command: str

    @property
    def listens(self) -> bool:
        """Whether it is told a port."""
        return "$PORT" in self.command

    def arguments(self, variables: Mapping[str, str]) -> list[str]:
        """Return what to execute; `python` is the interpreter that runs us, `python manage.py` our own commands."""
        words = [Template(word).substitute(variables) for word in shlex.split(self.command)]
        if words[:2] == _OWN_COMMANDS and not IS_CHECKOUT:
            return [*_INSTALLED, *words[2:]]
        return [sys.executable if word == _PYTHON else word for word in words[:1]] + words[1:]


def read_procfile(path: Path) -> list[Program]:
    """Return the programs in the order of the file; raise `CannotStartError` where it is missing."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CannotStartError(f"{path} is missing, which says what to run") from None
    return list(_programs(text))


def _programs(text: str) -> Iterator[Program]:
    for line in text.splitlines():
        if found := _LINE.fullmatch(line.strip()):
            yield Program(found["name"], found["command"])
