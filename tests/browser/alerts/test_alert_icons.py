"""Alerts on the chart, in a browser: their icons at the axis, which name them, and move them."""

import pytest

from tests.browser.alerts.trader import CHART_SHOWN, ROWS, Trader
from tests.waiting import until_now

pytestmark = pytest.mark.browser

_OPEN = "document.getElementById('alert-dialog').open"
_LEVEL = "document.querySelector('#alert-conditions [data-operand=threshold]').value"
_HANDLE = ".alert-handle"
_HANDLE_SHOWN = "document.querySelector('.alert-handle:not([hidden])') !== null"
_HANDLES = "[...document.querySelectorAll('.alert-handle:not([hidden])')]"
_IN_FRONT = ".alert-handle[data-depth='0']"
_PRICE_OF_HANDLE = "Number(document.querySelector('.alert-handle').getAttribute('aria-valuenow'))"
_NAMED = "document.querySelector('.alert-handle-name').checkVisibility()"
_HANDLE_BOX = "document.querySelector('.alert-handle').getBoundingClientRect()"
_ROOM_AT_THE_AXIS = 32
"""Of the chart's margin so much is free of the newest candle, however narrow or wide candles are at first, px."""
_STATE = "document.querySelector('.alert-list-row')?.dataset.state"
_PRICE = "Number(document.getElementById('chart-canvas').dataset.close)"
_SIMULATED_SECONDS = 60.0


def test_it_marks_an_alert_beside_the_candles_names_it_to_who_points_at_it_and_no_longer_once_it_is_done(
    trader: Trader,
) -> None:
    page = trader.page
    trader.create_near(page.evaluate(_PRICE))
    page.wait(_HANDLE_SHOWN)
    box = page.evaluate(f"{_HANDLE_BOX}.toJSON()")
    assert page.evaluate(_NAMED) is False
    assert box["width"] <= _ROOM_AT_THE_AXIS
    page.hover(_HANDLE)
    page.wait(_NAMED)
    assert page.text(_HANDLE) == "Mine"
    assert page.evaluate(f"{_HANDLE_BOX}.right") == box["right"]
    [rule] = trader.rules()
    trader.change(rule["id"], operator="above", threshold=str(rule["threshold"] // 2), trigger="once")
    page.reload()
    page.wait(f"{CHART_SHOWN} && {_STATE} === 'expired'", seconds=_SIMULATED_SECONDS)
    page.wait(f"!{_HANDLE_SHOWN}")


def test_of_alerts_at_one_price_it_shows_that_there_are_several_and_names_all_to_who_points_at_one(
    trader: Trader,
) -> None:
    page = trader.page
    price = page.evaluate(_PRICE)
    for name in ("First", "Second", "Third"):
        trader.add_near(price, name=name)
    page.reload()
    page.wait(f"{CHART_SHOWN} && {_HANDLES}.length === 3")
    lefts = page.evaluate(
        f"{_HANDLES}.map((node) => node.getBoundingClientRect().left).sort((one, other) => one - other)"
    )
    assert [left - lefts[0] for left in lefts] == [0, 3, 6]
    page.hover(_IN_FRONT)
    page.wait(f"{_HANDLES}.every((node) => node.querySelector('.alert-handle-name').checkVisibility())")
    tops = page.evaluate(
        f"{_HANDLES}.map((node) => node.getBoundingClientRect().top).sort((one, other) => one - other)"
    )
    assert [round(top - tops[0]) for top in tops] == [0, 22, 44]
    _moves_one_of_several(trader, price)


def _moves_one_of_several(trader: Trader, price: float) -> None:
    """Drag the uppermost of a stack that is spread: its line follows the pointer, from where that began."""
    page = trader.page
    page.drag(".alert-handle[data-spread=true]", right=0, down=-60)
    until_now(lambda: sum(rule["threshold"] > price for rule in trader.rules()) == 1)
    page.hover(".alert-row-name")
    page.wait(f"{_HANDLES}.filter((node) => node.dataset.depth === '1').length === 1")


def test_it_moves_an_alert_that_is_dragged_and_keeps_it_there(trader: Trader) -> None:
    page = trader.page
    before = page.evaluate(_PRICE)
    trader.create_near(before)
    page.wait(_HANDLE_SHOWN)
    page.drag(_HANDLE, right=0, down=-60)
    page.wait(f"{_PRICE_OF_HANDLE} > {before}")
    moved = page.evaluate(_PRICE_OF_HANDLE)
    until_now(lambda: trader.rules()[0]["threshold"] == moved)
    page.reload()
    page.wait(f"{CHART_SHOWN} && {ROWS} === 1 && {_PRICE_OF_HANDLE} === {moved}")


def test_it_moves_an_alert_by_its_line_and_leaves_the_chart_where_it_is(trader: Trader) -> None:
    page = trader.page
    trader.create_near(page.evaluate(_PRICE))
    page.wait(_HANDLE_SHOWN)
    before = page.evaluate(_PRICE_OF_HANDLE)
    page.evaluate("""{
      const { top, height } = document.querySelector('.alert-handle').getBoundingClientRect();
      const { left } = document.getElementById('chart-canvas').getBoundingClientRect();
      const mouse = { button: 0, pointerType: 'mouse', bubbles: true, cancelable: true };
      const at = (y) => ({ clientX: left + 200, clientY: y, ...mouse });
      const canvas = document.elementFromPoint(left + 200, top + height / 2);
      canvas.dispatchEvent(new MouseEvent('mousedown', at(top + height / 2)));
      dispatchEvent(new PointerEvent('pointermove', at(top + height / 2 + 40)));
      dispatchEvent(new PointerEvent('pointerup', at(top + height / 2 + 40)));
    }""")
    page.wait(f"{_PRICE_OF_HANDLE} < {before}")
    until_now(lambda: trader.rules()[0]["threshold"] == page.evaluate(_PRICE_OF_HANDLE))


def test_it_moves_an_alert_by_keyboard_and_gives_it_the_name_of_its_new_price(trader: Trader) -> None:
    page = trader.page
    price = f"{page.evaluate(_PRICE):.2f}"
    trader.create_near(price, name=f"BTCUSDT crosses {float(price):,.2f}")
    page.wait(_HANDLE_SHOWN)
    page.focus(_HANDLE)
    page.press("ArrowUp")
    page.press("Shift+ArrowDown")
    moved = page.evaluate(_PRICE_OF_HANDLE)
    assert moved > float(price)
    until_now(lambda: trader.rules()[0]["threshold"] == moved)
    assert trader.rules()[0]["name"] == f"BTCUSDT crosses {moved:,.2f}"
    page.press("Enter")
    page.wait(f"{_OPEN} && Number({_LEVEL}) === {moved}")


def test_it_puts_a_line_back_that_the_server_does_not_let_move(trader: Trader) -> None:
    page = trader.page
    before = page.evaluate(_PRICE)
    rule = trader.create_near(before)
    page.wait(_HANDLE_SHOWN)
    page.click("#dock-toggle")  # the list reads the rules anew now and then
    page.wait("document.getElementById('dock').offsetHeight < 50")
    trader.delete(rule["id"])
    page.drag(_HANDLE, right=0, down=-60)
    page.wait("document.getElementById('toasts').textContent.includes('The alert stays where it was')")
    page.wait(f"{_PRICE_OF_HANDLE} === {rule['threshold']}")
