"""What is made of a file that is otherwise written by hand."""

from pathlib import Path

import pytest

from docs.marked_section import MarkedSectionError, with_lines, with_section


def test_what_is_made_takes_the_place_of_what_was_between_the_marks_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("before\n  <begin>\n  old\n  <end>\nafter\n", encoding="utf-8")
    assert with_section(path, "<begin>", "<end>", "<begin> new <end>") == "before\n  <begin> new <end>\nafter\n"
    assert with_lines(path, "<begin>", "<end>", ["1", "2"]) == "before\n  <begin>\n  1\n  2\n  <end>\nafter\n"


@pytest.mark.parametrize(
    "text", ["", "<begin>\n", "<end>\n<begin>\n", "<begin>\n<begin>\n<end>\n", "<end>\n<begin>\n<end>\n"]
)
def test_a_file_without_both_marks_in_their_order_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MarkedSectionError, match="file must have once each, in this order: <begin> <end>"):
        with_lines(path, "<begin>", "<end>", [])


def test_lines_are_not_put_behind_something_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("key: <begin>\n<end>\n", encoding="utf-8")
    with pytest.raises(MarkedSectionError, match="file must have nothing else on the line of <begin>"):
        with_lines(path, "<begin>", "<end>", ["1"])
