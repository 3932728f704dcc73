"""The tree of errors is as it is drawn."""

import inspect
import re

import pytest

from tidewire_client import errors
from tidewire_client.errors import TidewireError

_LINE = re.compile(r"^(?P<indent>[│├└─ ]*)(?P<name>[A-Z]\w+Error)\b")
_STEP = 4


def _drawn() -> dict[str, str]:
    """Return the parent of each error that the docstring draws."""
    parents: dict[str, str] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := _LINE.match(line):
            del above[len(found["indent"]) // _STEP :]
            parents[found["name"]] = above[-1] if above else "Exception"
            above.append(found["name"])
    return parents


def test_the_tree_is_drawn_as_it_is() -> None:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    assert _drawn() == {kind.__name__: kind.__bases__[0].__name__ for kind in kinds}
    assert set(errors.__all__) == set(_drawn())


@pytest.mark.parametrize(
    "error",
    [
        errors.UnreachableError("ws://here", ConnectionRefusedError(111, "Connection refused")),
        errors.HandshakeRefusedError(503, "x" * 5000, {}),
        errors.OpenTimeoutError("ws://here", 10),
        errors.TokenRefusedError("no", status=401, body="x" * 5000),
        errors.TokenUnavailableError(ValueError("a secret")),
        errors.LoginTimeoutError(5),
        errors.ConnectionClosedError(1012),
        errors.GaveUpError(3, errors.ConnectionLostError("No answer to pings")),
        errors.SubscriptionRefusedError("price:X", "no", code=None),
        errors.CommandTimeoutError("market.symbols", 30),
        errors.MessageTooLargeError("note.set", 70_000, 65_536),
        errors.UnreadableFrameError("a frame that is no JSON", "x" * 5000),
        errors.StateLoadError("ledger", KeyError()),
    ],
    ids=lambda error: type(error).__name__,
)
def test_each_has_a_code_and_a_short_sentence(error: TidewireError) -> None:
    assert error.code
    assert error.message == str(error)
    assert 0 < len(error.message) < 200
    assert "secret" not in error.message
    assert all(len(value) <= 1000 for value in vars(error).values() if isinstance(value, str))
