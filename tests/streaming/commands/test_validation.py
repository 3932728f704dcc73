"""The one line that says which parameters are wrong."""

from streaming.commands.validation import UNKNOWN_PARAMETER, validation_message


def test_it_says_the_one_sentence_as_it_is() -> None:
    sentence = "upper_price must be greater than lower_price"
    assert validation_message({"upper_price": sentence}) == sentence


def test_it_names_an_unknown_parameter() -> None:
    assert validation_message({"page": UNKNOWN_PARAMETER}) == "Unknown parameter: page"


def test_it_joins_several_sentences() -> None:
    assert validation_message({"a": "a is required", "b": UNKNOWN_PARAMETER}) == "a is required; Unknown parameter: b"


def test_it_tells_five_and_counts_the_rest() -> None:
    message = validation_message({str(number): f"{number} is required" for number in range(1, 8)})
    assert message.endswith("5 is required; and 2 more")
