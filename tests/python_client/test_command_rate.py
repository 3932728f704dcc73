"""How fast commands go, so that the gateway never finds them too fast."""

from hypothesis import given
from hypothesis import strategies as st

from streaming.gateway.limits import RateDecision, RateLimit
from tidewire_client.command_rate import CommandRate


def test_so_many_go_at_once_and_the_next_a_second_after_an_answer() -> None:
    command_rate = CommandRate(2)
    for name in "ab":
        assert command_rate.wait(0.0) == 0
        command_rate.sent(name, 0.0)
    assert command_rate.wait(0.0) == 2
    command_rate.answered("b", 0.25)
    command_rate.answered("nobody's", 0.25)
    assert command_rate.wait(0.25) == 1
    assert command_rate.wait(1.25) == 0


def test_one_without_an_answer_holds_up_the_others_for_two_seconds() -> None:
    command_rate = CommandRate(1)
    command_rate.sent("a", 0.0)
    assert command_rate.wait(1.5) == 0.5
    assert command_rate.wait(2.0) == 0


@given(
    st.integers(min_value=1, max_value=12),
    st.lists(st.tuples(st.integers(0, 64), st.integers(0, 63), st.integers(0, 63)), max_size=60),
)
def test_what_keeps_to_it_is_never_over_the_gateways_limit(rate: int, commands: list[tuple[int, int, int]]) -> None:
    """Each command is sent after a pause, taken by the gateway after a while on its way, and answered after another."""
    command_rate, limit, now, taken_at = CommandRate(rate), RateLimit(rate, 3), 0.0, 0.0
    answers: list[tuple[float, str]] = []
    for number, (pause, there, back) in enumerate(commands):
        now += pause / 64
        while True:
            for at, name in [each for each in answers if each[0] <= now]:
                command_rate.answered(name, at)
                answers.remove((at, name))
            if not (wait := command_rate.wait(now)):
                break
            now = min([now + wait, *(at for at, _ in answers)])
        command_rate.sent(str(number), now)
        taken_at = max(taken_at, now + there / 64)
        assert limit.admit(taken_at) is RateDecision.ACCEPT
        answers.append((taken_at + back / 128, str(number)))
