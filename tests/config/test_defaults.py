"""The limits of gateway and bridge, as tests make them without the settings, are what the settings' defaults say."""

from collections.abc import Callable, Iterator

import msgspec
import pytest

from streaming.gateway.settings import gateway_settings
from streaming.market.bridge.settings import bridge_settings


def _different(limits: msgspec.Struct) -> Iterator[str]:
    """Yield the fields whose own default is another than what the settings give, those of nested limits too."""
    for field in msgspec.structs.fields(limits):
        given = getattr(limits, field.name)
        if isinstance(given, msgspec.Struct):
            yield from _different(given)
        elif field.default not in {msgspec.NODEFAULT, given}:
            yield f"{type(limits).__name__}.{field.name}: {field.default}, by the settings {given}"


@pytest.mark.parametrize("read", [gateway_settings, bridge_settings])
def test_limits_have_no_default_of_their_own(read: Callable[[], msgspec.Struct]) -> None:
    assert list(_different(read())) == []


def test_it_finds_a_default_that_is_another() -> None:
    changed = msgspec.structs.replace(gateway_settings().outbox, maximum_age=31.5)
    assert list(_different(changed)) == ["OutboxLimits.maximum_age: 30.0, by the settings 31.5"]
