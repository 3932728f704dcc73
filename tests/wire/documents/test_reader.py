"""The reader of documents: what it would let pass, no test of a document could find."""

from pathlib import Path

import pytest

from tests.wire.documents import reader as reader_module
from tests.wire.documents.reader import Reader

_SAVED = "<!-- file: var/said.txt -->\n```text\nhello ada\n```\n"
_SAYS = "<!-- example: says -->\n```sh\nexport WHO=you\ncat var/said.txt\n```\n"
_SAID = "<!-- printed: says -->\n```text\nhello …\n```\n"
_KEEPS = "<!-- example: keeps -->\n```sh\necho $WHO\n```\n<!-- printed: keeps -->\n```text\nyou\n```\n"
_STAYS = "<!-- running: stays -->\n```sh\ntail -f var/said.txt\n```\n"
_LATER = "<!-- example: more -->\n```sh\necho later >>var/said.txt\n```\n<!-- printed: stays -->\n```text\nlater\n```\n"


def _follow(folder: Path, text: str) -> list[str]:
    with Reader(folder, spelled={"ada": "eve"}, running={}, variables={}) as reader:
        return reader.follow(text)


def test_it_saves_files_keeps_variables_and_watches_what_runs_beside(tmp_path: Path) -> None:
    assert _follow(tmp_path, _SAVED + _SAYS + _SAID + _KEEPS + _STAYS + _LATER) == ["says", "keeps", "more"]
    assert (tmp_path / "var" / "said.txt").read_text(encoding="utf-8") == "hello eve\nlater\n"
    assert (tmp_path / "README.md").is_file()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (_SAVED + _SAYS + _SAID.replace("hello …", "goodbye"), "says should print\ngoodbye"),
        (_SAVED + _SAYS.replace("cat", "false; cat"), "says ended with an error"),
        (_KEEPS, "keeps ended with an error"),
        (_SAYS.replace("```sh", "```python"), "no way to run python: says"),
    ],
)
def test_it_fails_where_a_document_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises((AssertionError, pytest.fail.Exception)) as failure:
        _follow(tmp_path, text)
    assert says in str(failure.value)


def test_it_fails_where_a_program_beside_never_prints_what_it_should(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "PRINTED_SECONDS", 0.2)
    with pytest.raises(AssertionError, match="hello eve"):
        _follow(tmp_path, _SAVED + _STAYS + _LATER.replace("text\nlater", "text\nnever"))
