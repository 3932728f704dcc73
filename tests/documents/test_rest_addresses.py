"""rest.md and accounts.md name every address that the OpenAPI document describes, with its methods."""

import re

from config.openapi.generator import DocumentGenerator
from tests.processes import ROOT

_DOCUMENT = DocumentGenerator().get_schema()["paths"]  # type: ignore[no-untyped-call]  # drf-spectacular's own are not typed
_REST = (ROOT / "docs/rest.md").read_text(encoding="utf-8")
_ACCOUNTS = (ROOT / "docs/protocol/accounts.md").read_text(encoding="utf-8")
_ELSEWHERE = ("/api/v1/auth/", "/api/v1/ws/", "/health", "/ready")


def _addresses(cell: str) -> list[str]:
    """Return the addresses of a cell: the first whole, each other beside it."""
    first, *others = (
        re.sub(r"<(\w+)>", r"{\1}", address.partition("?")[0]) for address in re.findall(r"`([^`]+)`", cell)
    )
    beside = first.rstrip("/").rpartition("/")[0]
    return [first, *(other if other.startswith("/") else f"{beside}/{other}" for other in others)]


def test_rest_md_names_every_address_with_its_methods() -> None:
    rows = re.findall(r"^\| (`/api/v1/[^|]+`)[^|]* \| ([A-Z, ]+) \|", _REST, re.MULTILINE)
    told = {address: set(methods.split(", ")) for cell, methods in rows for address in _addresses(cell)}
    there = {
        address: {method.upper() for method in methods}
        for address, methods in _DOCUMENT.items()
        if not address.startswith(_ELSEWHERE)
    }
    assert told == there


def test_accounts_md_names_every_address_of_accounts_with_its_methods() -> None:
    told = set(re.findall(r"`(GET|POST|PUT|DELETE) (/api/v1/auth/[^`? ]*)", _ACCOUNTS))
    there = {
        (method.upper(), re.sub(r"{(\w+)}", r"<\1>", address))
        for address, methods in _DOCUMENT.items()
        if address.startswith("/api/v1/auth/")
        for method in methods
    }
    assert told == there
