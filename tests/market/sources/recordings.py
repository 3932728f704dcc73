"""Real messages of exchanges, where they lie beside the checkout."""

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "market-samples"

where_recorded = pytest.mark.skipif(not FOLDER.is_dir(), reason="no recorded messages beside the checkout")


def recorded(name: str, *, without: frozenset[str] = frozenset()) -> list[Any]:
    """Return the case lines of a file as parameters, without those of some kinds; none where there is no file."""
    return [pytest.param(case, id=case["id"]) for case in lines_of(name) if case["kind"] not in without]


def frames_of(session: str) -> list[str]:
    """Return what the exchange sent in a recorded session, in order."""
    return [line["raw"] for line in lines_of(session) if "raw" in line and line["kind"] != "request"]


def lines_of(name: str) -> list[Any]:
    """Return the lines of a file."""
    path = FOLDER / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()] if path.exists() else []
