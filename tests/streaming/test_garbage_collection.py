"""No garbage is collected while anybody has asked for that, in whichever thread."""

import gc
from threading import Event, Thread

from streaming.garbage_collection import collection_paused


def test_it_is_collected_again_once_the_last_has_ended() -> None:
    assert gc.isenabled()
    begun, may_end = Event(), Event()

    def other() -> None:
        with collection_paused():
            begun.set()
            assert may_end.wait(10)

    thread = Thread(target=other)
    with collection_paused():
        thread.start()
        assert begun.wait(10)
        assert not gc.isenabled()
    assert not gc.isenabled()
    may_end.set()
    thread.join()
    assert gc.isenabled()
