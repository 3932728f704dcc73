"""A listener's fault is logged, and ends nothing."""

import pytest

from streaming.market.upstream.callbacks import guarded


def test_it_passes_on_what_it_is_called_with() -> None:
    heard: list[tuple[frozenset[str], str]] = []
    guarded(lambda streams, reason: heard.append((streams, reason)))(frozenset({"a"}), "lost")
    assert heard == [(frozenset({"a"}), "lost")]


def test_it_logs_what_a_listener_raises(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise LookupError("a fault of ours")

    guarded(fail)()
    assert "listener" in caplog.text
