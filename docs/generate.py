"""Write the generated pages of docs/, modules of clients and pages, dashboards, and what deployments say of workers.

--check tells what is stale.
"""

import argparse
import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from django_setup import ROOT, set_up_django
from generate_conformance import UnprovenError, conformance_page
from generate_exchange import UntestedRuleError, exchange_page
from marked_section import MarkedSectionError, with_lines, with_section

DOCS = ROOT / "docs"
OWN_APPS = ("streaming", "config", "accounts", "alerts", "trading", "wallets")
NOTICE = "<!-- Made by `make format` from the code; `make check` fails where it is out of date. -->\n"

_SECTION = re.compile(r"# -- (?P<title>.+?) -+$")
_DESCRIPTION = "#: "


class UndocumentedSettingError(Exception):
    """A setting is read from the environment without a `#:` comment above it."""


def settings_page() -> str:
    """Return the page of all settings that the environment gives: the platform's, and those of the installed apps."""
    from django.apps import apps  # noqa: PLC0415

    from config import settings  # noqa: PLC0415 - needs the path that `main` sets
    from config.app_settings import settings_modules  # noqa: PLC0415

    lines = ["# Settings", "", NOTICE, "Each is an environment variable; times are in seconds, sizes in bytes.", ""]
    for module in (settings, *settings_modules(apps.get_app_configs())):
        lines += _section_rows(inspect.getsource(module))
    return "\n".join(lines).rstrip() + "\n"


def _section_rows(source: str) -> list[str]:
    """Return a table for each section of a settings module that reads the environment."""
    lines = source.splitlines()
    calls = sorted((_statement_line(lines, call), call) for call in _environment_calls(source))
    titles = [(number, match["title"]) for number, line in enumerate(lines) if (match := _SECTION.match(line))]
    rows: list[str] = []
    for (begin, title), (end, _) in zip(titles, [*titles[1:], (len(lines), "")], strict=True):
        within = [_row(lines, at, call) for at, call in calls if begin < at < end]
        if within:
            rows += ["", f"## {title}", "", "| variable | type | default | what it is |", "|---|---|---|---|", *within]
    return rows


def _environment_calls(source: str) -> Iterator["_Call"]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("env"), attr=kind), args=[ast.Constant(name), default]):
                yield _Call(node.lineno - 1, kind, str(name), _written(default))


def _written(default: ast.expr) -> str:
    """Return a default as one writes it into the environment, where it is a decimal; else as the code has it."""
    match default:
        case ast.Call(func=ast.Name("Decimal"), args=[ast.Constant(str(number))]):
            return number
    return ast.unparse(default)


class _Call(NamedTuple):
    line: int
    kind: str
    name: str
    default: str


def _statement_line(lines: list[str], call: _Call) -> int:
    """Return the line on which the statement begins that holds the call."""
    return next(number for number in range(call.line, -1, -1) if not lines[number].startswith((" ", ")", "]")))


def _row(lines: list[str], at: int, call: _Call) -> str:
    described: list[str] = []
    while at > 0 and lines[at - 1].startswith(_DESCRIPTION):
        at -= 1
        described.insert(0, lines[at].removeprefix(_DESCRIPTION))
    if not described:
        raise UndocumentedSettingError(f"{call.name} has no `#:` comment above it")
    default = call.default.replace("|", "\\|")
    return f"| `{call.name}` | {call.kind.removeprefix('dj_')} | `{default}` | {' '.join(described)} |"


