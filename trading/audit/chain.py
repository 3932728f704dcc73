"""The chain of the audit: each row's hash is over all of it and over the hash of the row before. Pure.

The hash is SHA-256 (FIPS 180-4) of a canonical JSON list of the row's columns: keys of objects sorted, no white space,
times in UTC with microseconds. Whoever changes a row has to change all that follow, and the head.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

GENESIS = "0" * 64
"""The hash before the first row."""


class AuditRecord(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What is hashed of a row, in this order: columns are never taken out or put in between."""

    previous_hash: str
    number: int
    at: str
    actor_id: int | None
    actor: str
    source: str
    address: str
    action: str
    owner_id: int | None
    account: str
    target: str
    reason: str
    before: str
    after: str


def record_hash(record: AuditRecord) -> str:
    """Return a row's hash in hexadecimal."""
    return hashlib.sha256(msgspec.json.encode(record)).hexdigest()


def canonical_json(value: Mapping[str, object] | None) -> str:
    """Return an object as text, alike for what is equal; empty for None. Decimals are written as text."""
    return "" if value is None else msgspec.json.encode(value, order="sorted").decode()


def canonical_time(at: datetime) -> str:
    """Return an aware time as text, alike for the same moment."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
