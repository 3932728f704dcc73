"""Asking all parts at once, each in a thread of its own: one that never answers holds up none, nor the end."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from django.db import connections

from config.doctor.findings import Finding, failed

Look = Callable[[], Iterable[Finding]]


class _Examination:
    """One part that is looked at; what it has found so far stands in `found`."""

    def __init__(self, subject: str, look: Look) -> None:
        self.subject = subject
        self.found: list[Finding] = []
        self._look = look
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"doctor: {subject}")
        self._thread.start()

    def finished_by(self, deadline: float) -> bool:
        """Wait until it has ended, at most until `deadline` (monotonic seconds); return whether it has."""
        self._thread.join(max(0.0, deadline - time.monotonic()))
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            for finding in self._look():
                self.found.append(finding)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other parts are looked at
            self.found.append(failed(self.subject, f"it can't be looked at: {error!r}", "tell the developers"))
        finally:
            connections.close_all()


def examine(looks: Mapping[str, Look], *, seconds: float) -> Iterator[Finding]:
    """Yield what is found of each part, in their order; of one that takes longer than `seconds` that it does."""
    deadline = time.monotonic() + seconds
    for examination in [_Examination(subject, look) for subject, look in looks.items()]:
        is_finished = examination.finished_by(deadline)
        yield from list(examination.found)
        if not is_finished:
            yield failed(
                examination.subject, f"no answer within {seconds:g} s", "look whether its host, or its disk, hangs"
            )