def commands_page() -> str:
    """Return the page of our management commands, with the help of each."""
    lines = [
        "# Management commands",
        "",
        NOTICE,
        "Run as `.venv/bin/python manage.py <command>`, where the package is installed as `tidewire <command>`.",
        "",
    ]
    for name, text in _commands():
        lines += [f"## `{name}`", "", "```text", text.rstrip(), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def _commands() -> list[tuple[str, str]]:
    from django.core.management import get_commands, load_command_class  # noqa: PLC0415 - needs the path, too

    own = sorted((name, app) for name, app in get_commands().items() if app in OWN_APPS)
    return [
        (name, load_command_class(app, name).create_parser("manage.py", name).format_help())
        for name, app in own
        if isinstance(app, str)
    ]


def prometheus_page() -> str:
    """Return the page of what Prometheus may read."""
    from generate_prometheus import metrics_page  # noqa: PLC0415 - needs the path that `main` sets

    return metrics_page(NOTICE)


def _pages_with_a_section() -> dict[Path, str]:
    """Return the text of the pages that are written by hand but for one section, which is made from code."""
    import generate_capacity  # noqa: PLC0415 - all of these need the path that `main` sets
    import generate_metrics  # noqa: PLC0415 - as above
    import generate_permissions  # noqa: PLC0415 - as above
    import generate_processes  # noqa: PLC0415 - as above
    import generate_strategies  # noqa: PLC0415 - as above
    import generate_wallets  # noqa: PLC0415 - as above

    sections = {
        "security.md": (generate_permissions, generate_permissions.permissions_section),
        "backtests.md": (generate_metrics, generate_metrics.metrics_section),
        "capacity.md": (generate_capacity, generate_capacity.capacity_section),
        "operations.md": (generate_processes, generate_processes.processes_section),
        "strategies.md": (generate_strategies, generate_strategies.strategies_section),
        "wallets.md": (generate_wallets, generate_wallets.lifecycle_section),
    }
    return {
        DOCS / name: with_section(DOCS / name, module.BEGIN, module.END, section())
        for name, (module, section) in sections.items()
    }


def _client_files() -> dict[Path, str]:
    """Return the text of the clients' event types, which come from the server's declarations."""
    from clients.generate import client_files  # noqa: PLC0415 - needs the path that `main` sets

    return {ROOT / "clients" / path: text for path, text in client_files().items()}


def _page_files() -> dict[Path, str]:
    """Return the text of what pages know of the server: types of what they read by REST, and its indicators."""
    from clients.generate import page_files  # noqa: PLC0415 - needs the path that `main` sets

    return page_files(ROOT / "templates")


def _dashboard_files() -> Mapping[Path, str]:
    """Return the text of Grafana's dashboards, which come from their declarations."""
    from deploy.grafana.generate import dashboard_files  # noqa: PLC0415 - needs the path that `main` sets

    return dashboard_files()


def _worker_files() -> Mapping[Path, str]:
    """Return the text of what each way to deploy says of the workers, which comes from the Procfile."""
    from deploy.worker_files import BEGIN, END, worker_files, worker_sections  # noqa: PLC0415 - needs the path, too

    procfile = ROOT / "Procfile"
    sections = worker_sections(procfile).items()
    return {**worker_files(procfile), **{path: with_lines(path, BEGIN, END, lines) for path, lines in sections}}


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "management-commands.md": commands_page,
    "conformance.md": lambda: conformance_page(NOTICE),
    "metrics.md": prometheus_page,
    "exchange.md": lambda: exchange_page(NOTICE),
}


def main() -> int:
    """Write or check all that is generated; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail where a page is out of date")
    check = parser.parse_args().check
    set_up_django()
    from config.up.errors import CannotStartError  # noqa: PLC0415 - needs the path that is set now
    from streaming.errors import RegistrationError  # noqa: PLC0415

    own_refusals = (MarkedSectionError, UndocumentedSettingError, UnprovenError, UntestedRuleError)
    try:
        made = {DOCS / name: make() for name, make in PAGES.items()}
        made |= {**_pages_with_a_section(), **_client_files(), **_page_files(), **_dashboard_files(), **_worker_files()}
        stale = [path for path, text in made.items() if not _settle(path, text, check=check)]
    except (*own_refusals, CannotStartError, RegistrationError) as error:
        print(error, file=sys.stderr)
        return 1
    for path in stale:
        print(f"{path.relative_to(ROOT)} is out of date: run make format", file=sys.stderr)
    return 1 if stale else 0


def _settle(path: Path, text: str, *, check: bool) -> bool:
    """Make `path` hold `text`, or only tell whether it does."""
    if not check:
        path.write_text(text, encoding="utf-8")
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
