import io

import pytest
from rich.text import Text

from streaming.watch.screen import Screen

_LONG = "x" * 500


def _shown(*lines: Text | str, colours: bool) -> str:
    output = io.StringIO()
    Screen(output, colours=colours).show(*lines)
    return output.getvalue()


def test_it_prints_lines_as_they_are() -> None:
    assert _shown(_LONG, Text("[red]a[/red] :smile: 1"), colours=False) == f"{_LONG}\n[red]a[/red] :smile: 1\n"


def test_it_prints_no_style_without_colours() -> None:
    assert _shown(Text("a", style="bold red"), colours=False) == "a\n"


@pytest.mark.parametrize("no_color", ["", "1"])
def test_it_prints_styles_with_colours(monkeypatch: pytest.MonkeyPatch, no_color: str) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)  # whoever made the screen has asked it already
    monkeypatch.setenv("TERM", "xterm-256color")
    assert _shown(Text("a", style="bold red"), colours=True) == "\x1b[1;31ma\x1b[0m\n"
