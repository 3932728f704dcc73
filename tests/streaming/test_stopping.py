"""A stop that hangs ends all the same, and says on what: in a process of its own, as it is ended."""

from tests.processes import Process

_HANGING_THREAD = """
import asyncio, threading
from streaming.management.stopping import StopDeadline

def wait_for_a_database():
    threading.Event().wait()

async def main():
    StopDeadline().begin({seconds})
    threading.Thread(target=wait_for_a_database, name="request").start()

asyncio.run(main())
print("the work is over")
"""
_HANGING_TASK = """
import asyncio
from streaming.management.stopping import StopDeadline

async def wait_for_redis():
    await asyncio.Event().wait()

async def main():
    deadline = StopDeadline()
    deadline.begin({seconds})
    deadline.begin(1000)
    await asyncio.gather(wait_for_redis())

asyncio.run(main())
"""
_STUCK_LOG = """
import asyncio, sys, threading
from streaming.management.stopping import StopDeadline

class Stuck:
    def write(self, text):
        threading.Event().wait()

async def main():
    StopDeadline().begin({seconds})
    sys.stdout = sys.stderr = Stuck()
    await asyncio.Event().wait()

asyncio.run(main())
"""


def ended(program: str) -> str:
    """Run a program with a deadline; return its output once it has ended, having checked that it did with 0."""
    with Process("-c", program.format(seconds=0.2), environment={}) as process:
        assert process.wait() == 0, process.output
        process.stop()
        return process.output


def test_it_leaves_a_thread_that_hangs_and_names_it() -> None:
    output = ended(_HANGING_THREAD)
    assert "the work is over" in output
    assert "the stop takes too long; leaving what is left" in output
    assert "request in " in output


def test_it_leaves_a_task_that_hangs_and_names_it_at_the_earliest_of_its_times() -> None:
    assert "wait_for_redis" in ended(_HANGING_TASK)


def test_it_leaves_though_nobody_takes_its_last_words() -> None:
    assert ended(_STUCK_LOG) == ""
