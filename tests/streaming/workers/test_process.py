import os

from streaming.workers.process import new_process_id


def test_it_names_each_process_differently() -> None:
    first, second = new_process_id(), new_process_id()
    assert first != second
    assert f"-{os.getpid()}-" in first
