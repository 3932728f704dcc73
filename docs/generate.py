"""Write docs/settings.md and docs/management-commands.md from the code; with --check, fail where they are out of date."""

import argparse
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
SETTINGS = ROOT / "platform" / "config" / "settings"
OWN_APPS = ("streaming", "config", "accounts")
NOTICE = "<!-- Made by `make format` from the code; `make check` fails where it is out of date. -->\n"

_SECTION = re.compile(r"# -- (?P<title>.+?) -+$")
_DESCRIPTION = re.compile(r"#: (?P<text>.+)$")
_SETTING = re.compile(r'env\.(?P<kind>\w+)\(\s*"(?P<name>[A-Z_]+)",\s*(?P<default>.+?)(?:, validate=.*)?\)(?: |$|,$)')


class UndocumentedSettingError(Exception):
    """A setting is read from the environment without a `#:` comment above it."""


def settings_page() -> str:
    """Return the page of all settings that the environment gives."""
    lines = ["# Settings", "", NOTICE, "Each is an environment variable; times are in seconds, sizes in bytes.", ""]
    for path in (SETTINGS / f"{name}.py" for name in ("__init__", "exchange", "gateway")):
        lines += _rows(path.read_text(encoding="utf-8"), path.name)
    return "\n".join(lines).rstrip() + "\n"


def _rows(source: str, name: str) -> list[str]:
    rows: list[str] = []
    described: list[str] = []
    for line in source.splitlines():
        section, description = _SECTION.match(line), _DESCRIPTION.match(line)
        setting = _SETTING.search(line)
        if section:
            rows += ["", f"## {section['title']}", "", "| variable | type | default | what it is |", "|---|---|---|---|"]
        elif description:
            described.append(description["text"])
        elif setting:
            rows.append(_row(setting, described, name))
            described = []
    return rows


def _row(setting: re.Match[str], described: list[str], name: str) -> str:
    if not described:
        raise UndocumentedSettingError(f"{name}: {setting['name']} has no `#:` comment above it")
    default = setting["default"].replace("|", "\\|")
    return f"| `{setting['name']}` | {setting['kind']} | `{default}` | {' '.join(described)} |"


def commands_page() -> str:
    """Return the page of our management commands, with the help of each."""
    lines = ["# Management commands", "", NOTICE, "Run as `.venv/bin/python manage.py <command>`.", ""]
    for name, text in _commands():
        lines += [f"## `{name}`", "", "```", text.rstrip(), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def _commands() -> list[tuple[str, str]]:
    import django  # noqa: PLC0415 - needs the path that `main` sets
    from django.core.management import get_commands, load_command_class  # noqa: PLC0415

    django.setup()
    own = sorted((name, app) for name, app in get_commands().items() if app in OWN_APPS)
    return [
        (name, load_command_class(app, name).create_parser("manage.py", name).format_help())
        for name, app in own
        if isinstance(app, str)
    ]


PAGES: dict[str, Callable[[], str]] = {"settings.md": settings_page, "management-commands.md": commands_page}


def main() -> int:
    """Write or check all pages; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail where a page is out of date")
    check = parser.parse_args().check
    sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", COLUMNS="100", NO_COLOR="1")
    stale = [name for name, make in PAGES.items() if not _settle(DOCS / name, make(), check=check)]
    for name in stale:
        print(f"docs/{name} is out of date: run make format", file=sys.stderr)
    return 1 if stale else 0


def _settle(path: Path, text: str, *, check: bool) -> bool:
    """Make `path` hold `text`, or only tell whether it does."""
    if not check:
        path.write_text(text, encoding="utf-8")
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
