"""When nothing of what is on every host could be heard: where the cuts of all hosts overlap."""

from streaming.layer.cut_offs import SharedCutOffs


def test_one_host_that_was_heard_all_the_time_has_it_all() -> None:
    cut_offs = SharedCutOffs(["one", "two"])
    assert cut_offs.note("one", 1000, 2000) is None
    assert cut_offs.note("one", 2500, 3000) is None
    assert cut_offs.note("two", 3500, 4000) is None


def test_cuts_that_overlap_lose_what_was_sent_since_the_later_of_them() -> None:
    cut_offs = SharedCutOffs(["one", "two", "three"])
    assert cut_offs.note("one", 1000, 2000) is None
    assert cut_offs.note("two", 1500, 2500) is None
    assert cut_offs.note("three", 1200, 3000) == 1500


def test_one_host_alone_is_every_host() -> None:
    assert SharedCutOffs(["one"]).note("one", 1000, 2000) == 1000
