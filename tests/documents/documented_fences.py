"""The fences of all documents, and which of them a reader would run."""

from collections.abc import Iterator

import msgspec

from tests.processes import ROOT
from tests.wire.documents.fences import Fence, fences_of

RUNNABLE = frozenset({"sh", "bash", "console", "python", "js", "javascript", "json", "html"})
"""What is an example, and so is run by a test, or says why not; other languages only show."""


class Documented(msgspec.Struct, frozen=True):
    """A fence, and the document that it stands in, by its path in docs/; README.md stands beside that."""

    document: str
    fence: Fence

    @property
    def begins(self) -> str:
        """Its first line, to find it by; without a prompt."""
        return self.fence.body.strip().partition("\n")[0].removeprefix("$ ")


def documented_fences() -> Iterator[Documented]:
    """Yield all of them."""
    folder = ROOT / "docs"
    for path in [ROOT / "README.md", *sorted(folder.rglob("*.md"))]:
        name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
        for fence in fences_of(path.read_text(encoding="utf-8")):
            yield Documented(name, fence)
