"""What `serve` does before it takes connections."""

import gc

from streaming.gateway.server.serve import freeze_what_is_loaded


def test_it_leaves_what_is_loaded_out_of_later_collections() -> None:
    frozen_before, threshold_before = gc.get_freeze_count(), gc.get_threshold()
    loaded: list[list[int]] = [[]]
    try:
        freeze_what_is_loaded()
        assert gc.get_freeze_count() > frozen_before
        assert not any(found is loaded for found in gc.get_objects())
        assert gc.get_threshold()[0] >= 10_000  # a crowd that comes at once isn't looked through again and again
    finally:
        gc.unfreeze()
        gc.set_threshold(*threshold_before)
