"""The ways to use a page: with a mouse, with a finger, and with a keyboard alone."""

import json
from typing import Protocol

from tests.browser.browser_page import BrowserTab

_MOST_TABS = 400
"""More than any page has places for the focus."""
_MOST_STEPS = 60
"""More than any choice has options."""
_MISSED = """((selector) => {
  const control = document.querySelector(selector);
  const node = control.closest('label, .watch-list tr') ?? control;
  node.scrollIntoView({ block: 'center', inline: 'center' });
  const { left, top, width, height } = node.getBoundingClientRect();
  const [x, y, reach] = [left + width / 2, top + height / 2, 21];
  const places = [[-reach, 0], [reach, 0], [0, -reach], [0, reach]];
  const found = (right, down) => document.elementFromPoint(x + right, y + down);
  const told = ([right, down]) => `${right} ${down}: ${found(right, down)?.outerHTML.slice(0, 80)}`;
  return places.filter(([right, down]) => !node.contains(found(right, down))).map(told);
})"""
"""Where a finger misses that comes down 21 pixels beside the middle: what is 44 wide and high it finds."""

_HIDDEN = """(() => {
  const focused = document.activeElement;
  const seen = focused.classList.contains('visually-hidden') ? focused.closest('label') : focused;
  const { left, top, width, height } = seen.getBoundingClientRect();
  const [x, y] = [left + Math.min(width, innerWidth) / 2, top + Math.min(height, innerHeight) / 2];
  return seen.contains(document.elementFromPoint(x, y)) ? '' : seen.outerHTML.slice(0, 120);
})()"""
"""What has the focus and can't be seen: out of the window, or below something else; nothing if it can."""


class WayOfUse(Protocol):
    """How somebody does to a page what a journey asks for; every control must be in reach that way."""

    def press(self, selector: str) -> None:
        """Press a button, follow a link, open a menu."""

    def fill(self, selector: str, text: str) -> None:
        """Write a text in place of what is in a field."""

    def pick(self, selector: str) -> None:
        """Pick one of several buttons of which one is on."""

    def choose(self, selector: str, value: str) -> None:
        """Choose an option of a list by its value."""

    def show_tab(self, selector: str) -> None:
        """Show another tab of a list of tabs."""


class Mouse:
    """A mouse, and a keyboard for what is to be written."""

    def __init__(self, page: BrowserTab) -> None:
        self._page = page

    def press(self, selector: str) -> None:
        self._page.click(selector)

    def fill(self, selector: str, text: str) -> None:
        self.press(selector)
        _write(self._page, text)

    def pick(self, selector: str) -> None:
        self.press(f"label:has({selector})")

    def choose(self, selector: str, value: str) -> None:
        self._page.select(selector, value)

    def show_tab(self, selector: str) -> None:
        self.press(selector)


class Touch(Mouse):
    """A finger, which finds nothing that is smaller than 44 pixels."""

    def press(self, selector: str) -> None:
        self._is_large_enough(selector)
        self._page.tap(selector)

    def choose(self, selector: str, value: str) -> None:
        self._is_large_enough(selector)
        super().choose(selector, value)

    def _is_large_enough(self, selector: str) -> None:
        missed = self._page.evaluate(f"{_MISSED}({json.dumps(selector)})")
        assert missed == [], f"{selector}: {missed}"


class Keyboard:
    """A keyboard alone: Tab until the focus is there, and it can be seen; nothing is pointed at."""

    def __init__(self, page: BrowserTab) -> None:
        self._page = page

    def press(self, selector: str) -> None:
        self._go_to(selector)
        self._page.press("Enter")

    def fill(self, selector: str, text: str) -> None:
        self._go_to(selector)
        _write(self._page, text)

    def pick(self, selector: str) -> None:
        name = self._page.evaluate(f"document.querySelector({json.dumps(selector)}).name")
        self._go_to(f"input[type=radio][name={name}]")
        self._step("ArrowRight", f"document.activeElement.matches({json.dumps(selector)})")

    def choose(self, selector: str, value: str) -> None:
        self._go_to(selector)
        self._page.press("Home")
        self._step("ArrowDown", f"document.activeElement.value === {json.dumps(value)}")

    def show_tab(self, selector: str) -> None:
        tabs = f"document.activeElement.closest('[role=tablist]')?.contains(document.querySelector({selector!r}))"
        self._page.tab_until(tabs, most=_MOST_TABS)
        self._step("ArrowRight", f"document.activeElement.matches({json.dumps(selector)})")

    def _go_to(self, selector: str) -> None:
        self._page.tab_until(f"document.activeElement.matches({json.dumps(selector)})", most=_MOST_TABS)
        hidden = self._page.evaluate(_HIDDEN)
        assert hidden == "", f"{selector} has the focus, and can't be seen: {hidden}"

    def _step(self, key: str, expression: str) -> None:
        for _ in range(_MOST_STEPS):
            if self._page.evaluate(expression):
                return
            self._page.press(key)
        raise AssertionError(f"Not true after {_MOST_STEPS} times {key}: {expression}")


def _write(page: BrowserTab, text: str) -> None:
    page.press("Control+a")
    page.type(text)
