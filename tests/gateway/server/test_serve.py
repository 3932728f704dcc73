"""What `serve` does before it takes connections."""

import gc

from streaming.gateway.server.serve import freeze_what_is_loaded


def test_it_leaves_what_is_loaded_out_of_later_collections() -> None:
    frozen_before = gc.get_freeze_count()
    loaded: list[list[int]] = [[]]
    try:
        freeze_what_is_loaded()
        assert gc.get_freeze_count() > frozen_before
        assert not any(found is loaded for found in gc.get_objects())
    finally:
        gc.unfreeze()
