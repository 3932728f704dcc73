"""Single values of parameters, as JSON and as text give them."""

from decimal import Decimal

import pytest

from streaming.commands.values import (
    ABOVE,
    BELOW,
    LEAST,
    MOST,
    boolean,
    choice,
    exact_number,
    text,
    whole_number,
)


@pytest.mark.parametrize(("value", "expected"), [(5, 5), ("5", 5), ("-3", -3), (-3, -3), ("007", 7), (0, 0)])
def test_it_reads_whole_numbers(value: object, expected: int) -> None:
    assert whole_number(None, None)(value) == expected


@pytest.mark.parametrize(
    "value", [True, 1.0, Decimal("1.0"), "1.0", "1e3", "+5", " 5", "--5", "", "٣", "9" * 5000, 2**63, [], {}, None]
)
def test_it_refuses_what_is_no_whole_number(value: object) -> None:
    with pytest.raises(ValueError, match=r"^a whole number$"):
        whole_number(None, None)(value)


def test_it_names_the_bounds_of_whole_numbers() -> None:
    for smallest, largest, wrong, sentence in [
        (1, 500, 501, "a whole number from 1 to 500"),
        (1, None, 0, "a whole number of at least 1"),
        (None, 9, 10, "a whole number of at most 9"),
    ]:
        with pytest.raises(ValueError, match=f"^{sentence}$"):
            whole_number(smallest, largest)(wrong)


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (Decimal("97523.45"), "97523.45"),
        ("0.00000100", "0.00000100"),
        (100_000, "100000"),
        ("1e-8", "1E-8"),
        (Decimal("0." + "1" * 30), "0." + "1" * 30),
    ],
)
def test_it_keeps_every_digit_of_a_number(value: object, digits: str) -> None:
    assert str(exact_number({})(value)) == digits


@pytest.mark.parametrize(
    "value",
    [
        True,
        0.1,
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("-sNaN"),
        Decimal("1E+400"),
        "NaN",
        "inf",
        "1_000",
        "\u0661",
        "",
        10**41,
        pytest.param(10**5000, id="5001 digits"),
        [],
        None,
    ],
)
def test_it_refuses_what_is_no_exact_number(value: object) -> None:
    with pytest.raises(ValueError, match=r"^a number$"):
        exact_number({})(value)


@pytest.mark.parametrize(
    ("bounds", "wrong", "sentence"),
    [
        ({ABOVE: Decimal(0)}, "0", "a number above 0"),
        ({LEAST: Decimal(0)}, "-0.01", "a number of at least 0"),
        ({LEAST: Decimal(0), MOST: Decimal(1)}, "1.1", "a number from 0 to 1"),
        ({ABOVE: Decimal(0), BELOW: Decimal(100)}, "100", "a number above 0 and below 100"),
    ],
)
def test_it_names_the_bounds_of_exact_numbers(bounds: dict[str, Decimal], wrong: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        exact_number(bounds)(wrong)
    assert exact_number(bounds)("0.5") == Decimal("0.5")


def test_it_reads_text_with_umlauts_and_signs_of_all_scripts() -> None:
    assert text(None, None, None)("Größe 币安 🙂") == "Größe 币安 🙂"


@pytest.mark.parametrize("value", ["a\x00b", "a\nb", "x" * 11, "", "\ud800"])
def test_it_refuses_text_that_is_unprintable_too_long_or_too_short(value: str) -> None:
    with pytest.raises(ValueError, match=r"^a text of 1 to 10 printable characters$"):
        text(1, 10, None)(value)


def test_it_reads_several_lines_where_they_are_wanted() -> None:
    read = text(1, 10, None, lines=True)
    assert read("a\n\nb") == "a\n\nb"
    for value in ("a\r\nb", "a\x00b", "a\u2028b", "x" * 11, ""):
        with pytest.raises(ValueError, match=r"^a text of 1 to 10 printable characters and line breaks$"):
            read(value)


def test_it_refuses_what_is_no_text_or_has_another_form() -> None:
    wrong: tuple[object, ...] = (5, None, [], True)
    for value in wrong:
        with pytest.raises(ValueError, match=r"^a text$"):
            text(None, None, None)(value)
    with pytest.raises(ValueError, match="a text of at most 5"):
        text(None, 5, "^[a-z]+$")("ab1")


def test_it_reads_truth_values() -> None:
    assert [boolean(value) for value in (True, "true", False, "false")] == [True, True, False, False]
    wrong: tuple[object, ...] = (1, 0, "yes", "True", None, [])
    for value in wrong:
        with pytest.raises(ValueError, match=r"^true or false$"):
            boolean(value)


def test_it_reads_one_of_several_choices() -> None:
    read = choice({"paper": 1, "live": 2, 7: 3})
    assert [read("paper"), read("live"), read(7)] == [1, 2, 3]
    wrong: tuple[object, ...] = ("PAPER", "", None, True, [], {}, 7.0)
    for value in wrong:
        with pytest.raises(ValueError, match=r"^one of paper live 7$"):
            read(value)
