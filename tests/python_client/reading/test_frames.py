"""From text to frames, and back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewire_client.errors import UnreadableFrameError
from tidewire_client.reading.exact_numbers import exact_number
from tidewire_client.reading.frames import answered_id, frames_in, text_of
from tidewire_client.reading.times import milliseconds, now_ms


def test_numbers_keep_their_digits() -> None:
    (frame,) = frames_in('{"type":"x","price":0.00000100,"large":97523.45,"whole":12}')
    assert (str(frame["price"]), str(frame["large"]), frame["whole"]) == ("0.00000100", "97523.45", 12)
    assert text_of({"type": "x", "price": Decimal("0.10"), "list": [Decimal("1E+2")]}).startswith(
        '{"type":"x","price":0.10'
    )


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=8))
def test_a_number_comes_back_as_it_went(number: Decimal) -> None:
    (frame,) = frames_in(text_of({"type": "x", "number": number}))
    assert Decimal(frame["number"]) == number


@pytest.mark.parametrize("decimals", [0, 18, 77, 255])
def test_the_largest_amount_of_a_chain_is_read_with_every_digit(decimals: int) -> None:
    amount = Decimal((0, Decimal(2**256 - 1).as_tuple().digits, -decimals))
    (frame,) = frames_in(f'{{"type":"wallet","balance":{amount:f}}}')
    assert Decimal(frame["balance"]).as_tuple() == amount.as_tuple()


@pytest.mark.parametrize("text", ["1e256", "1e-256", "1" * 334 + ".0", "1e999999999"])
def test_numbers_beyond_all_bounds_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="beyond all bounds"):
        exact_number(text)


@pytest.mark.parametrize(
    "text", ["", "null", "[]", '"x"', "{", '{"type":1}', '{"type":"x","n":1e999}', "[" * 100_000, "1" * 5000]
)
def test_what_is_no_frame_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableFrameError) as unreadable:
        frames_in(text)
    assert unreadable.value.code == "unreadable_frame"
    assert len(unreadable.value.text) <= 1000


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ('{"type":"response","id":"7","success":true,"data":{"n":1e999,"list":[0.1]}}', "7"),
        ('{"data":{"n":1e999,"id":"8"},"id":"7","type":"response"}', "7"),
        ('{"type":"event","id":"7","data":{"n":1e999}}', None),
        ('{"type":"response","id":7}', None),
        ('{"type":"response","id":"7"', None),
        ("[" * 100_000, None),
        ("", None),
    ],
)
def test_a_response_that_can_not_be_read_still_says_whose_it_is(text: str, id_: str | None) -> None:
    assert answered_id(text) == id_


def test_a_batch_is_its_frames_and_a_bad_one_is_none() -> None:
    assert frames_in('{"type":"batch","data":[{"type":"a"},{"type":"b"}]}') == [{"type": "a"}, {"type": "b"}]
    assert frames_in('{"type":"batch","data":[]}') == []
    with pytest.raises(UnreadableFrameError):
        frames_in('{"type":"batch","data":[{"type":"a"},7]}')


def test_times_are_read_in_both_ways() -> None:
    assert milliseconds("2024-12-06T12:00:00.123Z") == milliseconds(1733486400123) == 1733486400123
    assert milliseconds("2024-12-06T13:00:00+01:00") == 1733486400000
    assert abs(now_ms() - milliseconds(now_ms())) < 1000


@pytest.mark.parametrize("time", [None, True, 1.5, "", "noon", "2024-12-06T12:00:00", Decimal(1)])
def test_what_is_no_time_is_refused(time: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        milliseconds(time)
