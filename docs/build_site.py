"""Build the documents as a site, without a network: the README, all of docs/, and what these link to of the repository.

Beside them stand references that no file of the repository holds: of REST and of each WebSocket dialect.

Pages keep the places that they have in the repository, so each link between them holds on the site as it does there. A
link that leads nowhere, or to a heading that isn't there, ends the build.
"""

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django_setup import ROOT, set_up_django

_FIRST = (ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"), ROOT / "docs" / "site.css")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


def main() -> int:
    """Build the site into a folder; return the exit code, and say where the site is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="what is made goes here: source/, html/")
    folder = parser.parse_args().folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    for path in sorted(linked_files()):
        copied = folder / "source" / path.relative_to(ROOT)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copied)
    for name, text in references().items():
        made = folder / "source" / "docs" / "reference" / name
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(text, encoding="utf-8")
    shutil.copyfile(ROOT / "docs" / "zensical.toml", folder / "zensical.toml")
    code = subprocess.run((sys.executable, "-m", "zensical", "build", "--strict"), cwd=folder, check=False).returncode
    if code == 0:
        html = folder / "html"
        print(f"The documents are in {html}; to read them: {sys.executable} -m http.server --directory {html} 8080")
    return code


def references() -> dict[str, str]:
    """Return the files of docs/reference/ by their names, made of what the platform declares."""
    set_up_django()
    from reference_rest import rest_reference  # noqa: PLC0415 - needs the apps
    from reference_websocket import commands_reference, dialect_reference  # noqa: PLC0415

    from config.asyncapi.document import dialect_names, document_json  # noqa: PLC0415
    from config.openapi.generator import DocumentGenerator  # noqa: PLC0415
    from config.openapi.schema_fields import written  # noqa: PLC0415

    rest = DocumentGenerator().get_schema()
    files = {
        "rest.md": rest_reference(rest),
        "openapi.json": written(rest),
        "websocket-commands.md": commands_reference(),
    }
    for name in dialect_names():
        files[f"websocket-{name}.md"] = dialect_reference(name)
        files[f"asyncapi-{name}.json"] = document_json(name).decode()
    return files


def linked_files() -> set[Path]:
    """Return the pages of the site, and the files that they link to, which are in the repository."""
    found: set[Path] = set()
    waiting = list(_FIRST)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += links_of(path) if path.suffix == ".md" else ()
    return found


def links_of(page: Path) -> Iterator[Path]:
    """Yield the files of the repository that a page links to; what is in code is no link."""
    text = _CODE.sub("", _FENCE.sub("", page.read_text(encoding="utf-8")))
    for link in _LINK.findall(text):
        path = (page.parent / link).resolve()
        if path.is_file() and path.is_relative_to(ROOT):
            yield path


if __name__ == "__main__":
    sys.exit(main())
