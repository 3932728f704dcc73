import re

from hypothesis import given
from hypothesis import strategies as st

from streaming.layer.groups import group_safe

SPOKEN = st.text(max_size=80) | st.text(alphabet="xh-abc", max_size=40)


@given(SPOKEN)
def test_it_stays_within_the_layers_alphabet_and_length(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{0,60}", group_safe(text))


@given(SPOKEN, SPOKEN)
def test_it_keeps_different_texts_apart(one: str, other: str) -> None:
    assert (group_safe(one) == group_safe(other)) == (one == other)


def test_it_keeps_apart_what_looks_like_another_texts_name() -> None:
    assert group_safe("é") != group_safe(group_safe("é"))


def test_it_leaves_plain_names_as_they_are() -> None:
    assert group_safe("BTCUSDT") == "BTCUSDT"
    assert group_safe("") == ""
