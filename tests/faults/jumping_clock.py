"""Run a management command whose time of day a test moves: `python -m tests.faults.jumping_clock serve --port 0`.

The file that `TEST_CLOCK_FILE` names says how many seconds it is ahead; time that only goes forward stays as it is.
"""

import datetime as dt
import os
import runpy
import sys
import threading
import time
from pathlib import Path

import time_machine

_LOOK_SECONDS = 0.05


def _follow(clock: time_machine.Traveller, file: Path) -> None:
    ahead = 0.0
    while True:
        wanted = float(file.read_text(encoding="ascii"))
        if wanted != ahead:
            clock.shift(wanted - ahead)
            ahead = wanted
        time.sleep(_LOOK_SECONDS)


def main() -> None:
    """Run `manage.py` with the arguments, under that clock."""
    clock = time_machine.travel(dt.datetime.now(dt.UTC), tick=True).start()
    clock.shift(time_machine.escape_hatch.time.time() - time.time())  # starting it takes a while
    threading.Thread(target=_follow, args=(clock, Path(os.environ["TEST_CLOCK_FILE"])), daemon=True).start()
    sys.argv[0] = "manage.py"
    runpy.run_path("manage.py", run_name="__main__")


if __name__ == "__main__":
    main()
