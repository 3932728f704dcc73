"""What the bodies of one connection hold of the process's two halves, and give back."""

from streaming.gateway.server.body_budgets import BodyBudgets, HeldBodies
from streaming.gateway.server.http_limits import HttpLimits

_ADA, _BOB = "192.0.2.1", "192.0.2.2"
_LIMITS = HttpLimits(maximum_body_bytes=200, larger_bodies={}, small_body_bytes=50, maximum_bodies_bytes=3200)
"""Of each half of 1,600 bytes a network has 200 at most: an eighth."""


def test_the_beginning_of_a_body_is_of_one_half_and_its_rest_of_the_other() -> None:
    budgets = BodyBudgets(_LIMITS)
    large, small = HeldBodies(budgets), HeldBodies(budgets)
    assert large.take(_ADA, 40, behind=0)
    assert large.take(_ADA, 160, behind=40)  # 10 of them still belong to the beginning
    assert large.take(_ADA, 50, behind=200)
    assert not large.take(_ADA, 1, behind=250)  # the network has its 200 bytes of rests
    for _ in range(3):
        assert small.take(_ADA, 50, behind=0)
    assert not small.take(_ADA, 1, behind=0)
    assert small.take(_BOB, 50, behind=0)


def test_what_a_connection_held_is_there_for_others_once_it_has_let_go() -> None:
    budgets = BodyBudgets(_LIMITS)
    first, second = HeldBodies(budgets), HeldBodies(budgets)
    for _ in range(4):
        assert first.take(_ADA, 50, behind=0)
    assert not second.take(_ADA, 50, behind=0)
    first.let_go()
    first.let_go()
    for _ in range(4):
        assert second.take(_ADA, 50, behind=0)
    assert not second.take(_ADA, 50, behind=0)


def test_it_takes_nothing_for_nothing() -> None:
    held = HeldBodies(BodyBudgets(_LIMITS))
    while held.take(_ADA, 50, behind=0):
        continue
    assert held.take(_ADA, 0, behind=0)
